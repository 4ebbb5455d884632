"""/v1/uploads/batch, /v1/uploads/confirm, /v1/files/download-urls and Idempotency-Key over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.ports import Ports
from service.settings import Settings
from tests.conftest import Clock
from tests.helpers.api import A_SONG, SONG, UNKNOWN_ID, client_of
from tests.helpers.faults import Fault, with_fault
from tests.helpers.problems import MEMBERS, assert_problem, fields_of
from tests.helpers.tokens import bearer

AFile = Callable[..., dict[str, Any]]
Send = Callable[..., int]
Written = Callable[[], list[str]]
BATCH, CONFIRM, URLS = "/v1/uploads/batch", "/v1/uploads/confirm", "/v1/files/download-urls"


def test_a_thousand_uploads_go_from_start_to_download(
    client: FlaskClient, send: Send, ports: Any, clock: Clock
) -> None:
    """Three calls and the bytes; rows come in the order of the request."""
    songs = [{**A_SONG, "title": f"t{number}"} for number in range(1000)]

    started = client.post(BATCH, json={"uploads": songs}).get_json()
    assert [200] * 1000 == [send(row["upload"]["transfer"]) for row in started["results"]]
    ids = [row["upload"]["upload_id"] for row in started["results"]]
    confirmed = client.post(CONFIRM, json={"upload_ids": ids}).get_json()
    urls = client.post(URLS, json={"file_ids": ids}).get_json()

    assert [row["file"]["title"] for row in confirmed["results"]] == [song["title"] for song in songs]
    assert [row["file_id"] for row in urls["results"]] == ids
    assert len({row["url"] for row in urls["results"]}) == 1000
    assert ports.objects.send(urls["results"][-1]["url"], at=clock()) == (200, SONG)


ROWS: list[tuple[Any, str]] = [
    (A_SONG, ""),
    ({**A_SONG, "content_type": "text/html"}, "content_type_not_allowed"),
    ({**A_SONG, "size_bytes": 6 * 1024**3}, "file_too_large"),
    ({**A_SONG, "size_bytes": "3"}, "validation_failed"),
    ({**A_SONG, "mood": "angry"}, "mood_not_allowed"),
    ({**A_SONG, "checksum": {"algorithm": "md5", "value_base64": "AAAA"}}, "checksum_invalid"),
    ({**A_SONG, "upload_id": UNKNOWN_ID}, "validation_failed"),
    ({}, "validation_failed"),
    (None, "validation_failed"),
    (7, "validation_failed"),
    ("song.mp3", "validation_failed"),
    ([A_SONG], "validation_failed"),
    (A_SONG, ""),
]


def test_each_row_is_taken_or_refused_by_itself(client: FlaskClient) -> None:
    """A refused row has the same problem as a single call, with the row's own field names."""
    response = client.post(BATCH, json={"uploads": [row for row, _ in ROWS]})
    results = response.get_json()["results"]

    assert response.status_code == 200
    assert [(row["error"] or {"code": ""})["code"] for row in results] == [code for _, code in ROWS]
    for row, (asked, code) in zip(results, ROWS, strict=True):
        assert (row["upload"] is None) == bool(code)
        if code and isinstance(asked, dict):
            alone = client.post("/v1/uploads", json=asked).get_json(force=True)
            assert {**alone, "request_id": ""} == {**row["error"], "request_id": ""}
        if code:
            assert set(row["error"]) == MEMBERS
            assert row["error"]["request_id"] == response.headers["X-Request-ID"]
    assert fields_of(results[3]["error"]) == {"size_bytes"}
    assert len(client.get("/v1/uploads").get_json()["uploads"]) == 2


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        (BATCH, {}, "uploads"),
        (BATCH, {"uploads": []}, "uploads"),
        (BATCH, {"uploads": [A_SONG] * 1001}, "uploads"),
        (BATCH, {"uploads": A_SONG}, "uploads"),
        (BATCH, {"uploads": None}, "uploads"),
        (BATCH, {"uploads": [A_SONG], "x": 1}, "x"),
        (CONFIRM, {}, "upload_ids"),
        (CONFIRM, {"upload_ids": []}, "upload_ids"),
        (CONFIRM, {"upload_ids": [UNKNOWN_ID] * 1001}, "upload_ids"),
        (CONFIRM, {"upload_ids": UNKNOWN_ID}, "upload_ids"),
        (CONFIRM, {"upload_ids": [7]}, "upload_ids.0"),
        (CONFIRM, {"upload_ids": [UNKNOWN_ID, "x"]}, "upload_ids.1"),
        (CONFIRM, {"upload_ids": [{"$ne": None}]}, "upload_ids.0"),
        (CONFIRM, {"upload_ids": [UNKNOWN_ID], "mood": "sad"}, "mood"),
        (URLS, {"file_ids": []}, "file_ids"),
        (URLS, {"file_ids": [UNKNOWN_ID] * 1001}, "file_ids"),
        (URLS, {"file_ids": ["x"]}, "file_ids.0"),
        (URLS, {"object_keys": []}, "object_keys"),
        (URLS, {"object_keys": ["uploads/local/a"] * 1001}, "object_keys"),
        (URLS, {"object_keys": [7]}, "object_keys.0"),
        (URLS, {"object_keys": ["x" * 1025]}, "object_keys.0"),
        (URLS, {"query": {"limit": 0}}, "query.limit"),
        (URLS, {"query": {"limit": 1001}}, "query.limit"),
        (URLS, {"query": {"limit": "5"}}, "query.limit"),
        (URLS, {"query": {"sort": "size"}}, "query.sort"),
        (URLS, {"query": {"cursor": "x"}}, "query.cursor"),
        (URLS, {"query": "all"}, "query"),
        (URLS, {"query": {}, "expires_in": 0}, "expires_in"),
        (URLS, {"query": {}, "expires_in": 604801}, "expires_in"),
        (URLS, {"query": {}, "expires_in": "60"}, "expires_in"),
        (URLS, {"query": {}, "disposition": "INLINE"}, "disposition"),
        (URLS, {}, "body"),
        (URLS, {"file_ids": None}, "body"),
        (URLS, {"file_ids": [UNKNOWN_ID], "query": {}}, "body"),
        (URLS, {"file_ids": [UNKNOWN_ID], "object_keys": ["uploads/local/a"]}, "body"),
        (URLS, {"file_ids": [UNKNOWN_ID], "object_keys": ["uploads/local/a"], "query": {}}, "body"),
    ],
)
def test_a_request_that_is_not_valid_is_refused_whole(
    client: FlaskClient, written: Written, address: str, body: Any, field: str
) -> None:
    """Too few, too many, wrong types, no way or two ways to select: 422, and nothing is written."""
    assert fields_of(assert_problem(client.post(address, json=body), 422, "validation_failed")) == {field}
    assert written() == []


