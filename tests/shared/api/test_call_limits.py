"""CALL_LIMITS: which calls count, whose, and what their answers say. In memory, at a time that stands still."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from limits.storage import MemoryStorage
from pydantic import ValidationError

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.shared.adapters.rate_counters import CountedCalls
from service.shared.call_limits import CallLimit, Limited, Scope
from tests.helpers.api import A_SONG, UNKNOWN_ID
from tests.helpers.endpoints import ENDPOINTS

Limits = Mapping[Scope, Mapping[Limited, CallLimit]]
MINUTE = 60
# Twelve seconds of a minute have passed.
NOW = 1_800_000_012.0


class Time:
    def __init__(self) -> None:
        self.seconds = NOW

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def limited(ports: Ports, time: Time) -> Callable[[Limits], FlaskClient]:
    """Return a client of the API in open mode with these limits."""

    # The tests call from other addresses, too.
    settings = Settings(auth_mode="open", allow_open_on_network=True)

    def make(limits: Limits) -> FlaskClient:
        limiter = CountedCalls(lambda: MemoryStorage(wrap_exceptions=True), limits, time)
        return create_app(settings, replace(ports, call_limiter=limiter)).test_client()

    return make


def start(client: FlaskClient, address: str = "127.0.0.1") -> int:
    return client.post("/v1/uploads", json=A_SONG, environ_overrides={"REMOTE_ADDR": address}).status_code


def test_the_call_beyond_a_limit_is_refused_until_the_window_ends(
    limited: Callable[[Limits], FlaskClient], time: Time
) -> None:
    """With a stable code, and the seconds to wait. The next window begins anew."""
    client = limited({"caller": {"starts": CallLimit(2, MINUTE)}})

    assert [start(client), start(client)] == [201, 201]
    refused = client.post("/v1/uploads", json=A_SONG)
    assert (refused.status_code, refused.get_json()["code"], refused.get_json()["retryable"]) == (
        429,
        "rate_limited",
        True,
    )
    assert refused.headers["Retry-After"] == "48"
    time.seconds += 48
    assert [start(client), start(client), start(client)] == [201, 201, 429]


def test_each_answer_says_where_the_caller_stands(limited: Callable[[Limits], FlaskClient]) -> None:
    """In the headers of the IETF's draft, one policy for each limit."""
    client = limited({"caller": {"starts": CallLimit(2, MINUTE)}, "address": {"starts": CallLimit(5, 3600)}})

    answers = [client.post("/v1/uploads", json=A_SONG) for _ in range(3)]

    policy = '"starts-caller";q=2;w=60, "starts-address";q=5;w=3600'
    assert [answer.headers["RateLimit-Policy"] for answer in answers] == [policy, policy, '"starts-caller";q=2;w=60']
    assert [answer.headers["RateLimit"].split(", ")[0] for answer in answers] == [
        '"starts-caller";r=1;t=48',
        '"starts-caller";r=0;t=48',
        '"starts-caller";r=0;t=48',
    ]
    assert '"starts-address";r=3;' in answers[1].headers["RateLimit"]
    assert "RateLimit" not in client.get("/v1/files").headers


def test_an_address_is_counted_for_all_its_callers(limited: Callable[[Limits], FlaskClient]) -> None:
    """An IPv6 customer has a whole network, and others are not refused."""
    client = limited({"address": {"starts": CallLimit(2, MINUTE)}})
    of_one = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", "2001:db8:1:2::3")

    assert [start(client, address) for address in of_one] == [201, 201, 429]
    assert [start(client, address) for address in ("2001:db8:1:3::1", "192.0.2.1", "192.0.2.2")] == [201] * 3


