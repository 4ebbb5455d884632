"""The seed client's exact flow, and our own from start to end, with real bytes on real servers."""

import base64
import hashlib
import struct
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from tests.conftest import Store, settings_for
from tests.helpers.problems import assert_problem
from tests.helpers.tokens import SECRET, bearer
from tests.integration.presigning_store import StoreResponse, send

pytestmark = pytest.mark.real

SONG = b"ID3 not quite a song" * 100
OTHER = b"ID3 another one here" * 150
KEY = "uploads/u1/a b.mp3"
MP3 = {"Content-Type": "audio/mpeg"}


def upload_request(body: bytes = SONG, **changed: Any) -> dict[str, Any]:
    return {"filename": "song.mp3", "content_type": "audio/mpeg", "size_bytes": len(body), **changed}


def put(transfer: dict[str, Any], body: bytes = SONG) -> StoreResponse:
    return send(transfer["method"], transfer["url"], body, transfer["headers"])


@pytest.fixture
def jwt_client(minio: Store, mongod: Any) -> Any:
    """The API with bearer tokens, on the real servers."""
    app = create_app(settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET))
    yield app.test_client()
    app.extensions["moodrop"].ports.records.close()


# --- the seed's client -------------------------------------------------------------------------
def test_the_seeds_client_uploads_and_downloads_as_ever(real_client: FlaskClient) -> None:
    """GET upload-url, PUT with only a Content-Type, GET download-url: the same bytes."""
    up = real_client.get("/s3/upload-url?key=uploads/u1/a b.mp3")
    assert up.status_code == 200
    assert send("PUT", up.get_json()["url"], SONG, MP3).status == 200

    down = real_client.get("/s3/download-url?key=uploads/u1/a b.mp3")

    answer = send("GET", down.get_json()["url"])
    assert (answer.status, answer.body) == (200, SONG)
    assert answer.headers["content-type"] == "audio/mpeg"
    assert "filename*=UTF-8''a%20b.mp3" in answer.headers["content-disposition"]


def test_the_seeds_songs_are_saved_listed_and_played(real_client: FlaskClient) -> None:
    """POST /songs after the PUT; GET /songs by mood returns an audioFile in which players can seek."""
    send("PUT", real_client.get(f"/s3/upload-url?key={quote(KEY)}").get_json()["url"], SONG, MP3)

    saved = real_client.post("/songs", json={"title": "T", "artist": "A", "mood": "happy", "key": KEY})
    songs = real_client.get("/songs?mood=happy").get_json()["songs"]

    assert saved.status_code == 201
    assert [(song["title"], song["artist"], song["mood"], song["key"]) for song in songs] == [("T", "A", "happy", KEY)]
    answer = send("GET", songs[0]["audioFile"], headers={"Range": "bytes=100-199"})
    assert (answer.status, answer.body) == (206, SONG[100:200])
    assert answer.headers["content-range"] == f"bytes 100-199/{len(SONG)}"
    assert answer.headers["content-disposition"].startswith("inline;")
    assert real_client.get("/songs?mood=sad").get_json()["songs"] == []


def test_the_seeds_client_may_give_a_file_name_alone(real_client: FlaskClient) -> None:
    """filename= in place of key=; the answer names the key."""
    up = real_client.get("/s3/upload-url?filename=Blå sång.mp3").get_json()
    assert send("PUT", up["url"], SONG, MP3).status == 200

    down = real_client.get("/s3/download-url", query_string={"key": up["key"]}).get_json()

    assert up["key"] == "uploads/local/Blå sång.mp3"
    assert send("GET", down["url"]).body == SONG


def test_the_seeds_client_is_told_of_a_missing_key(real_client: FlaskClient) -> None:
    """In exactly the seed's words."""
    for address in ("/s3/upload-url", "/s3/download-url"):
        response = real_client.get(address)

        assert response.status_code == 400
        assert response.get_json(force=True)["error"] == "Missing key"


