"""The seed client's own calls in memory: /s3/upload-url, /s3/download-url, /songs, and forbidden keys."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.helpers.api import SONG
from tests.helpers.problems import assert_problem, fields_of
from tests.helpers.tokens import bearer

Written = Callable[[], list[str]]
Send = Callable[..., int]

KEY = "uploads/u1/a b.mp3"
ODD_KEYS = [
    "uploads/u1/../u2/a.mp3",
    "uploads/u1/..",
    "uploads/u1/.",
    "uploads/u1/./a.mp3",
    "../uploads/u1/a.mp3",
    "/uploads/u1/a.mp3",
    "//uploads/u1/a.mp3",
    "uploads//a.mp3",
    "uploads/u1//a.mp3",
    "uploads/u1/a.mp3/",
    "uploads\\u1\\a.mp3",
    "uploads/u1/a\\..\\b.mp3",
    "uploads/u1/a\x00.mp3",
    "uploads/u1/a\n.mp3",
    "uploads/u1/a\x1b[31m.mp3",
    "uploads/u1/a\x7f.mp3",
    "uploads/u1/a\x85.mp3",
    "uploads/u1/" + "x" * 256,
    "uploads/u1/" + "é" * 128,
    "uploads/u1/" + "x/" * 506 + "xx",  # 1025 bytes
]
OUTSIDE_KEYS = ["a.mp3", "uploads", "uploads/u1", "incoming/u1/a.mp3", "Uploads/u1/a.mp3", "uploads2/u1/a", "%2e%2e/a"]


def _asked(what: str, key: str) -> str:
    return f"/s3/{what}-url?key={quote(key, safe='')}"


def _song(key: str, /, **changed: Any) -> dict[str, Any]:
    return {"title": "Song", "artist": "Me", "mood": "happy", "key": key} | changed


def test_a_song_goes_in_and_comes_out_by_its_key(client: FlaskClient, ports: Any, clock: Clock) -> None:
    """Get a URL, PUT with only a type, get a URL, read the same bytes."""
    up = client.get(_asked("upload", KEY)).get_json()
    headers = {"content-type": "audio/mpeg"}
    assert ports.objects.send(up["url"], at=clock(), body=SONG, headers=headers)[0] == 200

    down = client.get(_asked("download", KEY)).get_json()

    assert (up["key"], down["key"]) == (KEY, KEY)
    assert ports.objects.send(down["url"], at=clock()) == (200, SONG)


def test_a_song_is_recorded_and_listed_by_mood(client: FlaskClient, ports: Any, clock: Clock) -> None:
    """POST /songs after the PUT; GET /songs returns a URL that plays."""
    url = client.get(_asked("upload", KEY)).get_json()["url"]
    ports.objects.send(url, at=clock(), body=SONG, headers={"content-type": "audio/mpeg"})

    response = client.post("/songs", json=_song(KEY))
    listed = client.get("/songs?mood=happy").get_json()

    assert response.status_code == 201
    assert response.get_json()["message"] == "Song saved"
    assert [song["key"] for song in listed["songs"]] == [KEY]
    assert listed["songs"][0].items() >= {"title": "Song", "artist": "Me", "mood": "happy"}.items()
    assert ports.objects.send(listed["songs"][0]["audioFile"], at=clock()) == (200, SONG)
    assert client.get("/songs?mood=sad").get_json()["songs"] == []


def test_a_file_name_alone_goes_under_the_callers_prefix(client: FlaskClient) -> None:
    """filename= replaces key=; its folders are dropped."""
    assert client.get("/s3/upload-url?filename=x%2F..%2Fa%20b.mp3").get_json()["key"] == "uploads/local/a b.mp3"


@pytest.mark.parametrize("address", ["/s3/upload-url", "/s3/download-url"])
@pytest.mark.parametrize("query", ["", "?key="])
def test_a_missing_key_is_told_in_the_seeds_words(client: FlaskClient, address: str, query: str) -> None:
    """{"error": "Missing key"}, which its clients look for."""
    problem = assert_problem(client.get(address + query), 400, "missing_key")

    assert problem["error"] == "Missing key"


@pytest.mark.parametrize("query", ["?filename=", "?key=&filename="])
def test_an_empty_file_name_is_a_missing_key(client: FlaskClient, query: str) -> None:
    """It leaves nothing to name the object by."""
    assert_problem(client.get(f"/s3/upload-url{query}"), 400, "missing_key")


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_key_that_stores_read_differently_is_refused(client: FlaskClient, written: Written, key: str) -> None:
    """400 invalid_object_key from every call that takes a key; nothing is written."""
    assert_problem(client.get(_asked("upload", key)), 400, "invalid_object_key")
    assert_problem(client.get(_asked("download", key)), 400, "invalid_object_key")
    if len(key) <= 1024:
        assert_problem(client.post("/songs", json=_song(key)), 400, "invalid_object_key")
    assert written() == []


@pytest.mark.parametrize("key", OUTSIDE_KEYS)
def test_a_key_outside_uploads_is_refused(client: FlaskClient, written: Written, key: str) -> None:
    """403 key_outside_prefix: files live under uploads/{user}/ only, in open mode too."""
    assert_problem(client.get(_asked("upload", key)), 403, "key_outside_prefix")
    assert_problem(client.get(_asked("download", key)), 403, "key_outside_prefix")
    assert_problem(client.post("/songs", json=_song(key)), 403, "key_outside_prefix")
    assert written() == []


@pytest.mark.parametrize("filename", ["..", ".", "/..", "x/..", "\x00", "/"])
def test_a_file_name_of_which_nothing_is_left_is_called_file(client: FlaskClient, filename: str) -> None:
    """It cannot escape the caller's prefix."""
    signed = client.get(f"/s3/upload-url?filename={quote(filename)}").get_json()

    assert signed["key"] == "uploads/local/file"