def test_a_batch_beyond_the_limit_of_a_body_is_told(client: FlaskClient, written: Written) -> None:
    """413, so its client divides it. A thousand rows with all their metadata fit."""
    declared = {**A_SONG, "title": "x" * 200, "artist": "z" * 200, "tags": ["y" * 40] * 20, "fingerprint": "f" * 512}
    assert len(client.post(BATCH, json={"uploads": [declared] * 1000}).get_json()["results"]) == 1000
    before = written()
    rows = [{**declared, "filename": "ß" * 4096}] * 1000

    assert_problem(client.post(BATCH, json={"uploads": rows}), 413, "body_too_large")
    assert written() == before


def test_a_batch_without_a_database_issues_nothing(ports: Ports, written: Written) -> None:
    """503 for the whole batch: every issued URL has its document."""
    # The preparation calls both ports; then each call signs one URL, and the insert comes last.
    for at in range(1, 30):
        fault = Fault(at, applied=False)
        client = client_of(Settings(auth_mode="open"), with_fault(ports, fault))
        response = client.post(BATCH, json={"uploads": [A_SONG] * 3})
        if fault.calls < at:
            break
        assert_problem(response, 503, "database_unavailable")
        assert response.headers["Retry-After"]
        assert written() == []

    assert at > 5
    assert len(written()) == 3


def test_many_confirms_end_each_in_its_own_way(client: FlaskClient, send: Send, a_file: AFile) -> None:
    """A new file, an existing one, missing bytes, an aborted upload, an unknown id; one id twice."""
    sent, empty, aborted = (client.post("/v1/uploads", json=A_SONG).get_json() for _ in range(3))
    file = a_file()
    send(sent["transfer"])
    client.delete(f"/v1/uploads/{aborted['upload_id']}")
    ids = [one["upload_id"] for one in (sent, empty, aborted)]
    asked = [*ids, file["file_id"], UNKNOWN_ID, ids[0]]

    response = client.post(CONFIRM, json={"upload_ids": asked})
    results = response.get_json()["results"]

    assert response.status_code == 200
    assert [row["upload_id"] for row in results] == asked
    assert [(row["error"] or {"code": ""})["code"] for row in results] == [
        "",
        "object_missing",
        "upload_aborted",
        "",
        "upload_not_found",
        "",
    ]
    assert results[0]["file"] == results[5]["file"] == client.get(f"/v1/files/{ids[0]}").get_json()
    assert results[3]["file"] == file
    assert results[1]["error"]["retryable"] is True


