"""Bodies are read the same way in every call: JSON objects, read strictly."""

import gzip
import io
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.helpers.api import A_SONG, UNKNOWN_ID
from tests.helpers.problems import assert_problem

Written = Callable[[], list[str]]

GOOD = json.dumps(A_SONG)
POSTS = ["/v1/uploads", f"/v1/uploads/{UNKNOWN_ID}/confirm", f"/v1/uploads/{UNKNOWN_ID}/urls", "/songs"]
NOT_JSON_OBJECTS: dict[str, bytes] = {
    "array": b"[]",
    "array of objects": b"[{}]",
    "string": b'"x"',
    "string of an object": json.dumps(GOOD).encode(),
    "number": b"1",
    "null": b"null",
    "true": b"true",
    "cut off": b"{",
    "single quotes": b"{'filename': 'x'}",
    "trailing comma": b'{"filename": "x",}',
    "two objects": b"{} {}",
    "bare word": b"undefined",
    "form": b"filename=x&size_bytes=3",
    "not UTF-8": b'{"filename": "\xe9"}',
    "control character": b'{"filename": "a\x00b"}',
    "deep array": b"[" * 100_000,
    "deep object": b'{"filename":' * 80_000,
    "NaN": b'{"size_bytes": NaN}',
    "Infinity": b'{"size_bytes": Infinity}',
    "minus Infinity": b'{"size_bytes": -Infinity}',
    "5000 digits": b'{"size_bytes": ' + b"9" * 5000 + b"}",
    "a field twice": b'{"filename": "a", "filename": "b"}',
    "a nested field twice": b'{"checksum": {"algorithm": "md5", "algorithm": "sha256"}}',
}


@pytest.mark.parametrize("data", NOT_JSON_OBJECTS.values(), ids=NOT_JSON_OBJECTS.keys())
def test_a_body_that_is_no_json_object_is_refused(client: FlaskClient, written: Written, data: bytes) -> None:
    """400 invalid_json, also for what Python's own parser accepts (NaN, a repeated field)."""
    for address in POSTS:
        assert_problem(client.post(address, data=data, content_type="application/json"), 400, "invalid_json")
    assert written() == []


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "json",
    ],
)
def test_a_body_of_another_media_type_is_refused(
    client: FlaskClient, written: Written, content_type: str | None
) -> None:
    """Another site's form can send these types without a preflight, but not JSON."""
    for address in POSTS:
        assert_problem(client.post(address, data=GOOD, content_type=content_type), 415, "media_type_unsupported")
    assert written() == []


@pytest.mark.parametrize("coding", ["gzip", "GZip", "br", "identity, deflate"])
def test_a_compressed_body_is_refused_by_name(client: FlaskClient, written: Written, coding: str) -> None:
    """Some HTTP libraries compress by default, and the error tells them so."""
    data, headers = gzip.compress(GOOD.encode()), {"Content-Encoding": coding}
    for address in (*POSTS, f"/s3/multipart/{UNKNOWN_ID}/complete"):
        response = client.post(address, data=data, content_type="application/json", headers=headers)
        assert_problem(response, 415, "body_encoded")
        assert coding.lower().split(", ")[-1] in response.get_json()["detail"]
    assert written() == []


@pytest.mark.parametrize("coding", ["", "identity", "Identity"])
def test_a_body_that_is_said_to_be_plain_is_taken(client: FlaskClient, coding: str) -> None:
    """And so is the header without a body."""
    headers = {"Content-Encoding": coding}

    assert client.post("/v1/uploads", data=GOOD, content_type="application/json", headers=headers).status_code == 201
    empty = client.post(f"/v1/uploads/{UNKNOWN_ID}/confirm", headers={"Content-Encoding": "gzip"})
    assert_problem(empty, 404, "upload_not_found")


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "utf-16-le", "utf-32"])
def test_another_charset_is_told_as_such(client: FlaskClient, written: Written, charset: str) -> None:
    """PowerShell 5.1 and others use their machine's charset, whatever the type says."""
    data = json.dumps({**A_SONG, "title": "Größe"}, ensure_ascii=False).encode(charset)

    response = client.post("/v1/uploads", data=data, content_type=f"application/json; charset={charset}")

    assert_problem(response, 400, "invalid_json")
    assert "UTF-8" in response.get_json()["detail"]
    assert written() == []


def test_a_form_with_a_file_is_told_where_files_go(client: FlaskClient) -> None:
    """Other services accept such uploads; here, bytes go to the store."""
    for address in POSTS:
        response = client.post(address, data={"file": (io.BytesIO(b"ID3"), "a.mp3"), "title": "A"})
        assert_problem(response, 415, "media_type_unsupported")
        assert "/s3/upload-url" in response.get_json()["detail"]


@pytest.mark.parametrize("address", POSTS)
def test_a_body_of_9_mb_is_refused(client: FlaskClient, written: Written, address: str) -> None:
    """File bytes go to the store, never here."""
    data = json.dumps({**A_SONG, "filename": "x" * 9_000_000})

    assert_problem(client.post(address, data=data, content_type="application/json"), 413, "body_too_large")
    assert written() == []


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "application/x+json"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_usual_ways_to_say_json_are_taken(client: FlaskClient, content_type: str, mark: bytes) -> None:
    """With a charset, as a vendor's type, and with a byte order mark from an editor."""
    response = client.post("/v1/uploads", data=mark + GOOD.encode(), content_type=content_type)

    assert response.status_code == 201


@pytest.mark.parametrize("what", ["confirm", "urls"])
@pytest.mark.parametrize("data", [b"", b"  \n", b"{}"])
def test_a_call_that_needs_no_field_needs_no_body(client: FlaskClient, what: str, data: bytes) -> None:
    """An empty body counts as {}, whatever its type."""
    response = client.post(f"/v1/uploads/{UNKNOWN_ID}/{what}", data=data, content_type="application/json")

    assert_problem(response, 404, "upload_not_found")
    assert_problem(client.post(f"/v1/uploads/{UNKNOWN_ID}/{what}"), 404, "upload_not_found")


@pytest.mark.parametrize("what", ["confirm", "urls"])
def test_an_unknown_field_of_a_smaller_call_is_refused(client: FlaskClient, what: str) -> None:
    """Above all, a body must never set the owner."""
    started = client.post("/v1/uploads", json=A_SONG).get_json()
    response = client.post(f"/v1/uploads/{started['upload_id']}/{what}", json={"owner": "u2"})

    assert_problem(response, 422, "validation_failed")