@pytest.mark.parametrize(
    "key",
    [
        "uploads/u1/x" + "/x" * 506,  # 1024 bytes
        "uploads/u1/" + "x" * 255,
        "uploads/u1/日本語 🎵.mp3",
        "uploads/u1/a+b%20c#d?e&f=g.mp3",
        "uploads/u1/...",
        "uploads/u1/a..b",
    ],
)
def test_a_key_that_is_only_unusual_is_taken(client: FlaskClient, key: str) -> None:
    """Within S3's own limits, in any script."""
    response = client.get(_asked("upload", key))

    assert (response.status_code, response.get_json()["key"]) == (200, key)


def test_anothers_prefix_is_refused(jwt_client: Callable[..., FlaskClient], written: Written) -> None:
    """A token reaches only uploads/{own id}/, whether or not the key exists."""
    client, mine = jwt_client(), bearer("u1")

    for key in ("uploads/u2/a.mp3", "uploads/u10/a.mp3", "uploads/U1/a.mp3", "uploads/*/a.mp3"):
        assert_problem(client.get(_asked("upload", key), headers=mine), 403, "key_outside_prefix")
        assert_problem(client.get(_asked("download", key), headers=mine), 403, "key_outside_prefix")
        assert_problem(client.post("/songs", json=_song(key), headers=mine), 403, "key_outside_prefix")

    assert written() == []
    assert client.get(_asked("upload", "uploads/u1/a.mp3"), headers=mine).status_code == 200


def test_an_owner_with_an_unsafe_name_has_a_hashed_prefix(jwt_client: Callable[..., FlaskClient]) -> None:
    """The subject '../u1' reaches nobody else's keys."""
    client, headers = jwt_client(), bearer("../u1")

    key = client.get("/s3/upload-url?filename=a.mp3", headers=headers).get_json()["key"]

    assert key.startswith("uploads/h.")
    assert_problem(client.get(_asked("upload", "uploads/u1/a.mp3"), headers=headers), 403, "key_outside_prefix")
    assert_problem(client.get(_asked("upload", "uploads/../u1/a.mp3"), headers=headers), 400, "invalid_object_key")