def test_a_batch_counts_as_many_as_it_has(limited: Callable[[Limits], FlaskClient]) -> None:
    """One that does not fit is refused whole, and takes nothing from smaller ones."""
    client = limited({"caller": {kind: CallLimit(3, MINUTE) for kind in ("starts", "confirms", "downloads")}})
    ids = [UNKNOWN_ID[:-1] + digit for digit in "0123"]

    def many(path: str, key: str, rows: list[object]) -> int:
        return client.post(path, json={key: rows}).status_code

    for path, key, row in (
        ("/v1/uploads/batch", "uploads", [{**A_SONG} for _ in ids]),
        ("/v1/uploads/confirm", "upload_ids", ids),
        ("/v1/files/download-urls", "file_ids", ids),
    ):
        rows: list[object] = [*row]
        assert [many(path, key, rows), many(path, key, rows[:2]), many(path, key, rows[:2])] == [429, 200, 429]
        assert many(path, key, rows[:1]) == 200


def test_a_batch_that_never_fits_is_told_so(limited: Callable[[Limits], FlaskClient]) -> None:
    """Else its client waits for the next window, and for the next."""
    client = limited({"caller": {"confirms": CallLimit(3, MINUTE)}})

    def detail(count: int) -> str:
        ids = [UNKNOWN_ID[:-1] + digit for digit in "0123"[:count]]
        return str(client.post("/v1/uploads/confirm", json={"upload_ids": ids}).get_json().get("detail"))

    assert "4 at once are never possible" in detail(4)
    detail(2)
    assert "1 are left" in (late := detail(2))
    assert "never" not in late


def test_a_query_that_finds_nothing_counts_nothing(limited: Callable[[Limits], FlaskClient]) -> None:
    """Its answer says nothing of limits, and is given to those who have used up theirs."""
    client = limited({"caller": {"downloads": CallLimit(1, MINUTE)}})

    def ask(body: dict[str, object]) -> tuple[int, bool]:
        answer = client.post("/v1/files/download-urls", json=body)
        return answer.status_code, "RateLimit" in answer.headers

    nothing: dict[str, object] = {"query": {"q": "nothing is called so"}}
    one: dict[str, object] = {"file_ids": [UNKNOWN_ID]}

    assert [ask(body) for body in (nothing, one, one, nothing)] == [
        (200, False),
        (200, True),
        (429, True),
        (200, False),
    ]


COUNTED: dict[Limited, set[str]] = {
    "starts": {
        *("POST /v1/uploads", "POST /v1/uploads/batch", "GET /s3/upload-url", "GET /s3/params"),
        *("POST /s3/multipart", "POST /s3/presign"),
    },
    "confirms": {
        *("POST /v1/uploads/confirm", "POST /v1/uploads/{id}/confirm", "POST /songs"),
        "POST /s3/multipart/{id}/complete",
    },
    "downloads": {"POST /v1/files/download-urls", "GET /v1/files/{id}/download", "GET /s3/download-url"},
    "tokens": {"POST /v1/upload-tokens"},
}


@pytest.mark.parametrize("kind", COUNTED)
def test_these_calls_count_and_no_others(limited: Callable[[Limits], FlaskClient], kind: Limited) -> None:
    """Of all calls that need a token, with a limit of none at all."""
    client = limited({"caller": {kind: CallLimit(0, MINUTE)}})

    refused = set()
    for method, path, _, body in ENDPOINTS:
        answer = client.open(path.replace("{id}", UNKNOWN_ID), method=method, json=body)
        if answer.status_code == 429:
            refused.add(f"{method} {path.partition('?')[0]}")

    assert refused == COUNTED[kind]


@pytest.mark.parametrize("name", ["call_limits", "call_limits_by_address"])
@pytest.mark.parametrize(
    "text",
    ["starts", "starts=600", "starts=0/minute", "starts=1/week", "uploads=1/minute", "starts=1/minute,starts=2/minute"],
)
def test_a_bad_limit_stops_the_start(name: str, text: str) -> None:
    """It would limit nothing, without a word."""
    with pytest.raises(ValidationError, match=r"is no limit|twice"):
        Settings(**{"auth_mode": "open", name: text})


def test_without_limits_nothing_is_counted(client: FlaskClient, ports: Ports) -> None:
    """No one counts, and no header says so."""
    assert ports.call_limiter is None
    assert "RateLimit" not in client.post("/v1/uploads", json=A_SONG).headers