def test_a_second_upload_to_a_key_replaces_the_file(real_client: FlaskClient, real_ports: Ports) -> None:
    """Like the seed's PUT: one file with the new bytes, and no old ones left."""
    ids = []
    for body in (SONG, OTHER):
        send("PUT", real_client.get(f"/s3/upload-url?key={quote(KEY)}").get_json()["url"], body, MP3)
        down = real_client.get(f"/s3/download-url?key={quote(KEY)}").get_json()
        ids.append(down["file_id"])
        assert send("GET", down["url"]).body == body

    files = real_client.get("/v1/files").get_json()["files"]
    assert ids[0] == ids[1]
    assert [(file["file_id"], file["size_bytes"]) for file in files] == [(ids[0], len(OTHER))]
    stored = real_ports.objects.head(real_ports.policy.bucket, KEY)
    assert stored is not None
    assert stored.etag == files[0]["etag"]


def test_an_upload_in_flight_does_not_hide_the_file(real_client: FlaskClient) -> None:
    """The old bytes are served until the new ones arrive."""
    send("PUT", real_client.get(f"/s3/upload-url?key={quote(KEY)}").get_json()["url"], SONG, MP3)
    real_client.get(f"/s3/download-url?key={quote(KEY)}")
    real_client.get(f"/s3/upload-url?key={quote(KEY)}")

    assert send("GET", real_client.get(f"/s3/download-url?key={quote(KEY)}").get_json()["url"]).body == SONG


def test_a_kept_upload_url_cannot_change_a_file(real_client: FlaskClient) -> None:
    """The URL writes only under incoming/; the file keeps the bytes of its confirm."""
    up = real_client.get(f"/s3/upload-url?key={quote(KEY)}").get_json()
    send("PUT", up["url"], SONG, MP3)
    real_client.get(f"/s3/download-url?key={quote(KEY)}")

    assert send("PUT", up["url"], OTHER, MP3).status == 200

    assert send("GET", real_client.get(f"/s3/download-url?key={quote(KEY)}").get_json()["url"]).body == SONG


def test_a_type_that_is_not_allowed_is_never_served(real_client: FlaskClient) -> None:
    """The seed's URL binds no type, so the stored object is checked and removed."""
    send(
        "PUT",
        real_client.get(f"/s3/upload-url?key={quote(KEY)}").get_json()["url"],
        SONG,
        {"Content-Type": "text/html"},
    )

    assert_problem(real_client.get(f"/s3/download-url?key={quote(KEY)}"), 422, "object_mismatch")
    assert_problem(real_client.get(f"/s3/download-url?key={quote(KEY)}"), 404, "file_not_found")


def test_with_tokens_the_seeds_flow_stays_under_ones_own_prefix(jwt_client: FlaskClient) -> None:
    """The same calls with tokens: u1 owns uploads/u1/, and u2 neither reads nor writes there."""
    mine, other = bearer("u1"), bearer("u2")
    assert jwt_client.get("/v1/session", headers=mine).status_code == 200
    up = jwt_client.get(f"/s3/upload-url?key={quote(KEY)}", headers=mine).get_json()
    assert send("PUT", up["url"], SONG, MP3).status == 200

    down = jwt_client.get(f"/s3/download-url?key={quote(KEY)}", headers=mine).get_json()
    assert send("GET", down["url"]).body == SONG
    song = {"title": "T", "mood": "sad", "key": KEY}
    assert jwt_client.post("/songs", json=song, headers=mine).status_code == 201

    assert_problem(jwt_client.get(f"/s3/upload-url?key={quote(KEY)}", headers=other), 403, "key_outside_prefix")
    assert_problem(jwt_client.get(f"/s3/download-url?key={quote(KEY)}", headers=other), 403, "key_outside_prefix")
    assert_problem(jwt_client.post("/songs", json=song, headers=other), 403, "key_outside_prefix")
    assert jwt_client.get("/songs", headers=other).get_json()["songs"] == []
    assert_problem(jwt_client.get(f"/s3/upload-url?key={quote(KEY)}"), 401, "token_missing")


# --- our own flow ------------------------------------------------------------------------------
FILE_NAMES = ["日本語 🎵 été.mp3", 'a "quoted" \\ %41;name.mp3', "e\u0301te\u0301 (1) 'x'.mp3"]


