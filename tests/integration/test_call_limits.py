"""CALL_LIMITS on a running service with two workers, counted in MongoDB."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import urllib3

from dev.ports import free_port
from dev.servers import MongodServer
from service.shared.adapters.rate_counters import CountedCalls, mongo_counters
from service.shared.call_limits import CallLimit
from service.shared.errors import DatabaseUnavailable
from tests.conftest import Service, Store, settings_for
from tests.helpers.tokens import SECRET, claims, token

pytestmark = pytest.mark.real

LIMIT, CALLS = 40, 120
A_SONG = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 5}


def start(service: Service, headers: dict[str, str]) -> tuple[int, int]:
    """Start an upload on a connection of its own; return its status, and the seconds until the window ends."""
    answer = urllib3.request("POST", f"{service.url}/v1/uploads", headers=headers, json=A_SONG, retries=False)
    reset = re.search(r'"starts-caller";r=\d+;t=(\d+)', answer.headers["RateLimit"])
    assert reset
    return answer.status, int(reset[1])


def test_two_workers_count_exactly(
    minio: Store, mongod: MongodServer, signing_keys: dict[str, str], serve: Callable[..., Service]
) -> None:
    """Of many calls at once, so many succeed as the limit says: not one more, not one less."""
    limits = {"call_limits": (f"starts={LIMIT}/hour",), "auth_mode": "jwt", "jwt_secret": SECRET}
    service = serve(settings_for(minio, mongod, **signing_keys, **limits), workers=2)

    for owner in ("first", "second"):
        headers = {"Authorization": f"Bearer {token(claims(sub=owner))}"}
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: start(service, headers), range(CALLS)))  # noqa: B023 - awaited here
        resets = [reset for _, reset in answers]
        if max(resets) - min(resets) < 1800:  # the same window: else the next owner tries
            break
    assert sorted(status for status, _ in answers) == [201] * LIMIT + [429] * (CALLS - LIMIT)


def test_with_the_database_down_limited_calls_get_503_like_all_others() -> None:
    """Nobody gets around a limit by an outage; and without the database nothing could be started anyway."""
    uri = f"mongodb://127.0.0.1:{free_port()}/"
    limiter = CountedCalls(lambda: mongo_counters(uri, "moodrop"), {"caller": {"starts": CallLimit(1, 60)}})

    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            limiter.count("starts", {"caller": "alice"}, 1)
    limiter.close()
