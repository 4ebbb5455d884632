"""`uploads:write` alone cannot change, read or publish a file that existed before the call."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.ports import Ports
from service.uploads.metadata import FileMetadata
from service.uploads.model import UploadStatus
from service.uploads.usecases.confirming.confirm import finalize
from tests.builders import MIN_PART
from tests.conftest import Clock
from tests.helpers.api import A_SONG, SONG
from tests.helpers.problems import assert_problem
from tests.helpers.tokens import bearer

KEY = "uploads/u1/a b.mp3"
WORDS = {"title": "Defaced", "mood": "happy"}


def uploader() -> dict[str, str]:
    return bearer(scope="uploads:write")


def reader() -> dict[str, str]:
    return bearer(scope="uploads:write files:read")


def narrowed() -> dict[str, str]:
    return bearer(scope="uploads:write", jti="n1", grant={"max_files": 9})


@pytest.fixture
def client(jwt_client: Callable[..., FlaskClient]) -> FlaskClient:
    return jwt_client()


@pytest.fixture
def put(client: FlaskClient, ports: Any, clock: Clock) -> Callable[..., str]:
    """Get a URL for a key, send something there, and return the upload's id."""

    def make(key: str = KEY, headers: dict[str, str] | None = None, body: bytes = SONG) -> str:
        presigned = client.get("/s3/upload-url", query_string={"key": key}, headers=headers or uploader()).get_json()
        sent = {"content-type": "audio/mpeg"}
        assert ports.objects.send(presigned["url"], at=clock(), body=body, headers=sent)[0] == 200
        upload_id: str = presigned["upload_id"]
        return upload_id

    return make


@pytest.fixture
def a_private_file(client: FlaskClient, send: Callable[..., int]) -> Callable[..., dict[str, Any]]:
    """A file that its owner has edited since its confirm."""

    def make(**fields: Any) -> dict[str, Any]:
        started = client.post("/v1/uploads", json={**A_SONG, **fields}, headers=bearer()).get_json()
        assert send(started["transfer"]) == 200
        client.post(f"/v1/uploads/{started['upload_id']}/confirm", headers=bearer())
        edits = {"title": "Secret", "filename": "Secret name.mp3"}
        edited = client.patch(f"/v1/files/{started['upload_id']}", json=edits, headers=bearer())
        file: dict[str, Any] = edited.get_json()
        return file

    return make


def song(client: FlaskClient, headers: dict[str, str], key: str = KEY, **fields: Any) -> Any:
    return client.post("/songs", json={**WORDS, "key": key, **fields}, headers=headers)


# --- POST /songs ---------------------------------------------------------------------------------
def test_a_song_that_was_just_sent_is_recorded(client: FlaskClient, put: Callable[..., str], ports: Ports) -> None:
    """With all that its uploader says; a URL to play it needs files:read."""
    put()
    first = song(client, uploader(), visibility="public").get_json()["song"]
    put(KEY + "2")
    second = song(client, reader(), KEY + "2").get_json()["song"]

    assert (first["title"], first["audioFile"]) == ("Defaced", None)
    assert ports.objects.send(second["audioFile"], at=ports.now())[:2] == (200, SONG)
    file = client.get(f"/v1/files/{first['id']}", headers=bearer()).get_json()
    assert (file["title"], file["visibility"]) == ("Defaced", "public")


@pytest.mark.parametrize("who", [uploader, reader, narrowed])
@pytest.mark.parametrize("fields", [{}, {"visibility": "public"}])
def test_a_file_that_is_there_is_not_changed_by_its_key(
    client: FlaskClient, a_private_file: Any, put: Callable[..., str], who: Any, fields: Any
) -> None:
    """Sealed or staged, described or not: 403, and nothing about it is revealed."""
    sealed = a_private_file()
    put()
    song(client, bearer(), title="Secret")

    for key in (sealed["object_key"], KEY):
        response = song(client, who(), key, **fields)

        assert "files:write" in assert_problem(response, 403, "scope_missing")["detail"]
        assert "Secret" not in response.text
        assert "http" not in response.get_json()["detail"]
    files = client.get("/v1/files", headers=bearer()).get_json()["files"]
    assert {(file["title"], file["visibility"]) for file in files} == {("Secret", "private")}