def test_files_come_back_with_their_bytes_and_their_names(real_client: FlaskClient) -> None:
    """Declared, sent, confirmed, listed by mood, downloaded; Content-Disposition has the given name."""
    for filename in FILE_NAMES:
        started = real_client.post("/v1/uploads", json=upload_request(filename=filename, mood="happy")).get_json()
        assert put(started["transfer"]).status == 200
        confirmed = real_client.post(f"/v1/uploads/{started['upload_id']}/confirm")
        file = real_client.get("/v1/files?mood=happy").get_json()["files"][0]

        assert confirmed.get_json() == file
        down = real_client.get(f"/v1/files/{file['file_id']}/download").get_json()
        answer = send(down["method"], down["url"], headers=down["headers"])
        assert (answer.status, answer.body) == (200, SONG)
        assert answer.headers["content-type"] == "audio/mpeg"
        assert answer.headers["content-disposition"].startswith("attachment;")
        cleaned = unicodedata.normalize("NFC", filename).rpartition("\\")[2].strip()
        assert unquote(answer.headers["content-disposition"].partition("filename*=UTF-8''")[2]) == cleaned


def test_a_range_survives_the_redirect(real_client: FlaskClient) -> None:
    """So players can seek by the stable address."""
    started = real_client.post("/v1/uploads", json=upload_request()).get_json()
    put(started["transfer"])
    real_client.post(f"/v1/uploads/{started['upload_id']}/confirm")

    redirect = real_client.get(
        f"/v1/files/{started['upload_id']}/download?redirect=1&disposition=inline", headers={"Range": "bytes=7-"}
    )

    assert redirect.status_code == 302
    answer = send("GET", redirect.headers["Location"], headers={"Range": "bytes=7-"})
    assert (answer.status, answer.body) == (206, SONG[7:])
    assert answer.headers["content-disposition"].startswith("inline;")


def _crc32c(data: bytes) -> bytes:
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0x82F63B78 * (value & 1)
    return struct.pack(">I", value ^ 0xFFFFFFFF)


DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "sha256": lambda body: hashlib.sha256(body).digest(),
    "crc32c": _crc32c,
    "md5": lambda body: hashlib.md5(body).digest(),
}


def test_a_declared_checksum_binds_the_bytes(real_client: FlaskClient) -> None:
    """The store refuses other bytes of the same length, and the file shows the digest."""
    other = OTHER[: len(SONG)]
    assert len(other) == len(SONG)
    for algorithm, digest in DIGESTS.items():
        checksum = {"algorithm": algorithm, "value_base64": base64.b64encode(digest(SONG)).decode()}
        started = real_client.post("/v1/uploads", json=upload_request(checksum=checksum)).get_json()

        refused = put(started["transfer"], other)
        taken = put(started["transfer"])
        file = real_client.post(f"/v1/uploads/{started['upload_id']}/confirm").get_json()

        assert (refused.status, taken.status) == (400, 200), algorithm
        assert file["checksum"] == checksum | {"verified": True}


def test_a_url_binds_length_and_type(real_client: FlaskClient) -> None:
    """Longer, shorter, of another type, or without a signed header: the store refuses, and confirm finds nothing."""
    started = real_client.post("/v1/uploads", json=upload_request()).get_json()
    transfer = started["transfer"]

    for changed, body in (
        ({"content-length": str(len(SONG) + 1)}, SONG + b"!"),
        ({"content-length": str(len(SONG) - 1)}, SONG[:-1]),
        ({"content-type": "text/html"}, SONG),
    ):
        assert send("PUT", transfer["url"], body, {**transfer["headers"], **changed}).status == 403
    without = {name: value for name, value in transfer["headers"].items() if name != "if-none-match"}
    assert send("PUT", transfer["url"], SONG, without).status == 400
    assert_problem(real_client.post(f"/v1/uploads/{started['upload_id']}/confirm"), 409, "object_missing")


