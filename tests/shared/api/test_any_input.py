"""Whatever is sent, the answer is a documented one: never a 500, never another shape."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.api import A_SONG, UNKNOWN_ID
from tests.helpers.problems import assert_shape

# All examples of a test share a client: more documents, the same promises.
generated = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

TEXT = st.text(st.characters(), max_size=40)  # lone surrogates and controls included
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from(["happy", "audio/mpeg", "md5"])
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3))
FIELDS = st.sampled_from(
    [
        *("filename", "content_type", "size_bytes", "mood", "title", "artist", "tags", "checksum", "key"),
        *("fingerprint", "part_checksum_algorithm", "part_numbers", "parts"),
    ]
)
PARAMETERS = st.sampled_from(
    [
        *("limit", "cursor", "mood", "status", "key", "filename", "redirect", "expires_in"),
        *("q", "tag", "content_type", "owner", "sort", "fingerprint"),
    ]
)


def _check(response: Any) -> None:
    """Check the shape of problems; the checked client has compared the answer with the document."""
    assert response.status_code < 500, response.get_data(as_text=True)
    if response.status_code >= 400:
        assert_shape(response, response.status_code, response.get_json(force=True)["code"])


@pytest.mark.parametrize("address", ["/v1/uploads", "/songs", f"/v1/uploads/{UNKNOWN_ID}/confirm"])
def test_any_body_gets_a_documented_answer(client: FlaskClient, address: str) -> None:
    """With fields of any type and text, among valid ones."""

    @generated
    @given(fields=st.dictionaries(FIELDS | TEXT, VALUES, max_size=4), good=st.booleans())
    def ask(fields: dict[str, Any], good: bool) -> None:
        body = json.dumps({**(A_SONG if good else {}), **fields})
        _check(client.post(address, data=body, content_type="application/json"))

    ask()


@pytest.mark.parametrize("call", ["urls", "confirm"])
def test_any_parts_get_a_documented_answer(client: FlaskClient, call: str) -> None:
    """For an upload with two parts: any numbers and digests, among valid ones."""
    upload_id = client.post("/v1/uploads", json={**A_SONG, "size_bytes": 17 * 1024 * 1024}).get_json()["upload_id"]
    names = st.sampled_from(["part_number", "etag", "checksum_base64"])
    row = VALUES | st.dictionaries(names, VALUES | st.just(1)) | st.just({"part_number": 1, "etag": "x"})

    @generated
    @given(fields=st.dictionaries(FIELDS, VALUES | st.lists(row | st.integers(-1, 4), max_size=3), max_size=2))
    def ask(fields: dict[str, Any]) -> None:
        body = json.dumps(fields)
        _check(client.post(f"/v1/uploads/{upload_id}/{call}", data=body, content_type="application/json"))

    ask()


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/v1/uploads/batch", ["uploads"]),
        ("/v1/uploads/confirm", ["upload_ids"]),
        ("/v1/files/download-urls", ["file_ids", "object_keys", "query", "disposition", "expires_in"]),
    ],
)
def test_any_batch_gets_a_documented_answer(client: FlaskClient, address: str, names: list[str]) -> None:
    """With rows of any kind, among valid ones."""
    rows = st.lists(VALUES | st.dictionaries(FIELDS, VALUES) | st.sampled_from([A_SONG, UNKNOWN_ID]), max_size=4)
    queries = st.dictionaries(PARAMETERS, VALUES, max_size=3)

    @generated
    @given(fields=st.dictionaries(st.sampled_from(names), rows | queries | VALUES, min_size=1, max_size=2))
    def ask(fields: dict[str, Any]) -> None:
        _check(client.post(address, data=json.dumps(fields), content_type="application/json"))

    ask()


def test_any_edit_gets_a_documented_answer(client: FlaskClient, a_file: Callable[..., dict[str, Any]]) -> None:
    """For an existing file, with any If-Match."""
    file_id = a_file()["file_id"]
    values = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)
    fields = st.sampled_from(["mood", "title", "artist", "tags", "visibility"])

    @generated
    @given(edits=st.dictionaries(fields | TEXT, VALUES, max_size=3), if_match=st.none() | values)
    def ask(edits: dict[str, Any], if_match: str | None) -> None:
        headers = {} if if_match is None else {"If-Match": if_match, "If-None-Match": if_match}
        response = client.patch(
            f"/v1/files/{file_id}", data=json.dumps(edits), content_type="application/json", headers=headers
        )
        _check(response)
        assert client.get(f"/v1/files/{file_id}").status_code == 200

    ask()


@pytest.mark.parametrize("address", ["/v1/uploads", "/v1/files", "/songs", "/s3/upload-url", "/s3/download-url"])
def test_any_query_gets_a_documented_answer(client: FlaskClient, address: str) -> None:
    """With any bytes in any parameter."""

    @generated
    @given(pairs=st.lists(st.tuples(PARAMETERS | TEXT, st.binary(max_size=30) | TEXT), max_size=4))
    def ask(pairs: list[tuple[str, str | bytes]]) -> None:
        def quoted(part: str | bytes) -> str:
            return quote(part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass"), safe="")

        _check(client.get(address + "?" + "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)))

    ask()


def test_any_path_gets_a_documented_answer(client: FlaskClient) -> None:
    """With any bytes in place of an id, and elsewhere."""

    @generated
    @given(
        start=st.sampled_from(["/", "/v1/files/", "/v1/uploads/", "/docs/", "/assets/"]),
        rest=st.binary(max_size=40),
        method=st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD"]),
    )
    def ask(start: str, rest: bytes, method: str) -> None:
        response = client.open(start + quote(rest), method=method)
        if method != "HEAD" and response.mimetype.endswith("json"):
            _check(response)
        assert response.status_code < 500
        response.close()

    ask()


def test_any_header_gets_a_documented_answer(client: FlaskClient) -> None:
    """Callers may make up Host, Origin and all others."""
    names = st.sampled_from(
        [
            "Host",
            "Origin",
            "Authorization",
            "X-Request-ID",
            "Idempotency-Key",
            "Content-Type",
            "Sec-Fetch-Site",
            "Range",
            "Accept",
            "Cookie",
        ]
    )
    values = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)

    @generated
    @given(headers=st.dictionaries(names, values, max_size=4))
    def ask(headers: dict[str, str]) -> None:
        _check(client.post("/v1/uploads", data=b"{}", headers=headers))

    ask()