def test_who_may_change_files_changes_it(client: FlaskClient, a_private_file: Any) -> None:
    """As before; without files:read there is still no URL."""
    file = a_private_file()
    changed = song(client, bearer(scope="uploads:write files:write"), file["object_key"], visibility="public")

    assert (changed.status_code, changed.get_json()["song"]["audioFile"]) == (201, None)
    now = client.get(f"/v1/files/{file['file_id']}", headers=bearer()).get_json()
    assert (now["title"], now["visibility"]) == ("Defaced", "public")


def test_who_may_change_files_and_not_read_them_reads_nothing_by_a_change(
    client: FlaskClient, a_private_file: Any
) -> None:
    """The answer to an edit shows only what the edit itself set."""
    file, editor = a_private_file(artist="Declared", mood="sad"), bearer(scope="uploads:write files:write")
    address, key = f"/v1/files/{file['file_id']}", file["object_key"]

    nothing = client.patch(address, json={}, headers=editor).get_json()
    some = client.patch(address, json={"mood": "happy", "filename": "b.mp3"}, headers=editor).get_json()
    by_key = song(client, editor, key).get_json()["song"]

    shown = [(each["filename"], each.get("title"), each.get("artist"), each.get("mood")) for each in (nothing, some)]
    assert shown == [(f"{file['file_id']}.mp3", None, None, None), ("b.mp3", None, None, "happy")]
    assert (by_key["title"], by_key["artist"], by_key["mood"]) == (WORDS["title"], None, WORDS["mood"])
    assert client.get(address, headers=bearer()).get_json()["artist"] == "Declared"


@pytest.mark.parametrize("by", ["event", "sweep", "look"])
def test_the_first_word_is_still_its_uploaders(
    client: FlaskClient, put: Callable[..., str], ports: Ports, by: Any
) -> None:
    """The store's event may be faster than the client; but visibility is not part of that first description."""
    upload = ports.records.get(put())
    assert upload
    if by == "look":
        assert client.get("/s3/download-url", query_string={"key": KEY}, headers=bearer()).status_code == 200
    else:
        finalize(ports, upload, FileMetadata(), by=by)

    assert_problem(song(client, uploader(), visibility="public"), 403, "scope_missing")
    assert_problem(song(client, narrowed()), 403, "scope_missing")
    assert song(client, uploader()).status_code == 201
    assert_problem(song(client, uploader(), title="Another"), 403, "scope_missing")


def test_there_is_no_first_word_after_an_edit_or_a_day(
    client: FlaskClient, put: Callable[..., str], ports: Ports, clock: Clock
) -> None:
    """Nobody may come back years later to describe an unconfirmed file."""
    for key, happens in ((KEY, "edit"), (KEY + "2", "time")):
        upload = ports.records.get(put(key))
        assert upload
        finalize(ports, upload, FileMetadata(), by="event")
        if happens == "edit":
            client.patch(f"/v1/files/{upload.upload_id}", json={"album": "Mine"}, headers=bearer())
        else:
            clock.pass_(ports.policy.pending_expires_in)

        assert_problem(song(client, uploader(), key), 403, "scope_missing")
        confirmed = client.post(f"/v1/uploads/{upload.upload_id}/confirm", json=WORDS, headers=uploader())
        assert confirmed.status_code == 200
        assert client.get(f"/v1/files/{upload.upload_id}", headers=bearer()).get_json()["title"] is None


def test_what_an_event_found_of_the_services_own_keys_has_no_word_by_its_key(
    client: FlaskClient, send: Callable[..., int], ports: Ports
) -> None:
    """Its uploader confirms it by id; anyone who has seen a URL knows the key."""
    started = client.post("/v1/uploads", json=A_SONG, headers=uploader()).get_json()
    send(started["transfer"])
    upload = ports.records.get(started["upload_id"])
    assert upload
    finalize(ports, upload, FileMetadata(), by="event")

    assert_problem(song(client, uploader(), started["object_key"]), 403, "scope_missing")
    confirmed = client.post(f"/v1/uploads/{started['upload_id']}/confirm", json=WORDS, headers=uploader()).get_json()
    assert confirmed["title"] == "Defaced"


