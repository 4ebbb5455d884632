"""Tokens with limits of their own, over HTTP: each limit, what it does not limit, and malformed claims."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.helpers.api import A_SONG
from tests.helpers.tokens import bearer, claims, token


@pytest.fixture
def client(jwt_client: Callable[..., FlaskClient]) -> FlaskClient:
    return jwt_client()


def holder(grant: Any, **more: Any) -> dict[str, str]:
    """Return the header of a token with this grant."""
    payload = claims(**{"jti": "one of its kind", "grant": grant, **more})
    return {"Authorization": f"Bearer {token(payload)}"}


def start(client: FlaskClient, headers: dict[str, str], **fields: Any) -> TestResponse:
    return client.post("/v1/uploads", json={**A_SONG, **fields}, headers=headers)


def outcome(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, (answer.get_json() or {}).get("code", "")


# --- files, bytes, once ----------------------------------------------------------------------------
def test_max_files_is_counted_over_all_uploads(client: FlaskClient) -> None:
    """Single and batch; another token of the same person is unaffected."""
    mine = holder({"max_files": 3})

    assert outcome(start(client, mine)) == (201, "")
    assert outcome(client.get("/s3/upload-url?key=uploads/u1/a.mp3", headers=mine)) == (200, "")
    many = client.post("/v1/uploads/batch", json={"uploads": [A_SONG] * 3}, headers=mine).get_json()["results"]

    assert [(row.get("error") or {}).get("code") for row in many] == [None, "grant_exhausted", "grant_exhausted"]
    assert outcome(start(client, mine)) == (403, "grant_exhausted")
    assert outcome(client.get("/s3/upload-url?key=uploads/u1/a.mp3", headers=mine)) == (403, "grant_exhausted")
    assert outcome(start(client, holder({"max_files": 3}, jti="another"))) == (201, "")
    assert outcome(start(client, holder({"max_files": 3}, sub="u2"))) == (201, "")
    assert outcome(start(client, bearer())) == (201, "")


def test_max_bytes_is_counted_over_all_uploads(client: FlaskClient) -> None:
    """413 above the total, 403 above the rest; a smaller file may still fit."""
    mine = holder({"max_bytes": 100})

    assert outcome(start(client, mine, size_bytes=101)) == (413, "grant_too_large")
    assert outcome(start(client, mine, size_bytes=60)) == (201, "")
    assert outcome(start(client, mine, size_bytes=41)) == (403, "grant_exhausted")
    assert outcome(start(client, mine, size_bytes=40)) == (201, "")
    assert outcome(start(client, mine, size_bytes=0)) == (201, "")
    assert outcome(start(client, mine, size_bytes=1)) == (403, "grant_exhausted")


def test_many_at_once_take_what_fits(client: FlaskClient) -> None:
    """Row by row, in order; a row that is refused anyway takes nothing."""
    sizes = [50, 200, 60, 30, 20, 1]
    rows = [{**A_SONG, "size_bytes": size} for size in sizes]
    rows.insert(1, {**A_SONG, "mood": "angry"})

    answer = client.post("/v1/uploads/batch", json={"uploads": rows}, headers=holder({"max_bytes": 100}))

    codes = [(row.get("error") or {}).get("code") for row in answer.get_json()["results"]]
    assert codes == [None, "mood_not_allowed", "grant_too_large", "grant_exhausted", None, None, "grant_exhausted"]


def test_a_one_time_token_starts_one_upload(client: FlaskClient, send: Callable[..., int]) -> None:
    """It may continue that one: new URLs, confirm, repeatedly."""
    mine = holder({"once": True})
    started = start(client, mine).get_json()
    renewed = client.post(f"/v1/uploads/{started['upload_id']}/urls", headers=mine).get_json()

    assert send(renewed["transfer"]) == 200
    for _ in range(2):
        confirmed = client.post(f"/v1/uploads/{started['upload_id']}/confirm", headers=mine)
        assert outcome(confirmed) == (200, "")
    assert outcome(start(client, mine)) == (403, "grant_exhausted")


def test_a_repeated_request_takes_nothing_more(client: FlaskClient) -> None:
    """With its Idempotency-Key, a client that lost the answer gets the upload already paid for."""
    mine = {**holder({"once": True}), "Idempotency-Key": "abc-12345678"}

    first, again = start(client, mine), start(client, mine)

    assert outcome(first)[1] == outcome(again)[1] == ""
    assert first.get_json()["upload_id"] == again.get_json()["upload_id"]
    assert outcome(start(client, {**mine, "Idempotency-Key": "xyz-12345678"})) == (403, "grant_exhausted")


def test_what_is_aborted_is_not_given_back(client: FlaskClient) -> None:
    """Its URL may already have been used."""
    mine = holder({"once": True})
    started = start(client, mine).get_json()
    assert client.delete(f"/v1/uploads/{started['upload_id']}", headers=mine).status_code == 204

    assert outcome(start(client, mine)) == (403, "grant_exhausted")


def test_a_refused_request_takes_nothing(client: FlaskClient) -> None:
    """Whatever the reason."""
    mine = holder({"once": True, "content_types": ["audio/*"]})
    for wrong in ({"mood": "angry"}, {"content_type": "text/html"}, {"content_type": "video/mp4"}, {"size_bytes": -1}):
        assert start(client, mine, **wrong).status_code in (415, 422)

    assert outcome(start(client, mine)) == (201, "")


def test_fifty_at_once_get_exactly_ten(client: FlaskClient) -> None:
    """Through the whole API; for MongoDB see tests/contracts."""
    mine = holder({"max_files": 10})
    app = client.application

    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(lambda _: start(app.test_client(), mine).status_code, range(50)))

    assert (statuses.count(201), statuses.count(403)) == (10, 40)


# --- types, prefix ---------------------------------------------------------------------------------
def test_content_types_narrow_the_policy(client: FlaskClient) -> None:
    """They never widen it."""
    mine = holder({"content_types": ["Audio/*", "text/html"]})

    assert outcome(start(client, mine, content_type="audio/mpeg; x=y")) == (201, "")
    assert outcome(start(client, mine, content_type="video/mp4")) == (415, "grant_type_not_allowed")
    assert outcome(start(client, mine, content_type="text/html")) == (415, "content_type_not_allowed")


@pytest.mark.parametrize("grant", [{"max_bytes": 10**9}, {"content_types": ["audio/*"]}])
def test_a_call_that_declares_nothing_is_refused_where_something_is_limited(client: FlaskClient, grant: Any) -> None:
    """A bare PUT cannot be checked against limits."""
    answer = client.get("/s3/upload-url?key=uploads/u1/a.mp3", headers=holder(grant))

    assert outcome(answer) == (403, "grant_needs_declaration")


def test_a_prefix_holds_for_every_key_that_is_named(client: FlaskClient) -> None:
    """For upload, download and recording, one and many; keys are compared unchanged, after dots are refused."""
    mine = holder({"prefix": "uploads/u1/album/"})
    song = {"title": "A", "artist": "B", "mood": "happy"}

    def ask(key: str) -> list[tuple[int, str]]:
        by_keys = client.post("/v1/files/download-urls", json={"object_keys": [key]}, headers=mine).get_json()
        error = by_keys["results"][0]["error"]
        return [
            outcome(client.get("/s3/upload-url", query_string={"key": key}, headers=mine)),
            outcome(client.get("/s3/download-url", query_string={"key": key}, headers=mine)),
            outcome(client.post("/songs", json={**song, "key": key}, headers=mine)),
            (error["status"], error["code"]),
        ]

    inside = ask("uploads/u1/album/a.mp3")
    assert inside[0] == (200, "")
    assert {code for _, code in inside} == {"", "object_missing", "file_not_found"}
    for outside in ("uploads/u1/a.mp3", "uploads/u1/album", "uploads/u1/album2/a.mp3", "uploads/u1/Album/a.mp3"):
        assert ask(outside) == [(403, "key_outside_grant")] * 4
    assert {code for _, code in ask("uploads/u1/album/../a.mp3")} == {"invalid_object_key"}
    assert {code for _, code in ask("uploads/u2/album/a.mp3")} == {"key_outside_prefix"}


def test_a_key_that_the_service_makes_must_lie_under_the_prefix_too(client: FlaskClient) -> None:
    """The service's keys are uploads/{you}/{id}; a deeper prefix allows only named keys."""
    assert outcome(start(client, holder({"prefix": "uploads/u1/"}))) == (201, "")
    assert outcome(start(client, holder({"prefix": "uploads/u1/album/"}))) == (403, "key_outside_grant")
    assert outcome(start(client, holder({"prefix": "uploads/u2/"}))) == (403, "key_outside_grant")
    assert outcome(client.get("/s3/upload-url?key=uploads/u2/a", headers=holder({"prefix": "uploads/u2/"})))[0] == 403


