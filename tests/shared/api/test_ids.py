"""Unknown and malformed ids, and calls that do not fit the state of an upload or file."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.uploads.usecases.upkeep.sweep import sweep
from tests.conftest import Clock
from tests.helpers.api import A_SONG, SONG, UNKNOWN_ID
from tests.helpers.problems import assert_problem, fields_of

Send = Callable[..., int]
Written = Callable[[], list[str]]
AFile = Callable[..., dict[str, Any]]

CALLS = [
    ("GET", "/v1/uploads/{}", "upload_id"),
    ("DELETE", "/v1/uploads/{}", "upload_id"),
    ("POST", "/v1/uploads/{}/urls", "upload_id"),
    ("POST", "/v1/uploads/{}/confirm", "upload_id"),
    ("GET", "/v1/files/{}", "file_id"),
    ("DELETE", "/v1/files/{}", "file_id"),
    ("PATCH", "/v1/files/{}", "file_id"),
    ("GET", "/v1/files/{}/download", "file_id"),
]
NO_IDS = [
    "x",
    UNKNOWN_ID.lower(),
    UNKNOWN_ID[:-1],
    UNKNOWN_ID + "0",
    UNKNOWN_ID[:-1] + "U",  # no letter of a ULID
    "8" + UNKNOWN_ID[1:],  # over 128 bits
    UNKNOWN_ID + "%0A",
    UNKNOWN_ID + "%00",
    "%7B%22$ne%22:1%7D",
    "%ED%A0%80",
    "..%5C..",
    "x" * 5000,
]


@pytest.mark.parametrize(("method", "address", "name"), CALLS)
def test_what_is_no_id_is_refused(client: FlaskClient, method: str, address: str, name: str) -> None:
    """422 before any lookup: only a ULID in its single spelling reaches the database."""
    for no_id in NO_IDS:
        problem = assert_problem(client.open(address.format(no_id), method=method), 422, "validation_failed")

        assert fields_of(problem) == {name}


@pytest.mark.parametrize(("method", "address", "name"), CALLS)
def test_an_unknown_id_is_not_found(client: FlaskClient, method: str, address: str, name: str) -> None:
    """404 that names the kind of thing."""
    response = client.open(address.format(UNKNOWN_ID), method=method)

    problem = assert_problem(response, 404, name.replace("_id", "_not_found"))
    assert UNKNOWN_ID in problem["detail"]


@pytest.mark.parametrize(("method", "address"), [call[:2] for call in CALLS if call[2] == "file_id"])
def test_an_upload_that_is_not_confirmed_is_no_file(client: FlaskClient, method: str, address: str) -> None:
    """Its bytes are unverified, so nobody may download or list it."""
    upload_id = client.post("/v1/uploads", json=A_SONG).get_json()["upload_id"]

    assert_problem(client.open(address.format(upload_id), method=method), 404, "file_not_found")
    assert client.get(f"/v1/uploads/{upload_id}").get_json()["status"] == "pending"


def test_confirm_before_the_bytes_arrive_can_be_repeated(client: FlaskClient, send: Send) -> None:
    """409 object_missing says that retrying helps, and it does."""
    started = client.post("/v1/uploads", json=A_SONG).get_json()
    address = f"/v1/uploads/{started['upload_id']}/confirm"

    problem = assert_problem(client.post(address), 409, "object_missing")
    send(started["transfer"])

    assert problem["retryable"] is True
    assert client.post(address).status_code == 200


@pytest.mark.parametrize("what", ["confirm", "urls"])
def test_nothing_goes_on_after_abort(client: FlaskClient, send: Send, what: str) -> None:
    """409 upload_aborted, even if the bytes have arrived."""
    started = client.post("/v1/uploads", json=A_SONG).get_json()
    client.delete(f"/v1/uploads/{started['upload_id']}")
    send(started["transfer"])

    assert_problem(client.post(f"/v1/uploads/{started['upload_id']}/{what}"), 409, "upload_aborted")


@pytest.mark.parametrize("what", ["confirm", "urls"])
def test_nothing_goes_on_after_delete(client: FlaskClient, a_file: AFile, what: str) -> None:
    """410 file_deleted: a late confirm revives no file."""
    file_id = a_file()["file_id"]
    client.delete(f"/v1/files/{file_id}")

    assert_problem(client.post(f"/v1/uploads/{file_id}/{what}"), 410, "file_deleted")
    assert_problem(client.get(f"/v1/files/{file_id}"), 404, "file_not_found")


def test_an_upload_that_was_swept_is_not_found(client: FlaskClient, ports: Any, clock: Clock) -> None:
    """Unconfirmed uploads are gone after a day."""
    upload_id = client.post("/v1/uploads", json=A_SONG).get_json()["upload_id"]
    clock.pass_(2 * 86_400)
    sweep(ports)

    assert_problem(client.post(f"/v1/uploads/{upload_id}/confirm"), 404, "upload_not_found")


def test_a_confirmed_upload_gets_no_fresh_url(client: FlaskClient, a_file: AFile) -> None:
    """A file's bytes never change."""
    file_id = a_file()["file_id"]

    assert_problem(client.post(f"/v1/uploads/{file_id}/urls"), 409, "upload_finished")


