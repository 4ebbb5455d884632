"""Valid calls of /v1/uploads: start, show, new URL, confirm, abort."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.helpers.api import A_SONG, SONG

Send = Callable[..., int]


def test_a_started_upload_tells_how_to_send_the_bytes(client: FlaskClient) -> None:
    """With the id, the service's key, and the request with its signed headers."""
    response = client.post("/v1/uploads", json={**A_SONG, "mood": "happy"})
    started = response.get_json()

    assert response.status_code == 201
    assert started["object_key"] == f"uploads/local/{started['upload_id']}.mp3"
    assert started["transfer"]["method"] == "PUT"
    assert started["transfer"]["kind"] == "put"
    assert started["url"] == started["transfer"]["url"]
    headers = started["transfer"]["headers"]
    assert headers.pop("x-amz-meta-moodrop")
    assert headers == {
        "content-length": str(len(SONG)),
        "content-type": "audio/mpeg",
        "if-none-match": "*",
    }
    assert (started["server_time"], started["transfer"]["expires_at"]) == (
        "2026-11-21T12:00:00Z",
        "2026-11-21T12:01:00Z",
    )


def test_an_upload_becomes_a_file(client: FlaskClient, send: Send) -> None:
    """Started, sent, confirmed: the file has the upload's id and everything declared."""
    metadata = {"mood": "happy", "title": "Blå", "artist": "日本語", "tags": ["live"]}
    started = client.post("/v1/uploads", json={**A_SONG, **metadata}).get_json()
    assert send(started["transfer"]) == 200

    response = client.post(f"/v1/uploads/{started['upload_id']}/confirm")
    file = response.get_json()

    assert response.status_code == 200
    assert file["file_id"] == started["upload_id"]
    assert file["owner"] == "local"
    assert {**A_SONG, **metadata} == {name: file[name] for name in {**A_SONG, **metadata}}
    assert client.get(f"/v1/files/{file['file_id']}").get_json() == file


def test_confirm_twice_gives_the_same_file(client: FlaskClient, send: Send) -> None:
    """For a client that lost the first answer; the first metadata stays."""
    started = client.post("/v1/uploads", json=A_SONG).get_json()
    send(started["transfer"])
    address = f"/v1/uploads/{started['upload_id']}/confirm"

    first = client.post(address, json={"mood": "sad"}).get_json()
    again = client.post(address, json={"mood": "happy"}).get_json()

    assert first == again
    assert first["mood"] == "sad"


def test_metadata_said_at_confirm_is_added_to_what_was_declared(client: FlaskClient, send: Send) -> None:
    """Fields left out in the confirm keep their value."""
    started = client.post("/v1/uploads", json={**A_SONG, "title": "Early", "artist": "A"}).get_json()
    send(started["transfer"])

    file = client.post(f"/v1/uploads/{started['upload_id']}/confirm", json={"title": "Late"}).get_json()

    assert (file["title"], file["artist"]) == ("Late", "A")


def test_a_file_of_no_bytes_is_a_file(client: FlaskClient, send: Send) -> None:
    """Size 0 is valid from start to end."""
    started = client.post("/v1/uploads", json={**A_SONG, "size_bytes": 0}).get_json()
    assert send(started["transfer"], b"") == 200

    file = client.post(f"/v1/uploads/{started['upload_id']}/confirm").get_json()

    assert file["size_bytes"] == 0


@pytest.mark.parametrize("content_type", ["AUDIO/MPEG", "audio/mpeg; charset=binary", "  audio/mpeg ;x=y"])
def test_a_content_type_is_taken_in_lower_case_without_parameters(client: FlaskClient, content_type: str) -> None:
    """The signed, stored and returned type are spelt the same."""
    started = client.post("/v1/uploads", json={**A_SONG, "content_type": content_type}).get_json()

    assert started["transfer"]["headers"]["content-type"] == "audio/mpeg"