def test_a_replacement_that_waits_is_no_way_round(client: FlaskClient, put: Callable[..., str], ports: Ports) -> None:
    """Its metadata would become the file's."""
    put()
    song(client, bearer(), title="Secret")
    put(headers=bearer())

    assert_problem(song(client, uploader(), visibility="public"), 403, "scope_missing")
    file = ports.records.file_by_key("u1", KEY)
    assert file
    assert (file.metadata.title, file.metadata.visibility) == ("Secret", None)


@pytest.mark.parametrize("by", ["event", "sweep"])
def test_nobody_publishes_what_was_found_by_its_id(
    client: FlaskClient, send: Callable[..., int], ports: Ports, by: Any
) -> None:
    """The key contains the id: a first description without files:write may keep a file private, but not publish it."""
    for requested, visibility in (("public", "private"), ("private", "private")):
        started = client.post("/v1/uploads", json=A_SONG, headers=bearer()).get_json()
        send(started["transfer"])
        upload = ports.records.get(started["upload_id"])
        assert upload
        finalize(ports, upload, FileMetadata(), by=by)

        address = f"/v1/uploads/{started['upload_id']}/confirm"
        confirmed = client.post(address, json={"title": "Mine", "visibility": requested}, headers=uploader()).get_json()

        assert (confirmed["title"], confirmed["visibility"]) == ("Mine", visibility)


@pytest.mark.parametrize("is_there", [True, False])
def test_who_confirms_anothers_replacement_says_nothing_of_the_file(
    client: FlaskClient, put: Callable[..., str], is_there: bool
) -> None:
    """The owner started it with files:write; the confirm's metadata would change the existing file."""
    if is_there:
        put()
        song(client, bearer(), title="Secret")
    waiting = put(headers=bearer(), body=SONG + b"2")

    confirmed = client.post(
        f"/v1/uploads/{waiting}/confirm", json={**WORDS, "visibility": "public"}, headers=uploader()
    ).get_json()

    now = client.get(f"/v1/files/{confirmed['file_id']}", headers=bearer()).get_json()
    assert (now["title"], now["visibility"]) == ("Secret" if is_there else "Defaced", "private")
    assert confirmed["title"] == (None if is_there else "Defaced")
    assert now["size_bytes"] == len(SONG) + 1


# --- other bytes ---------------------------------------------------------------------------------
@pytest.mark.parametrize("who", [uploader, reader, narrowed])
def test_a_file_that_is_there_is_not_replaced(client: FlaskClient, put: Callable[..., str], who: Any) -> None:
    """Other bytes under the same key would change the file."""
    put()
    song(client, bearer())

    response = client.get("/s3/upload-url", query_string={"key": KEY}, headers=who())

    assert "files:write" in assert_problem(response, 403, "scope_missing")["detail"]
    assert client.get("/s3/upload-url", query_string={"key": KEY}, headers=bearer()).status_code == 200


def test_a_key_of_the_services_own_is_refused_at_once(client: FlaskClient, a_private_file: Any) -> None:
    """409 for everybody: keys of files, of pending uploads, and of none."""
    pending = client.post("/v1/uploads", json=A_SONG, headers=bearer()).get_json()
    keys = [a_private_file()["object_key"], pending["object_key"], "uploads/u1/01JD8ZK3V0X5W9QH2M4N6P7R8S"]

    for key in keys:
        response = client.get("/s3/upload-url", query_string={"key": key}, headers=bearer())
        assert_problem(response, 409, "object_key_taken")


# --- by its id -----------------------------------------------------------------------------------
def test_what_others_said_is_not_told_by_its_id(client: FlaskClient, a_private_file: Any) -> None:
    """A confirm may be repeated for ever, and returns what its client declared; later metadata needs files:read."""
    file_id = a_private_file(artist="Declared")["file_id"]

    def answers(headers: dict[str, str]) -> list[Any]:
        many = client.post("/v1/uploads/confirm", json={"upload_ids": [file_id]}, headers=headers).get_json()
        return [
            client.post(f"/v1/uploads/{file_id}/confirm", json={"album": "X"}, headers=headers).get_json(),
            client.get(f"/v1/uploads/{file_id}", headers=headers).get_json(),
            many["results"][0]["file"],
        ]

    for shown in answers(uploader()):
        assert (shown["title"], shown["artist"], shown["filename"]) == (None, None, f"{file_id}.mp3")
    for shown in answers(reader()):
        assert (shown["title"], shown["artist"], shown["album"]) == ("Secret", "Declared", None)
        assert shown["filename"] == "Secret name.mp3"
    assert client.post(f"/v1/uploads/{file_id}/urls", headers=uploader()).status_code == 409
    assert client.delete(f"/v1/uploads/{file_id}", headers=uploader()).status_code == 409


