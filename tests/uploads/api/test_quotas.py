"""Quotas over HTTP: what a refused start answers, and what GET /v1/session shows."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from dev.in_memory import in_memory_ports
from service.app import create_app
from service.settings import Settings
from tests.builders import KEYRING
from tests.conftest import Clock
from tests.helpers.problems import assert_problem

SONG = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 40}
ALL = {"quota_bytes": 100, "quota_files": 10, "quota_pending": 5}


def client_of(clock: Clock, **quotas: int) -> FlaskClient:
    settings = Settings(auth_mode="open", media=False, history=False, **quotas)
    return create_app(settings, in_memory_ports(settings, KEYRING, clock)).test_client()


def quota(client: FlaskClient) -> Any:
    return client.get("/v1/session").json["quota"]  # type: ignore[index]


def test_the_session_shows_limits_and_what_is_left(clock: Clock) -> None:
    """Before anything is started too, and after an abort."""
    client = client_of(clock, **ALL)
    whole = {
        "max_bytes": 100,
        "left_bytes": 100,
        "max_files": 10,
        "left_files": 10,
        "max_pending": 5,
        "left_pending": 5,
    }
    assert quota(client) == whole

    upload_id = client.post("/v1/uploads", json=SONG).json["upload_id"]  # type: ignore[index]

    assert quota(client) == whole | {"left_bytes": 60, "left_files": 9, "left_pending": 4}
    client.delete(f"/v1/uploads/{upload_id}")
    assert quota(client) == whole


@pytest.mark.parametrize(
    ("quotas", "limits"),
    [
        ({"quota_bytes": 100}, (100, None, 2000)),
        ({"quota_files": 3}, (None, 3, 2000)),
        ({"quota_pending": 7}, (None, None, 7)),
    ],
)
def test_a_limit_that_is_not_set_is_null(clock: Clock, quotas: dict[str, int], limits: tuple[int | None, ...]) -> None:
    """But unfinished uploads are always limited where there are quotas."""
    shown = quota(client_of(clock, **quotas))

    assert (shown["max_bytes"], shown["max_files"], shown["max_pending"]) == limits
    assert (shown["left_bytes"], shown["left_files"], shown["left_pending"]) == limits


def test_without_quotas_the_session_shows_none(clock: Clock) -> None:
    """As before there were any."""
    assert quota(client_of(clock)) is None


def test_a_start_beyond_the_quota_is_refused(clock: Clock) -> None:
    """By every call, with what is allowed, used and asked."""
    client = client_of(clock, **ALL)
    for _ in range(2):
        assert client.post("/v1/uploads", json=SONG).status_code == 201

    refused = client.post("/v1/uploads", json=SONG)

    assert_problem(refused, 403, "quota_exceeded")
    assert refused.json["detail"] == "100 bytes are allowed: 80 are used, 40 were asked"  # type: ignore[index]
    assert_problem(client.get("/s3/upload-url?key=uploads/local/a.mp3"), 403, "quota_exceeded")
    params = {"filename": "a.mp3", "type": "audio/mpeg", "metadata[size]": "40"}
    assert_problem(client.get("/s3/params", query_string=params), 403, "quota_exceeded")


def test_of_a_batch_each_row_is_refused_by_itself(clock: Clock) -> None:
    """The first that fit are started."""
    client = client_of(clock, **ALL)
    rows = [SONG | {"size_bytes": size} for size in (60, 50, 40, 1, 0)]

    answer = client.post("/v1/uploads/batch", json={"uploads": rows})

    outcomes = [(row.get("error") or {}).get("code") for row in answer.json["results"]]  # type: ignore[index]
    assert outcomes == [None, "quota_exceeded", None, "quota_exceeded", None]


@pytest.mark.parametrize("size", [-1, -(2**40), 0.5, "7", None, True])
def test_a_size_that_is_none_takes_nothing(clock: Clock, size: object) -> None:
    """Negative ones above all: they would give room."""
    client = client_of(clock, **ALL)

    assert client.post("/v1/uploads", json=SONG | {"size_bytes": size}).status_code == 422
    assert quota(client)["left_bytes"] == 100


def test_a_size_of_zero_takes_a_file(clock: Clock) -> None:
    """And no bytes."""
    client = client_of(clock, **ALL)

    assert client.post("/v1/uploads", json=SONG | {"size_bytes": 0}).status_code == 201
    assert (quota(client)["left_bytes"], quota(client)["left_files"]) == (100, 9)


@pytest.mark.parametrize("value", [{"quota_bytes": -1}, {"quota_files": -1}, {"quota_pending": 2001}])
def test_impossible_quotas_stop_the_start(value: dict[str, int]) -> None:
    """A quota of unfinished uploads names each of them, so there are 2,000 at most."""
    with pytest.raises(ValueError, match=next(iter(value))):
        Settings(auth_mode="open", **value)
