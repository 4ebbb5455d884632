"""A song's cover over the API: sent as an upload, shown by a redirect, removed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.helpers.api import UNKNOWN_ID
from tests.helpers.problems import assert_problem, fields_of
from tests.helpers.tokens import bearer

AFile = Callable[..., dict[str, Any]]
Send = Callable[..., int]
Written = Callable[[], list[str]]
PICTURE = b"\xff\xd8\xff not quite a picture"


def a_cover(file_id: str, **changes: Any) -> dict[str, Any]:
    """Return what a client declares for a cover."""
    declared = {"filename": "cover.jpg", "content_type": "image/jpeg", "size_bytes": len(PICTURE), "cover_of": file_id}
    return {**declared, **changes}


@pytest.fixture
def set_cover(client: FlaskClient, send: Send) -> Callable[..., Any]:
    """Start, send and confirm a cover; return the last answer."""

    def make(file_id: str, **changes: Any) -> Any:
        started = client.post("/v1/uploads", json=a_cover(file_id, **changes)).get_json()
        assert send(started["transfer"], PICTURE) == 200
        return client.post(f"/v1/uploads/{started['upload_id']}/confirm").get_json() | {"_id": started["upload_id"]}

    return make


def test_a_cover_is_sent_as_an_upload_and_the_answer_is_the_song(
    client: FlaskClient, a_file: AFile, set_cover: Callable[..., Any]
) -> None:
    """In a new state, so earlier ETags are stale."""
    song = a_file(title="Blue")
    address = f"/v1/files/{song['file_id']}"
    state = client.get(address).headers["ETag"]

    covered = set_cover(song["file_id"])

    assert song["cover_id"] is None
    its_own = {"cover_id": covered["_id"], "_id": covered["_id"], "revision": song["revision"] + 1}
    assert covered == {**song, **its_own}
    assert client.get(address, headers={"If-None-Match": state}).get_json()["cover_id"] == covered["_id"]
    assert [file["cover_id"] for file in client.get("/v1/files").get_json()["files"]] == [covered["_id"]]
    assert client.get("/v1/uploads").get_json()["uploads"] == []
    upload = client.get(f"/v1/uploads/{covered['_id']}").get_json()
    assert (upload["status"], upload["cover_of"]) == ("attached", song["file_id"])
    assert_problem(client.get(f"/v1/files/{covered['_id']}"), 404, "file_not_found")
    assert client.patch(address, json={"title": "New"}).get_json()["cover_id"] == covered["_id"]


def test_covers_may_be_confirmed_with_others(client: FlaskClient, a_file: AFile, send: Send) -> None:
    """And started with them; each row returns its song."""
    songs = [a_file()["file_id"], a_file()["file_id"]]
    rows = client.post("/v1/uploads/batch", json={"uploads": [a_cover(song) for song in (*songs, UNKNOWN_ID)]})
    results = rows.get_json()["results"]
    for row in results[:2]:
        assert send(row["upload"]["transfer"], PICTURE) == 200

    ids = [row["upload"]["upload_id"] for row in results[:2]]
    confirmed = client.post("/v1/uploads/confirm", json={"upload_ids": ids}).get_json()["results"]

    assert results[2]["error"]["code"] == "file_not_found"
    assert [(row["file"]["file_id"], row["file"]["cover_id"]) for row in confirmed] == list(
        zip(songs, ids, strict=True)
    )


@pytest.mark.parametrize("named", [False, True])
def test_a_cover_is_shown_by_a_redirect_that_lives_longer_than_caches_keep_it(
    client: FlaskClient, ports: Any, a_file: AFile, set_cover: Callable[..., Any], clock: Clock, named: bool
) -> None:
    """And only private caches may store it."""
    covered = set_cover(a_file()["file_id"])
    query = f"?cover_id={covered['cover_id']}" if named else ""

    response = client.get(f"/v1/files/{covered['file_id']}/cover{query}")

    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "private, max-age=3000"
    assert {"Authorization", "Cookie"} <= set(response.headers["Vary"].split(", "))
    clock.pass_(3000)
    assert ports.objects.send(response.headers["Location"], at=clock()) == (200, PICTURE)
    clock.pass_(601)
    assert ports.objects.send(response.headers["Location"], at=clock())[0] == 403


def test_a_cover_is_found_by_head_too_and_its_redirect_is_not_cached(
    client: FlaskClient, ports: Any, a_file: AFile, set_cover: Callable[..., Any], clock: Clock
) -> None:
    """A cache could answer a GET with HEAD's redirect, whose URL the store refuses."""
    address = f"/v1/files/{set_cover(a_file()['file_id'])['file_id']}/cover"

    response = client.head(address)

    assert (response.status_code, response.headers["Cache-Control"]) == (302, "no-store")
    assert ports.objects.send(response.headers["Location"], at=clock(), method="HEAD") == (200, b"")