def test_a_key_that_was_never_uploaded_is_not_found(client: FlaskClient) -> None:
    """404 file_not_found, from the download URL and from /songs."""
    assert_problem(client.get(_asked("download", KEY)), 404, "file_not_found")
    assert_problem(client.post("/songs", json=_song(KEY)), 404, "file_not_found")


def test_a_key_whose_bytes_have_not_arrived_can_be_tried_again(client: FlaskClient) -> None:
    """409 object_missing, retryable, because a URL was issued."""
    client.get(_asked("upload", KEY))

    assert assert_problem(client.get(_asked("download", KEY)), 409, "object_missing")["retryable"] is True
    assert_problem(client.post("/songs", json=_song(KEY)), 409, "object_missing")


def test_a_type_that_is_not_allowed_is_refused_when_the_bytes_arrive(
    client: FlaskClient, ports: Any, clock: Clock
) -> None:
    """The URL binds no type, so the check of the stored object refuses and removes it."""
    up = client.get(_asked("upload", KEY)).get_json()
    ports.objects.send(up["url"], at=clock(), body=b"<script>", headers={"content-type": "text/html"})

    assert_problem(client.get(_asked("download", KEY)), 422, "object_mismatch")
    assert_problem(client.get(_asked("download", KEY)), 404, "file_not_found")


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"title": ...}, {"title"}),
        ({"mood": ...}, {"mood"}),
        ({"key": ...}, {"key"}),
        ({"title": 7}, {"title"}),
        ({"title": "x" * 201}, {"title"}),
        ({"title": "a\x00"}, {"title"}),
        ({"artist": {"$ne": 1}}, {"artist"}),
        ({"mood": ["happy"]}, {"mood"}),
        ({"key": ""}, {"key"}),
        ({"key": "x" * 1025}, {"key"}),
        ({"key": 7}, {"key"}),
        ({"audioFile": "http://evil.example"}, {"audioFile"}),
    ],
)
def test_a_song_that_is_not_valid_is_named(
    client: FlaskClient, written: Written, changed: dict[str, Any], fields: set[str]
) -> None:
    """A song needs a title, a mood and a key."""
    body = {name: value for name, value in _song(KEY, **changed).items() if value is not ...}

    assert fields_of(assert_problem(client.post("/songs", json=body), 422, "validation_failed")) == fields
    assert written() == []


@pytest.mark.parametrize("blank", ["", " \u3000", None])
def test_a_song_may_have_a_blank_title(client: FlaskClient, ports: Any, clock: Clock, blank: str | None) -> None:
    """A blank title counts as none, as everywhere."""
    up = client.get(_asked("upload", KEY)).get_json()
    assert ports.objects.send(up["url"], at=clock(), body=SONG, headers={"content-type": "audio/mpeg"})[0] == 200

    added = client.post("/songs", json=_song(KEY, title=blank, artist=blank))

    assert added.status_code == 201
    assert (added.get_json()["song"]["title"], added.get_json()["song"]["artist"]) == (None, None)


def test_a_song_of_an_unknown_mood_is_refused(client: FlaskClient) -> None:
    """When listing and when recording."""
    assert_problem(client.post("/songs", json=_song(KEY, mood="angry")), 422, "mood_not_allowed")
    assert_problem(client.get("/songs?mood=angry"), 422, "mood_not_allowed")


@pytest.mark.parametrize(
    "address",
    [
        "/s3/upload-url?key=uploads/u1/a&size=3",
        "/s3/upload-url?key=uploads/u1/a&key=uploads/u1/b",
        "/s3/upload-url?filename=" + "x" * 4097,
        "/s3/download-url?key=uploads/u1/a&filename=x",
        "/s3/download-url?key=" + "x" * 4097,
        "/songs?limit=3",
        "/songs?mood=happy&mood=sad",
    ],
)
def test_an_unknown_or_repeated_parameter_is_refused(client: FlaskClient, written: Written, address: str) -> None:
    """422 is better than an answer to another question."""
    assert_problem(client.get(address), 422, "validation_failed")
    assert written() == []