def test_nobody_confirms_anothers_among_many(jwt_client: Callable[..., FlaskClient], send: Send) -> None:
    """Not found, and still pending."""
    client = jwt_client()
    theirs = client.post("/v1/uploads", json=A_SONG, headers=bearer("u2")).get_json()
    send(theirs["transfer"])

    [row] = client.post(CONFIRM, json={"upload_ids": [theirs["upload_id"]]}, headers=bearer("u1")).get_json()["results"]

    assert row["error"]["code"] == "upload_not_found"
    shown = client.get(f"/v1/uploads/{theirs['upload_id']}", headers=bearer("u2")).get_json()
    assert shown["status"] == "pending"


def test_urls_by_keys_are_ones_own(client: FlaskClient, a_file: AFile, ports: Any, clock: Clock) -> None:
    """In order; missing or forbidden keys have their error in their row."""
    file = a_file()
    asked = [file["object_key"], "uploads/local/none", "incoming/local/x", "uploads/../x", file["object_key"]]

    results = client.post(URLS, json={"object_keys": asked}).get_json()["results"]

    assert [(row["error"] or {"code": ""})["code"] for row in results] == [
        "",
        "file_not_found",
        "key_outside_prefix",
        "invalid_object_key",
        "",
    ]
    assert [row["object_key"] for row in results] == asked
    assert (results[0]["file_id"], results[0]["filename"]) == (file["file_id"], file["filename"])
    assert ports.objects.send(results[4]["url"], at=clock()) == (200, SONG)


def test_urls_by_query_are_those_of_the_list(client: FlaskClient, a_file: AFile) -> None:
    """The same filters and order, with the requested lifetime."""
    for number in range(5):
        a_file(title=f"Tönë {number}", mood="happy" if number % 2 else "sad")
    query = {"mood": "sad", "q": "tone", "sort": "title", "content_type": "audio/*", "limit": 2}

    issued = client.post(URLS, json={"query": query, "expires_in": 600, "disposition": "inline"}).get_json()
    listed = client.get("/v1/files", query_string=query).get_json()["files"]

    assert [row["file_id"] for row in issued["results"]] == [file["file_id"] for file in listed]
    assert {row["expires_at"] for row in issued["results"]} == {"2026-11-21T12:10:00Z"}
    assert len(issued["results"]) == 2
    assert_problem(client.post(URLS, json={"query": {"mood": "angry"}}), 422, "mood_not_allowed")
    assert client.post(URLS, json={"query": {"q": "!"}}).get_json()["results"] == []


def test_a_repeated_request_gets_its_upload(client: FlaskClient, send: Send, clock: Clock) -> None:
    """201 with the same id and a valid URL; without the header, each request is a new upload."""
    headers = {"Idempotency-Key": "x" * 254 + "~"}
    first = client.post("/v1/uploads", json=A_SONG, headers=headers).get_json()
    clock.pass_(61)

    again = client.post("/v1/uploads", json=A_SONG, headers=headers)

    assert again.status_code == 201
    assert again.get_json()["upload_id"] == first["upload_id"]
    assert send(again.get_json()["transfer"]) == 200
    assert client.post("/v1/uploads", json=A_SONG).get_json()["upload_id"] != first["upload_id"]
    problem = assert_problem(
        client.post("/v1/uploads", json={**A_SONG, "title": "x"}, headers=headers), 422, "idempotency_key_reused"
    )
    assert first["upload_id"] in problem["detail"]
    client.post(f"/v1/uploads/{first['upload_id']}/confirm")
    assert_problem(client.post("/v1/uploads", json=A_SONG, headers=headers), 409, "upload_finished")


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb", "\u00a0"])
def test_an_idempotency_key_that_is_none_is_refused(client: FlaskClient, written: Written, key: str) -> None:
    """Only 1 to 255 printable ASCII characters, which every proxy passes on unchanged."""
    response = client.post("/v1/uploads", json=A_SONG, headers={"Idempotency-Key": key})

    assert fields_of(assert_problem(response, 422, "validation_failed")) == {"Idempotency-Key"}
    assert written() == []


def test_two_owners_may_choose_the_same_key(jwt_client: Callable[..., FlaskClient]) -> None:
    """Neither learns of the other's upload."""
    client = jwt_client()
    key = {"Idempotency-Key": "1"}

    ids = {
        client.post("/v1/uploads", json=A_SONG, headers={**bearer(owner), **key}).get_json()["upload_id"]
        for owner in ("u1", "u2")
    }

    assert len(ids) == 2
