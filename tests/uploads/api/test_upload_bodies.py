"""Invalid bodies of POST /v1/uploads: each has a code, names its field, and writes nothing."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.helpers.api import A_SONG
from tests.helpers.problems import assert_problem, fields_of

Written = Callable[[], list[str]]

NUL, SURROGATE = "a\x00b", "a\ud800b"
BAD_FIELDS: list[tuple[str, Any]] = [
    *((name, None) for name in ("filename", "content_type", "size_bytes")),
    *((name, {"$ne": 1}) for name in ("filename", "content_type", "size_bytes", "mood", "title", "artist", "tags")),
    *((name, ["x"]) for name in ("filename", "content_type", "size_bytes", "mood", "title", "artist", "checksum")),
    *((name, 7) for name in ("filename", "content_type", "mood", "title", "artist", "tags", "checksum")),
    *((name, True) for name in ("filename", "content_type", "size_bytes", "mood", "title", "artist", "tags")),
    *((name, SURROGATE) for name in ("filename", "content_type", "mood", "title", "artist")),
    *((name, NUL) for name in ("title", "artist")),
    *((name, "line\nbreak") for name in ("title", "artist")),
    *((name, "") for name in ("filename", "content_type")),
    ("filename", "x" * 4097),
    ("content_type", "audio/" + "x" * 250),
    ("mood", "x" * 41),
    ("title", "x" * 201),
    ("artist", "x" * 201),
    ("album", "x" * 201),
    ("album", 7),
    ("album", NUL),
    *(("duration_seconds", value) for value in (-0.001, 604_800.5, 1e300, "3", True, [3], {"$ne": 1})),
    ("size_bytes", -1),
    ("size_bytes", -(2**70)),
    ("size_bytes", 3.0),
    ("size_bytes", 3.5),
    ("size_bytes", 1e300),
    ("size_bytes", "3"),
    ("size_bytes", ""),
]


@pytest.mark.parametrize(("name", "value"), BAD_FIELDS)
def test_a_field_that_is_not_valid_is_named(client: FlaskClient, written: Written, name: str, value: Any) -> None:
    """422 validation_failed with exactly that field, and no document."""
    response = client.post("/v1/uploads", data=json.dumps({**A_SONG, name: value}), content_type="application/json")

    problem = assert_problem(response, 422, "validation_failed")
    assert fields_of(problem) == {name}
    assert written() == []


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_duration_that_is_no_number_is_no_json(client: FlaskClient, written: Written, value: str) -> None:
    """Other programs could not parse an answer that contains NaN."""
    body = json.dumps({**A_SONG, "duration_seconds": 1}).replace("1}", f"{value}}}")

    assert_problem(client.post("/v1/uploads", data=body, content_type="application/json"), 400, "invalid_json")
    assert written() == []


@pytest.mark.parametrize("value", [0, 1, 0.5, 604_800])
def test_a_duration_is_any_number_of_seconds_of_a_week(client: FlaskClient, value: float) -> None:
    """Whole or fractional."""
    started = client.post("/v1/uploads", json={**A_SONG, "duration_seconds": value}).get_json()

    assert client.get(f"/v1/uploads/{started['upload_id']}").get_json()["duration_seconds"] == value


@pytest.mark.parametrize("missing", list(A_SONG))
def test_a_missing_field_is_named(client: FlaskClient, written: Written, missing: str) -> None:
    """An upload needs a name, a type and a size."""
    response = client.post("/v1/uploads", json={name: value for name, value in A_SONG.items() if name != missing})

    assert fields_of(assert_problem(response, 422, "validation_failed")) == {missing}
    assert written() == []


def test_all_that_is_wrong_is_named_at_once(client: FlaskClient) -> None:
    """So a person corrects a form once, not field by field."""
    problem = assert_problem(
        client.post("/v1/uploads", json={"size_bytes": "x", "mod": "happy"}), 422, "validation_failed"
    )

    assert fields_of(problem) == {"filename", "content_type", "size_bytes", "mod"}


@pytest.mark.parametrize("name", ["owner", "status", "object_key", "upload_id", "Mood", "$where", "", "__proto__"])
def test_an_unknown_field_is_refused(client: FlaskClient, written: Written, name: str) -> None:
    """A misspelt field, or one that clients may not set, is never dropped silently."""
    response = client.post("/v1/uploads", json={**A_SONG, name: "x"})

    assert_problem(response, 422, "validation_failed")
    assert written() == []


def test_a_field_name_that_is_no_text_is_refused(client: FlaskClient, written: Written) -> None:
    """A lone surrogate in a name must not break the answer about it."""
    data = json.dumps({**A_SONG, "\ud800": 1})

    assert_problem(client.post("/v1/uploads", data=data, content_type="application/json"), 422, "validation_failed")
    assert written() == []


@pytest.mark.parametrize("mood", ["", "angry", "Happy", "happy,sad", "happy\x00", "$ne"])
def test_a_mood_that_is_not_in_the_list_is_refused(client: FlaskClient, written: Written, mood: str) -> None:
    """Moods must match the configured ones exactly."""
    problem = assert_problem(client.post("/v1/uploads", json={**A_SONG, "mood": mood}), 422, "mood_not_allowed")

    assert "happy, sad, neutral" in problem["detail"]
    assert written() == []


@pytest.mark.parametrize("size_bytes", [5 * 1024**3 + 1, 2**63, 2**70])
def test_a_size_over_the_limit_is_refused(client: FlaskClient, written: Written, size_bytes: int) -> None:
    """413 with both values, even for huge numbers."""
    problem = assert_problem(
        client.post("/v1/uploads", json={**A_SONG, "size_bytes": size_bytes}), 413, "file_too_large"
    )

    assert str(size_bytes) in problem["detail"]
    assert str(5 * 1024**3) in problem["detail"]
    assert written() == []


def test_a_size_at_the_limit_is_taken(client: FlaskClient) -> None:
    """The limit is inclusive."""
    assert client.post("/v1/uploads", json={**A_SONG, "size_bytes": 5 * 1024**3}).status_code == 201


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "image/svg+xml",
        "application/octet-stream",
        "audio",
        "audio/",
        "/mpeg",
        "audio/*",
        "audio/mpeg/x",
        "audio/mpeg\r\nx-evil: 1",
        "audio/\x00",
        "audio/mp eg",
        "audio/été",
        ";audio/mpeg",
        "x-audio/mpeg",
        "text/html, audio/mpeg",
    ],
)
def test_a_content_type_that_is_not_allowed_is_refused(
    client: FlaskClient, written: Written, content_type: str
) -> None:
    """415 with the accepted ones. Nothing that could break out of a header gets through."""
    response = client.post("/v1/uploads", json={**A_SONG, "content_type": content_type})

    problem = assert_problem(response, 415, "content_type_not_allowed")
    assert "audio/*" in problem["detail"]
    assert written() == []


def _b64(length: int) -> str:
    return base64.b64encode(bytes(length)).decode()


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [
        ("sha256", ""),
        ("sha256", _b64(31)),
        ("sha256", _b64(16)),
        ("md5", _b64(32)),
        ("crc32c", _b64(5)),
        ("sha256", "0" * 64),  # hex, as sha256sum prints it
        ("sha256", _b64(32).rstrip("=")),
        ("sha256", _b64(32)[:-2] + "B="),  # not canonical: another spelling of the same bytes
        ("sha256", " " + _b64(32)),
        ("sha256", "é" * 44),
        ("crc32c", "AAAA\r\n=="),
    ],
)
def test_a_checksum_that_is_not_one_is_refused(
    client: FlaskClient, written: Written, algorithm: str, value: str
) -> None:
    """It becomes a signed header, so it must be exactly a digest in base64."""
    checksum = {"algorithm": algorithm, "value_base64": value}

    assert_problem(client.post("/v1/uploads", json={**A_SONG, "checksum": checksum}), 422, "checksum_invalid")
    assert written() == []


@pytest.mark.parametrize(
    ("checksum", "fields"),
    [
        ({}, {"checksum.algorithm", "checksum.value_base64"}),
        ({"algorithm": "sha1", "value_base64": _b64(20)}, {"checksum.algorithm"}),
        ({"algorithm": "SHA256", "value_base64": _b64(32)}, {"checksum.algorithm"}),
        ({"algorithm": "sha256", "value_base64": None}, {"checksum.value_base64"}),
        ({"algorithm": "sha256", "value_base64": "A" * 65}, {"checksum.value_base64"}),
        ({"algorithm": "sha256", "value_base64": _b64(32), "x": 1}, {"checksum.x"}),
    ],
)
def test_a_checksum_of_the_wrong_form_is_named(
    client: FlaskClient, written: Written, checksum: dict[str, Any], fields: set[str]
) -> None:
    """With the path of the nested field."""
    response = client.post("/v1/uploads", json={**A_SONG, "checksum": checksum})

    assert fields_of(assert_problem(response, 422, "validation_failed")) == fields
    assert written() == []


@pytest.mark.parametrize(
    ("tags", "field"),
    [
        ("live", "tags"),
        (["x" * 41], "tags.0"),
        (["ok", 7], "tags.1"),
        (["ok", None], "tags.1"),
        (["\ud800"], "tags.0"),
        (["a\x00"], "tags.0"),
        ([["nested"]], "tags.0"),
        (["x"] * 21, "tags"),
    ],
)
def test_tags_that_are_not_valid_are_named(client: FlaskClient, written: Written, tags: Any, field: str) -> None:
    """With the position in the list."""
    data = json.dumps({**A_SONG, "tags": tags})
    response = client.post("/v1/uploads", data=data, content_type="application/json")

    assert fields_of(assert_problem(response, 422, "validation_failed")) == {field}
    assert written() == []