def test_a_confirmed_upload_cannot_be_aborted(client: FlaskClient, a_file: AFile) -> None:
    """A file must be deleted as a file."""
    file_id = a_file()["file_id"]

    assert_problem(client.delete(f"/v1/uploads/{file_id}"), 409, "upload_finished")
    assert client.get(f"/v1/files/{file_id}").status_code == 200


def _store_otherwise(ports: Any, clock: Clock, started: dict[str, Any], body: bytes, content_type: str) -> None:
    """Store what a store without checks would accept."""
    url = ports.objects.presign_put(
        "mybucket", started["object_key"], headers={"content-type": content_type}, at=clock(), expires_in=60
    ).url
    assert ports.objects.send(url, at=clock(), body=body, headers={"content-type": content_type})[0] == 200


@pytest.mark.parametrize(
    ("body", "content_type", "both"),
    [
        (SONG + b"!", "audio/mpeg", (str(len(SONG)), str(len(SONG) + 1))),
        (b"", "audio/mpeg", (str(len(SONG)), "0")),
        (SONG, "text/html", ("audio/mpeg", "text/html")),
        (SONG, "audio/MPEG", ("audio/mpeg", "audio/MPEG")),
    ],
)
def test_an_object_that_is_not_what_was_declared_is_rejected(
    client: FlaskClient, ports: Any, clock: Clock, body: bytes, content_type: str, both: tuple[str, str]
) -> None:
    """422 with both values at every try; the object is removed and there is no file."""
    started = client.post("/v1/uploads", json=A_SONG).get_json()
    _store_otherwise(ports, clock, started, body, content_type)

    problems = [client.post(f"/v1/uploads/{started['upload_id']}/confirm") for _ in range(2)]

    for response in problems:
        detail = assert_problem(response, 422, "object_mismatch")["detail"]
        assert all(value in detail for value in both)
    assert ports.objects.head("mybucket", started["object_key"]) is None
    assert client.get("/v1/files").get_json()["files"] == []
    assert client.get("/v1/uploads?status=rejected").get_json()["uploads"][0]["upload_id"] == started["upload_id"]


def test_a_mood_that_is_not_in_the_list_is_refused_at_confirm(client: FlaskClient, send: Send) -> None:
    """The upload is unchanged, and a corrected confirm makes the file."""
    started = client.post("/v1/uploads", json=A_SONG).get_json()
    send(started["transfer"])
    address = f"/v1/uploads/{started['upload_id']}/confirm"

    assert_problem(client.post(address, json={"mood": "angry"}), 422, "mood_not_allowed")

    assert client.get(f"/v1/uploads/{started['upload_id']}").get_json()["status"] == "pending"
    assert client.post(address, json={"mood": "sad"}).get_json()["mood"] == "sad"


@pytest.mark.parametrize("body", [{"title": "x" * 201}, {"title": None, "x": 1}, {"tags": "x"}, {"mood": 1}])
def test_a_bad_field_at_confirm_changes_nothing(client: FlaskClient, send: Send, written: Written, body: Any) -> None:
    """422 before the store is asked."""
    started = client.post("/v1/uploads", json=A_SONG).get_json()
    send(started["transfer"])
    before = written()

    response = client.post(f"/v1/uploads/{started['upload_id']}/confirm", json=body)

    assert_problem(response, 422, "validation_failed")
    assert before == written()