@pytest.mark.parametrize(("configured", "lives_s"), [(90, 90), (7200, 3600)])
def test_for_others_than_the_songs_owner_a_covers_url_lives_no_longer_than_is_configured(
    client: FlaskClient,
    jwt_client: Callable[..., FlaskClient],
    ports: Any,
    a_file: AFile,
    set_cover: Callable[..., Any],
    clock: Clock,
    configured: int,
    lives_s: int,
) -> None:
    """The song may become private again, so neither the redirect nor the picture may be cached for longer."""
    covered = set_cover(a_file(visibility="public")["file_id"])
    strangers = jwt_client(download_url_expires_in=configured)
    address = f"/v1/files/{covered['file_id']}/cover"

    response = strangers.get(address, headers=bearer())

    assert response.headers["Cache-Control"] == f"private, max-age={lives_s * 5 // 6}"
    assert strangers.get(address, headers=bearer("local")).headers["Cache-Control"] == "private, max-age=3000"
    clock.pass_(lives_s - 1)
    assert ports.objects.send(response.headers["Location"], at=clock()) == (200, PICTURE)
    clock.pass_(1)
    assert ports.objects.send(response.headers["Location"], at=clock())[0] == 403


def test_a_cover_that_is_not_there_is_404(client: FlaskClient, a_file: AFile, set_cover: Callable[..., Any]) -> None:
    """No cover, another one, or a removed one; a missing file has its own code."""
    song = a_file()["file_id"]
    address = f"/v1/files/{song}/cover"

    assert_problem(client.get(address), 404, "cover_missing")
    old = set_cover(song)["cover_id"]
    new = set_cover(song)["cover_id"]
    assert_problem(client.get(f"{address}?cover_id={old}"), 404, "cover_missing")
    assert client.get(f"{address}?cover_id={new}").status_code == 302
    assert_problem(client.get(f"{address}?cover_id=x"), 422, "validation_failed")
    assert_problem(client.get(f"{address}?size=3"), 422, "validation_failed")
    for _ in range(2):
        assert client.delete(address).status_code == 204
    assert_problem(client.get(address), 404, "cover_missing")
    assert client.get(f"/v1/files/{song}").get_json()["cover_id"] is None
    for method in (client.get, client.delete):
        assert_problem(method(f"/v1/files/{UNKNOWN_ID}/cover"), 404, "file_not_found")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"content_type": "audio/mpeg"}, 415, "content_type_not_allowed"),
        ({"content_type": "image/svg+xml"}, 415, "content_type_not_allowed"),
        ({"content_type": "application/pdf"}, 415, "content_type_not_allowed"),
        ({"size_bytes": 2 * 1024**2 + 1}, 413, "file_too_large"),
        ({"cover_of": UNKNOWN_ID}, 404, "file_not_found"),
    ],
)
def test_what_cannot_be_a_cover_is_refused(
    client: FlaskClient, a_file: AFile, written: Written, changes: dict[str, Any], status: int, code: str
) -> None:
    """With the usual code, and without a document."""
    song, before = a_file()["file_id"], written()

    assert_problem(client.post("/v1/uploads", json=a_cover(song, **changes)), status, code)

    assert written() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cover_of": "x"}, "cover_of"),
        ({"cover_of": 7}, "cover_of"),
        ({"cover_of": {"$ne": 1}}, "cover_of"),
        ({"title": "T"}, "title"),
        ({"visibility": "public"}, "visibility"),
        ({"duration_seconds": 0}, "duration_seconds"),
    ],
)
def test_a_field_that_is_not_valid_is_named(
    client: FlaskClient, a_file: AFile, changes: dict[str, Any], field: str
) -> None:
    """Metadata that a cover never shows is refused rather than dropped, at its confirm as well."""
    song = a_file()["file_id"]

    assert fields_of(
        assert_problem(client.post("/v1/uploads", json=a_cover(song, **changes)), 422, "validation_failed")
    ) == {field}
    if field != "cover_of":
        started = client.post("/v1/uploads", json=a_cover(song)).get_json()
        confirmed = client.post(f"/v1/uploads/{started['upload_id']}/confirm", json=changes)
        assert fields_of(assert_problem(confirmed, 422, "validation_failed")) == {field}


def test_the_limits_of_a_cover_are_told(client: FlaskClient) -> None:
    """Before anybody picks one."""
    limits = client.get("/v1/session").get_json()["limits"]

    assert limits["max_cover_bytes"] == 2 * 1024**2
    assert limits["cover_content_types"] == ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"]
    assert limits["put_max_bytes"] == 16 * 1024**2