def test_a_file_of_no_bytes_goes_all_the_way(real_client: FlaskClient) -> None:
    """Size 0: sent, confirmed, downloaded."""
    started = real_client.post("/v1/uploads", json=upload_request(b"")).get_json()
    assert put(started["transfer"], b"").status == 200
    file = real_client.post(f"/v1/uploads/{started['upload_id']}/confirm").get_json()

    answer = send("GET", real_client.get(f"/v1/files/{file['file_id']}/download").get_json()["url"])

    assert file["size_bytes"] == 0
    assert (answer.status, answer.body) == (200, b"")


def test_a_put_whose_answer_was_lost_ends_well(real_client: FlaskClient) -> None:
    """The store answers any second PUT with 412, and the client goes on to confirm."""
    started = real_client.post("/v1/uploads", json=upload_request()).get_json()
    statuses = [put(started["transfer"], body).status for body in (SONG, SONG, OTHER[: len(SONG)])]

    confirmed = real_client.post(f"/v1/uploads/{started['upload_id']}/confirm")

    assert statuses == [200, 412, 412]
    assert confirmed.status_code == 200
    down = real_client.get(f"/v1/files/{started['upload_id']}/download").get_json()
    assert send("GET", down["url"]).body == SONG


def test_an_expired_url_is_refused_and_a_fresh_one_works(settings: Settings, real_ports: Ports) -> None:
    """403 from the store; POST …/urls continues the same upload."""
    late = replace(real_ports, now=lambda: datetime.now(UTC) - timedelta(seconds=120))
    started = create_app(settings, late).test_client().post("/v1/uploads", json=upload_request()).get_json()
    client = create_app(settings, real_ports).test_client()

    refused = put(started["transfer"])
    renewed = client.post(f"/v1/uploads/{started['upload_id']}/urls").get_json()
    taken = put(renewed["transfer"])

    assert (refused.status, taken.status) == (403, 200)
    assert b"expired" in refused.body
    assert client.post(f"/v1/uploads/{started['upload_id']}/confirm").status_code == 200


def test_deleted_bytes_are_gone_and_their_urls_dead(real_client: FlaskClient) -> None:
    """A valid download URL finds nothing, and the upload URL revives no file."""
    started = real_client.post("/v1/uploads", json=upload_request()).get_json()
    put(started["transfer"])
    file_id = real_client.post(f"/v1/uploads/{started['upload_id']}/confirm").get_json()["file_id"]
    down = real_client.get(f"/v1/files/{file_id}/download").get_json()

    assert real_client.delete(f"/v1/files/{file_id}").status_code == 204

    assert send("GET", down["url"]).status == 404
    put(started["transfer"])
    assert_problem(real_client.post(f"/v1/uploads/{file_id}/confirm"), 410, "file_deleted")
    assert_problem(real_client.get(f"/v1/files/{file_id}/download"), 404, "file_not_found")


def test_pages_of_the_real_database_have_every_file_once(real_client: FlaskClient) -> None:
    """130 uploads by cursor, as in memory: none twice, none missing, newest first."""
    made = {real_client.post("/v1/uploads", json=upload_request()).get_json()["upload_id"] for _ in range(130)}
    seen: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        page = real_client.get(f"/v1/uploads?limit=40{cursor and '&cursor=' + cursor}").get_json()
        seen, cursor = seen + page["uploads"], page["next_cursor"]

    order = [(datetime.fromisoformat(upload["created_at"]), upload["upload_id"]) for upload in seen]
    assert len(seen) == 130
    assert made == {upload["upload_id"] for upload in seen}
    assert order == sorted(order, reverse=True)


def test_what_looks_like_a_query_is_only_text(real_client: FlaskClient) -> None:
    """Names are stored and returned unchanged, except for control characters."""
    for value in ("$where", "happy.sad", "a\u0000b", "\U0001d573", "', '$gt': '"):
        started = real_client.post("/v1/uploads", json=upload_request(filename=value + ".mp3")).get_json()
        upload = real_client.get(f"/v1/uploads/{started['upload_id']}").get_json()

        assert upload["filename"] == value.replace("\x00", "") + ".mp3"