# --- claims ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "grant",
    [
        None,
        [],
        "uploads/u1/",
        7,
        True,
        {"prefix": ""},
        {"prefix": "uploads/u1"},
        {"prefix": 7},
        {"max_bytes": -1},
        {"max_bytes": 1.5},
        {"max_bytes": "100"},
        {"max_bytes": True},
        {"max_bytes": 2**70},
        {"max_files": 0},
        {"max_files": None, "max_file": 1},
        {"max_files": {"$gt": 0}},
        {"content_types": "audio/*"},
        {"content_types": []},
        {"content_types": [""]},
        {"content_types": [7]},
        {"once": 1},
        {"once": "yes"},
        {"later": True},
    ],
)
def test_a_grant_that_is_not_understood_lets_nobody_in(client: FlaskClient, grant: Any) -> None:
    """It was meant to limit something, so ignoring it would widen the token."""
    for answer in (start(client, holder(grant)), client.get("/v1/files", headers=holder(grant))):
        assert outcome(answer) == (401, "token_invalid")


@pytest.mark.parametrize("jti", [..., "", 7, "x" * 256, {"$ne": ""}, ["a"]])
@pytest.mark.parametrize("grant", [{"max_bytes": 9}, {"max_files": 9}, {"once": True}])
def test_what_is_counted_needs_a_name(client: FlaskClient, grant: Any, jti: Any) -> None:
    """Otherwise two tokens could not be told apart."""
    assert outcome(start(client, holder(grant, jti=jti))) == (401, "token_invalid")


