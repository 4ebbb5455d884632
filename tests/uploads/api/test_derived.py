"""What files show of what was made from their bytes, and what happens if a scanner finds something in them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.ports import Ports
from service.uploads.derived import Derived, DerivedState, Thumbnail
from service.uploads.model import Upload, UploadStatus
from tests.helpers.api import SONG, UNKNOWN_ID
from tests.helpers.problems import assert_problem
from tests.helpers.tokens import bearer

EICAR = "Win.Test.EICAR_HDB-1"
A_FILE = Callable[..., dict[str, Any]]


def derive(ports: Ports, file_id: str, **changes: Any) -> Upload:
    """Let the file show this, as settling its jobs does."""
    file = ports.records.get(file_id)
    assert file
    derived = replace(Derived(DerivedState.READY, file.source, duration_seconds=181.25), **changes)
    changed = ports.records.change(file_id, {}, {"derived": derived, "derived_revision": file.derived_revision + 1})
    assert changed
    return changed


def a_thumbnail(file_id: str, kind: str = "poster") -> Thumbnail:
    prefix = f"derived/local/{file_id}/{kind}/2/"
    return Thumbnail(prefix, "webp", {"96": "v96", "320": "v320"}, "LEHV6nWB2yk8pyo0adR*.7kCMdnj", 1500, 1000)


@pytest.fixture
def song(a_file: A_FILE) -> dict[str, Any]:
    return a_file(title="T", duration_seconds=3)


def test_a_file_shows_its_uploaders_duration_until_it_is_measured(
    client: FlaskClient, ports: Ports, song: dict[str, Any]
) -> None:
    assert (song["duration_seconds"], song["duration_verified"]) == (3, False)
    assert (song["media_state"], song["thumbnail"], song["threat"]) == (None, None, None)
    derive(ports, song["file_id"], state=DerivedState.WORKING)
    file = client.get(f"/v1/files/{song['file_id']}").get_json()
    assert (file["duration_seconds"], file["duration_verified"], file["media_state"]) == (181.25, True, "working")


def test_a_file_with_other_bytes_shows_nothing_of_the_older_ones(
    client: FlaskClient, ports: Ports, song: dict[str, Any]
) -> None:
    derive(ports, song["file_id"], thumbnail=a_thumbnail(song["file_id"]), threat=EICAR)
    ports.records.change(song["file_id"], {}, {"version_id": "newer"})
    file = client.get(f"/v1/files/{song['file_id']}").get_json()
    assert (file["duration_seconds"], file["duration_verified"], file["media_state"]) == (3, False, None)
    assert (file["thumbnail"], file["threat"]) == (None, None)


def test_a_thumbnail_is_shown_by_its_id_which_changes_with_the_picture(
    client: FlaskClient, ports: Ports, song: dict[str, Any]
) -> None:
    file_id = song["file_id"]

    def shown() -> Any:
        return client.get(f"/v1/files/{file_id}").get_json()["thumbnail"]

    thumbnail = a_thumbnail(file_id)
    derive(ports, file_id, thumbnail=thumbnail)
    first = shown()
    assert (first["blurhash"], first["width"], first["height"]) == (thumbnail.blurhash, 1500, 1000)
    derive(ports, file_id, thumbnail=replace(thumbnail, prefix=f"derived/local/{file_id}/poster/3/"))
    assert shown()["v"] != first["v"]


def test_a_cover_without_a_thumbnail_is_shown_before_a_poster(
    client: FlaskClient, ports: Ports, song: dict[str, Any]
) -> None:
    """The page then shows the cover itself, by its own address."""
    file_id = song["file_id"]
    derive(ports, file_id, thumbnail=a_thumbnail(file_id))
    ports.records.change(file_id, {}, {"cover_id": UNKNOWN_ID})
    assert client.get(f"/v1/files/{file_id}").get_json()["thumbnail"] is None
    derive(ports, file_id, thumbnail=a_thumbnail(UNKNOWN_ID, "image"))
    assert client.get(f"/v1/files/{file_id}").get_json()["thumbnail"]


def test_a_picture_is_its_own_thumbnail_even_if_it_has_a_cover(
    client: FlaskClient, ports: Ports, song: dict[str, Any]
) -> None:
    file_id = song["file_id"]
    ports.records.change(file_id, {}, {"cover_id": UNKNOWN_ID, "content_type": "image/heic"})
    derive(ports, file_id, thumbnail=a_thumbnail(file_id, "image"))
    assert client.get(f"/v1/files/{file_id}").get_json()["thumbnail"]


def test_nobody_gets_the_bytes_of_a_file_with_a_threat(client: FlaskClient, ports: Ports, song: dict[str, Any]) -> None:
    """By no call that signs a GET; its owner still sees it in the list."""
    file_id = song["file_id"]
    key = song["object_key"]
    derive(ports, file_id, threat=EICAR)
    for address in (
        f"/v1/files/{file_id}/download",
        f"/v1/files/{file_id}/download?redirect=1",
        f"/s3/download-url?key={key}",
    ):
        assert_problem(client.get(address), 403, "file_quarantined")
    for body in ({"file_ids": [file_id]}, {"object_keys": [key]}, {"query": {"owner": "me"}}):
        rows = client.post("/v1/files/download-urls", json=body).get_json()["results"]
        assert [row["error"]["code"] for row in rows] == ["file_quarantined"]
    assert [row["audioFile"] for row in client.get("/songs").get_json()["songs"]] == [None]
    listed = client.get("/v1/files").get_json()["files"]
    assert [(file["file_id"], file["threat"], file["thumbnail"]) for file in listed] == [(file_id, EICAR, None)]


def test_a_cover_with_a_threat_is_not_shown(client: FlaskClient, ports: Ports, song: dict[str, Any]) -> None:
    cover = ports.records.get(song["file_id"])
    assert cover
    ports.records.add(_attached(cover))
    ports.records.change(song["file_id"], {}, {"cover_id": UNKNOWN_ID})
    derive(ports, UNKNOWN_ID, threat=EICAR)
    assert_problem(client.get(f"/v1/files/{song['file_id']}/cover"), 403, "file_quarantined")


def _attached(file: Upload) -> Upload:
    return replace(
        file,
        upload_id=UNKNOWN_ID,
        object_key=f"uploads/local/{UNKNOWN_ID}.png",
        status=UploadStatus.ATTACHED,
        cover_of=file.upload_id,
        content_type="image/png",
    )


def test_a_file_with_a_threat_cannot_be_made_public(client: FlaskClient, ports: Ports, song: dict[str, Any]) -> None:
    address = f"/v1/files/{song['file_id']}"
    derive(ports, song["file_id"], threat=EICAR)
    assert_problem(client.patch(address, json={"visibility": "public"}), 403, "file_quarantined")
    assert client.patch(address, json={"title": "Other", "visibility": "private"}).status_code == 200
    assert client.delete(address).status_code == 204


def test_others_do_not_find_a_public_file_with_a_threat(
    jwt_client: Callable[..., FlaskClient], ports: Ports, a_file: A_FILE
) -> None:
    file = a_file(visibility="public")
    client = jwt_client()
    address = f"/v1/files/{file['file_id']}"
    assert client.get(address, headers=bearer("other")).status_code == 200
    derive(ports, file["file_id"], threat=EICAR)
    assert_problem(client.get(address, headers=bearer("other")), 404, "file_not_found")
    assert_problem(client.get(f"{address}/download", headers=bearer("other")), 404, "file_not_found")


def test_the_session_says_what_is_offered(client: FlaskClient) -> None:
    features = client.get("/v1/session").get_json()["features"]
    assert set(features) == {"media", "history", "recommendations"}


def test_whoever_may_only_upload_sees_nothing_derived_from_a_file_that_others_edited(
    jwt_client: Callable[..., FlaskClient], ports: Ports, send: Callable[..., int]
) -> None:
    client = jwt_client()
    uploader = bearer("u1", "uploads:write")
    body = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}
    started = client.post("/v1/uploads", json=body, headers=uploader).get_json()
    assert send(started["transfer"]) == 200
    confirm = f"/v1/uploads/{started['upload_id']}/confirm"
    assert client.post(confirm, headers=uploader).status_code == 200
    derive(ports, started["upload_id"])
    assert client.post(confirm, headers=uploader).get_json()["media_state"] == "ready"
    assert (
        client.patch(f"/v1/files/{started['upload_id']}", json={"title": "T"}, headers=bearer("u1")).status_code == 200
    )
    assert client.post(confirm, headers=uploader).get_json()["media_state"] is None


def test_nor_by_describing_it_again_by_its_key(client: FlaskClient, ports: Ports, send: Callable[..., int]) -> None:
    key = "uploads/local/a.mp3"
    url = client.get(f"/s3/upload-url?key={key}").get_json()["url"]
    assert send({"url": url, "headers": {}}, content_type="audio/mpeg") == 200
    song = {"key": key, "title": "T", "artist": "A", "mood": "happy"}
    file_id = client.post("/songs", json=song).get_json()["song"]["id"]
    derive(ports, file_id, threat=EICAR)
    assert_problem(client.post("/songs", json={**song, "visibility": "public"}), 403, "file_quarantined")
    assert client.post("/songs", json={**song, "title": "Other"}).status_code == 201