@pytest.mark.parametrize(
    ("given", "cleaned", "extension"),
    [
        ("a\x00b\r\n.mp3", "ab.mp3", ".mp3"),
        ("../../etc/passwd", "passwd", ""),
        ("C:\\Music\\song.MP3", "song.MP3", ".mp3"),
        ("e\u0301te\u0301.flac", "été.flac", ".flac"),
        ("\x01\x02", "file", ""),
        (" ", "file", ""),
        ("x." + "e" * 40, "x." + "e" * 40, ""),
    ],
)
def test_a_file_name_is_cleaned_and_never_shapes_the_key(
    client: FlaskClient, given: str, cleaned: str, extension: str
) -> None:
    """Folders and control characters are removed and accents composed; the key has at most a plain extension."""
    started = client.post("/v1/uploads", json={**A_SONG, "filename": given}).get_json()
    upload = client.get(f"/v1/uploads/{started['upload_id']}").get_json()

    assert cleaned == upload["filename"]
    assert upload["object_key"] == f"uploads/local/{upload['upload_id']}{extension}"


def test_a_long_file_name_is_cut_to_255_bytes_and_keeps_its_extension(client: FlaskClient) -> None:
    """Without splitting a character."""
    started = client.post("/v1/uploads", json={**A_SONG, "filename": "é" * 300 + ".mp3"}).get_json()
    filename = client.get(f"/v1/uploads/{started['upload_id']}").get_json()["filename"]

    assert filename == "é" * 125 + ".mp3"


def test_spaces_around_metadata_are_dropped(client: FlaskClient) -> None:
    """A stray space in a form does not make another mood."""
    response = client.post("/v1/uploads", json={**A_SONG, "mood": " happy ", "title": " T "})
    upload = client.get(f"/v1/uploads/{response.get_json()['upload_id']}").get_json()

    assert (upload["mood"], upload["title"]) == ("happy", "T")


def test_a_blank_text_said_at_confirm_leaves_what_was_declared(client: FlaskClient, send: Send) -> None:
    """Like null."""
    started = client.post("/v1/uploads", json={**A_SONG, "title": "T", "artist": " "}).get_json()
    assert send(started["transfer"]) == 200

    blank = {"title": " ", "artist": "", "album": "\u3000"}
    file = client.post(f"/v1/uploads/{started['upload_id']}/confirm", json=blank).get_json()

    assert [file[name] for name in blank] == ["T", None, None]


def test_a_large_file_gets_a_url_that_lives_longer(client: FlaskClient) -> None:
    """Over a slow network 1 GiB takes more than 60 s; the maximum is an hour."""
    started = client.post("/v1/uploads", json={**A_SONG, "size_bytes": 1024**3}).get_json()

    assert started["transfer"]["expires_at"] == "2026-11-21T13:00:00Z"


def test_a_fresh_url_replaces_an_expired_one(client: FlaskClient, send: Send, clock: Clock) -> None:
    """With the same id and the same signed headers."""
    started = client.post("/v1/uploads", json=A_SONG).get_json()
    clock.pass_(61)
    assert send(started["transfer"]) == 403

    renewed = client.post(f"/v1/uploads/{started['upload_id']}/urls", json={}).get_json()

    assert renewed["upload_id"] == started["upload_id"]
    assert renewed["transfer"]["headers"] == started["transfer"]["headers"]
    assert send(renewed["transfer"]) == 200


def test_what_is_unfinished_is_listed_newest_first(client: FlaskClient, clock: Clock) -> None:
    """So a reopened page finds what it started; each state has its own list."""
    ids = []
    for _ in range(3):
        ids.append(client.post("/v1/uploads", json=A_SONG).get_json()["upload_id"])
        clock.pass_(1)
    client.delete(f"/v1/uploads/{ids[1]}")

    def listed(query: str) -> list[str]:
        return [upload["upload_id"] for upload in client.get(f"/v1/uploads{query}").get_json()["uploads"]]

    assert listed("") == listed("?status=pending") == [ids[2], ids[0]]
    assert listed("?status=aborted") == [ids[1]]
    assert listed("?status=rejected") == []


def test_abort_ends_an_upload_and_is_safe_to_repeat(client: FlaskClient, send: Send, ports: Any) -> None:
    """The sent bytes are removed; a second abort gives the same answer."""
    started = client.post("/v1/uploads", json=A_SONG).get_json()
    send(started["transfer"])

    answers = [client.delete(f"/v1/uploads/{started['upload_id']}") for _ in range(2)]

    assert [204, 204] == [response.status_code for response in answers]
    assert answers[0].get_data() == b""
    assert client.get(f"/v1/uploads/{started['upload_id']}").get_json()["status"] == "aborted"
    assert ports.objects.head("mybucket", started["object_key"]) is None
