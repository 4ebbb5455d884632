"""The log of refused requests: what it contains, and what it never does."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from service.shared.api.problems import MAX_LOGGED_PATH
from service.store.errors import StoreUnavailable
from tests.helpers.tokens import bearer, claims, token

CODES = ("token_missing", "token_invalid", "scope_missing")


def lines_of(caplog: pytest.LogCaptureFixture, code: str) -> list[str]:
    return [text for text in caplog.text.splitlines() if f" {code}: " in text]


def test_each_refusal_is_a_line(jwt_client: Callable[..., FlaskClient], caplog: pytest.LogCaptureFixture) -> None:
    """Who called what, and the request's id, but nothing of the token."""
    client, narrow = jwt_client(), token(claims(scope="files:read"))
    forged = token()[:-8] + "AAAAAAAA"

    client.get("/v1/files?q=words", headers={"X-Request-ID": "first"})
    client.get("/v1/files", headers={"Authorization": f"Bearer {forged}", "X-Request-ID": "second"})
    client.post("/v1/uploads", json={}, headers={"Authorization": f"Bearer {narrow}", "X-Request-ID": "third"})

    assert [lines[0].partition(": ")[2] for code in CODES if (lines := lines_of(caplog, code))] == [
        "GET /v1/files from 127.0.0.1, request first",
        "GET /v1/files from 127.0.0.1, request second",
        "POST /v1/uploads from 127.0.0.1, request third",
    ]
    assert [] == [part for made in (forged, narrow) for part in made.split(".") if part in caplog.text]


def test_a_refusal_cannot_forge_a_line(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the path, the origin or the request's id contain; and it stays short."""
    headers = {"Origin": "http://evil.example", "X-Request-ID": "a b"}

    client.get(f"/v1/files/%0aCRITICAL%20forged%1b[2J{'x' * 3000}", headers=headers)

    lines = lines_of(caplog, "foreign_origin")
    assert len(lines) == 1
    assert r"/v1/files/\x0aCRITICAL forged\x1b[2J" in lines[0]
    assert len(lines[0]) < MAX_LOGGED_PATH + 200
    assert "a b" not in lines[0]
    assert len(caplog.text.splitlines()) == len(caplog.records)


def test_an_upload_token_is_not_told(jwt_client: Callable[..., FlaskClient], caplog: pytest.LogCaptureFixture) -> None:
    """Although it is part of the path."""
    client = jwt_client()
    made = client.post("/v1/upload-tokens", json={}, headers=bearer()).get_json()["upload_token"]

    client.get(f"/u/{made[:-4]}/s3/params?filename=a&type=audio/mpeg")

    assert "token_invalid: GET /u/…/s3/params from 127.0.0.1" in caplog.text
    assert made[:-4] not in caplog.text


def test_an_outage_is_told_by_type_and_host(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library's error text contains the request with its signature."""

    def fails(*_: object) -> None:
        raise StoreUnavailable("no answer") from OSError("http://store:9000/b/k?X-Amz-Signature=" + "ab" * 32)

    monkeypatch.setattr("service.uploads.api.uploads.inspect_upload", fails)

    assert client.get("/v1/uploads/01JD8ZK3V0X5W9QH2M4N6P7R8S").status_code == 503
    assert "store_unavailable: no answer (caused by OSError at store:9000)" in caplog.text
    assert "/b/k" not in caplog.text
