"""A bad line between the service and its store: answers come late, slowly, in pieces or never."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic, sleep
from typing import get_args

import pytest
import urllib3

from dev.servers import MongodServer
from tests.builders import SONG
from tests.conftest import Service, Store, services, settings_for
from tests.helpers.bad_line import BadLine, Ill, bad_line
from tests.helpers.tokens import SECRET, bearer

pytestmark = pytest.mark.real

NEW = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}
# Within seven seconds on a quiet machine: two tries of three seconds each.
ANSWERED_WITHIN_S = 20
WELL_WITHIN_S = 60


@pytest.fixture(scope="module")
def line(minio: Store) -> Iterator[BadLine]:
    with bad_line(minio.endpoint) as line:
        yield line


@pytest.fixture(scope="module")
def service(
    minio: Store,
    mongod: MongodServer,
    signing_keys: dict[str, str],
    line: BadLine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """The service reaches the store by the line, and its clients do not."""
    ways = {"minio_endpoint": line.url, "minio_public_endpoint": minio.endpoint}
    settings = settings_for(minio, mongod, **signing_keys, auth_mode="jwt", jwt_secret=SECRET, **ways)
    with services(tmp_path_factory.mktemp("line")) as start:
        yield start(settings)


def call(service: Service, method: str, path: str, json: object = None) -> tuple[urllib3.BaseHTTPResponse, float]:
    """Return the answer, and how long it took."""
    begun = monotonic()
    answer = urllib3.request(method, service.url + path, json=json, headers=bearer(), retries=False, timeout=60)
    return answer, monotonic() - begun


def sent(service: Service) -> str:
    started = call(service, "POST", "/v1/uploads", NEW)[0].json()
    put = started["transfer"]
    headers = {name: value for name, value in put["headers"].items() if name != "content-length"}
    assert urllib3.request("PUT", put["url"], body=SONG, headers=headers).status == 200
    return str(started["upload_id"])


@pytest.mark.parametrize("ill", get_args(Ill))
def test_a_bad_line_loses_nothing_and_holds_nobody(service: Service, line: BadLine, ill: Ill) -> None:
    """What needs the store is done in time or refused for now, rightly; the rest goes on, and all of it afterwards."""
    upload_id = sent(service)
    confirm = f"/v1/uploads/{upload_id}/confirm"
    with line.being(ill), ThreadPoolExecutor(5) as pool:
        asked = [
            pool.submit(partial(call, service, *request))
            for request in (
                ("POST", confirm, {}),
                ("GET", "/healthz"),
                ("GET", "/v1/files"),
                ("POST", "/v1/uploads", NEW),
                ("GET", "/v1/session"),
            )
        ]
        (confirmed, seconds), *others = [one.result() for one in asked]

    assert seconds < ANSWERED_WITHIN_S
    # At 1 KiB/s an answer of the store is whole in a second.
    assert confirmed.status in ((200, 503) if ill == "trickles" else (503,))
    if confirmed.status == 503:
        assert (confirmed.json()["code"], confirmed.json()["retryable"]) == ("store_unavailable", True)
        assert int(confirmed.headers["Retry-After"]) > 0
    assert [answer.status for answer, _ in others] == [200, 200, 201, 200]
    assert max(took for _, took in others) < ANSWERED_WITHIN_S

    until = monotonic() + WELL_WITHIN_S
    while (answer := call(service, "POST", confirm, {})[0]).status == 503 and monotonic() < until:
        sleep(0.2)
    assert answer.status == 200
    file_id = answer.json()["file_id"]
    url = call(service, "GET", f"/v1/files/{file_id}/download")[0].json()["url"]
    assert urllib3.request("GET", url).data == SONG
    assert call(service, "GET", "/readyz")[0].status == 200