def test_what_is_not_counted_needs_none(client: FlaskClient) -> None:
    """Nor do `once: false` and an expiry beyond all calendars."""
    grant = {"content_types": ["audio/*"], "once": False}

    assert outcome(start(client, holder(grant, jti=...))) == (201, "")
    assert outcome(start(client, holder({"max_files": 9}, exp=10**300))) == (201, "")


def test_scopes_still_count(client: FlaskClient) -> None:
    """A grant only narrows them; reading depends on scopes alone."""
    reader = holder({"max_files": 9}, scope="files:read")

    assert outcome(start(client, reader)) == (403, "scope_missing")
    assert outcome(client.get("/v1/files", headers=reader)) == (200, "")


# --- what /v1/session tells of it -----------------------------------------------------------------
def session_grant(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.get("/v1/session", headers=headers).get_json()["grant"]


def test_session_tells_what_is_left(client: FlaskClient) -> None:
    """So a page can show it before anybody picks a file; refused requests have taken nothing."""
    grant = {"prefix": "uploads/u1/", "max_bytes": 100, "max_files": 3, "content_types": ["Audio/*"]}
    mine = holder(grant)
    start(client, mine, size_bytes=60)
    start(client, mine, size_bytes=60)

    assert session_grant(client, mine) == {
        "prefix": "uploads/u1/",
        "content_types": ["audio/*"],
        "max_bytes": 100,
        "max_files": 3,
        "left_bytes": 40,
        "left_files": 2,
    }


def test_session_tells_of_a_token_that_is_used_up(client: FlaskClient) -> None:
    """`once` means one file; what is left never goes below zero."""
    mine = holder({"once": True})
    assert (session_grant(client, mine)["max_files"], session_grant(client, mine)["left_files"]) == (1, 1)

    start(client, mine)
    start(client, mine)

    assert (session_grant(client, mine)["left_files"], session_grant(client, mine)["left_bytes"]) == (0, None)


def test_session_tells_only_of_what_is_narrowed(client: FlaskClient) -> None:
    """Null in a field, or for the whole grant, means that only the service's limits apply."""
    narrow = {"prefix", "content_types", "max_bytes", "max_files", "left_bytes", "left_files"}

    assert session_grant(client, bearer()) is None
    assert session_grant(client, {}) is None
    assert session_grant(client, holder({})) == dict.fromkeys(narrow)
    assert session_grant(client, holder({"prefix": "uploads/u1/"})) == dict.fromkeys(narrow) | {"prefix": "uploads/u1/"}