def test_what_its_client_declared_is_told_again(client: FlaskClient, send: Callable[..., int]) -> None:
    """For a client that lost the answer to its confirm."""
    started = client.post("/v1/uploads", json={**A_SONG, "title": "Mine"}, headers=uploader()).get_json()
    send(started["transfer"])
    address = f"/v1/uploads/{started['upload_id']}/confirm"

    first, again = (client.post(address, json={"album": "Blue"}, headers=uploader()).get_json() for _ in range(2))

    assert first == again
    assert (first["title"], first["album"]) == ("Mine", "Blue")


def test_a_cover_tells_nothing_of_its_song(client: FlaskClient, a_private_file: Any, send: Callable[..., int]) -> None:
    """Its confirm returns the song, but whoever started it may change files without reading them."""
    file_id = a_private_file()["file_id"]
    body = {"filename": "c.png", "content_type": "image/png", "size_bytes": len(SONG), "cover_of": file_id}
    assert_problem(client.post("/v1/uploads", json=body, headers=uploader()), 403, "scope_missing")
    started = client.post("/v1/uploads", json=body, headers=bearer(scope="uploads:write files:write")).get_json()
    send(started["transfer"])

    confirmed = client.post(f"/v1/uploads/{started['upload_id']}/confirm", headers=uploader()).get_json()

    assert (confirmed["cover_id"], confirmed["title"], confirmed["filename"]) == (
        started["upload_id"],
        None,
        f"{file_id}.mp3",
    )


def test_uppys_calls_tell_of_a_file_no_more_than_its_parts(client: FlaskClient, ports: Any, clock: Clock) -> None:
    """A repeated complete changes nothing, and shows no later metadata."""
    begun = client.post(
        "/s3/multipart", json={"filename": "a.mp3", "type": "audio/mpeg"}, headers=uploader()
    ).get_json()
    address = f"/s3/multipart/{begun['uploadId']}"
    for number, part in enumerate((bytes(MIN_PART), SONG), 1):
        url = client.get(f"{address}/{number}", headers=uploader()).get_json()["url"]
        assert ports.objects.send(url, at=clock(), body=part)[0] == 200
    listed = client.get(address, headers=uploader()).get_json()
    parts = {"parts": [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in listed]}
    done = client.post(f"{address}/complete", json=parts, headers=uploader())
    edits = {"title": "Secret", "filename": "Secret.mp3"}
    client.patch(f"/v1/files/{begun['uploadId']}", json=edits, headers=bearer())

    again = client.post(f"{address}/complete", json=parts, headers=uploader())

    assert done.get_json() | {"location": ""} == again.get_json() | {"location": ""}
    assert "?" not in again.get_json()["location"]
    assert "Secret" not in client.get(address, headers=uploader()).text
    client.delete(address, headers=uploader())
    assert ports.records.get(begun["uploadId"]).status is UploadStatus.READY


def test_a_repeated_start_of_a_file_tells_nothing(client: FlaskClient, send: Callable[..., int]) -> None:
    """409, by its Idempotency-Key."""
    headers = {**uploader(), "Idempotency-Key": "abc-12345678"}
    started = client.post("/v1/uploads", json=A_SONG, headers=headers).get_json()
    send(started["transfer"])
    client.post(f"/v1/uploads/{started['upload_id']}/confirm", headers=uploader())

    assert_problem(client.post("/v1/uploads", json=A_SONG, headers=headers), 409, "upload_finished")


def test_files_of_older_versions_count_as_edited_where_they_may_be(
    client: FlaskClient, send: Callable[..., int], ports: Ports
) -> None:
    """Their documents lack the field, and their revision counts more than edits."""
    for revision, title in ((1, "Mine"), (2, None)):
        started = client.post("/v1/uploads", json={**A_SONG, "title": "Mine"}, headers=uploader()).get_json()
        send(started["transfer"])
        address = f"/v1/uploads/{started['upload_id']}/confirm"
        client.post(address, headers=uploader())
        ports.records.change(started["upload_id"], {}, {"edited": None, "revision": revision})

        assert client.post(address, headers=uploader()).get_json()["title"] == title
