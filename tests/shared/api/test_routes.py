"""Unknown addresses and methods, request ids, and the headers of every answer."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.helpers.api import A_SONG, UNKNOWN_ID
from tests.helpers.problems import assert_problem

Written = Callable[[], list[str]]

WRONG_METHODS = [
    ("PUT", "/v1/uploads", {"GET", "HEAD", "OPTIONS", "POST"}),
    ("DELETE", "/v1/files", {"GET", "HEAD", "OPTIONS"}),
    ("PATCH", f"/v1/uploads/{UNKNOWN_ID}", {"DELETE", "GET", "HEAD", "OPTIONS"}),
    ("GET", f"/v1/uploads/{UNKNOWN_ID}/confirm", {"OPTIONS", "POST"}),
    ("GET", f"/s3/multipart/{UNKNOWN_ID}/complete", {"OPTIONS", "POST"}),
    ("POST", "/s3/upload-url", {"GET", "HEAD", "OPTIONS"}),
    ("GET", "/v1/uploads/batch", {"OPTIONS", "POST"}),
    ("DELETE", "/v1/uploads/confirm", {"OPTIONS", "POST"}),
    ("PATCH", "/v1/files/download-urls", {"OPTIONS", "POST"}),
    ("TRACE", "/healthz", {"GET", "HEAD", "OPTIONS"}),
    ("BREW", "/v1/moods", {"GET", "HEAD", "OPTIONS"}),
]


@pytest.mark.parametrize(("method", "address", "allowed"), WRONG_METHODS)
def test_a_wrong_method_is_told_with_the_right_ones(
    client: FlaskClient, method: str, address: str, allowed: set[str]
) -> None:
    """405, and Allow lists the methods."""
    response = client.open(address, method=method)

    assert_problem(response, 405, "method_not_allowed")
    assert allowed == set(response.headers["Allow"].split(", "))


@pytest.mark.parametrize(
    "address",
    [
        "/nope",
        "/v1",
        "/v1/",
        "/v2/uploads",
        "/v1/uploads/",
        "/v1//uploads",
        "/V1/uploads",
        f"/v1/files/{UNKNOWN_ID}/nope",
        "/v1/files/a/b/c",
        "/v1/../healthz",
        "/assets/../../setup.cfg",
        "/assets/%2e%2e/%2e%2e/setup.cfg",
        "/docs/static/..%2f..%2fapi.py",
        "/%00",
        "/%ED%A0%80",
        "/<script>alert(1)</script>",
    ],
)
def test_an_unknown_address_is_told(client: FlaskClient, address: str) -> None:
    """404 (or 405 where files are served) in the shape of all errors; no redirect, no read from disk."""
    for method in ("GET", "POST", "DELETE", "PUT"):
        response = client.open(address, method=method)

        code = {404: "route_not_found", 405: "method_not_allowed"}[response.status_code]
        assert_problem(response, response.status_code, code)


@pytest.mark.parametrize("address", ["/healthz", "/v1/uploads", "/v1/files", "/v1/moods", "/v1/session", "/songs"])
def test_head_answers_as_get_without_a_body(client: FlaskClient, address: str) -> None:
    """For clients that only check whether it exists."""
    head, get = client.head(address), client.get(address)

    assert (head.status_code, head.content_type) == (get.status_code, get.content_type)
    assert head.get_data() == b""


@pytest.mark.parametrize("address", ["/v1/uploads?limit=0", "/nope", f"/v1/files/{UNKNOWN_ID}"])
def test_head_of_what_fails_fails_the_same(client: FlaskClient, address: str) -> None:
    """With the status and no body."""
    head, get = client.head(address), client.get(address)

    assert (head.status_code, head.content_type) == (get.status_code, "application/problem+json")
    assert head.get_data() == b""


def test_options_lists_the_methods_and_does_nothing(client: FlaskClient, written: Written) -> None:
    """Without a token too, because a browser's preflight has none."""
    response = client.options("/v1/uploads")

    assert response.status_code == 200
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert written() == []


@pytest.mark.parametrize("sane", ["a", "01JD8ZK3V0X5W9QH2M4N6P7R8S", "web-1.req_2", "x" * 64])
def test_a_sane_request_id_comes_back(client: FlaskClient, sane: str) -> None:
    """In the header of every answer, and in a problem's body."""
    headers = {"X-Request-ID": sane}

    assert client.get("/healthz", headers=headers).headers["X-Request-ID"] == sane
    assert assert_problem(client.get("/nope", headers=headers), 404, "route_not_found")["request_id"] == sane
    assert client.delete(f"/v1/files/{UNKNOWN_ID}", headers=headers).headers["X-Request-ID"] == sane


@pytest.mark.parametrize("odd", ["", "x" * 65, "a b", "a;b", "a/../b", "<b>", "é", "a\tb", '"'])
def test_an_odd_request_id_is_replaced(client: FlaskClient, odd: str) -> None:
    """It goes into logs, so only plain ids are accepted."""
    given = client.get("/healthz", headers={"X-Request-ID": odd}).headers["X-Request-ID"]

    assert len(given) == 32
    assert given.isalnum()


def test_two_requests_have_two_ids(client: FlaskClient) -> None:
    """An id names one request."""
    assert client.get("/healthz").headers["X-Request-ID"] != client.get("/healthz").headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("method", "address"),
    [("GET", "/healthz"), ("GET", "/v1/files"), ("POST", "/v1/uploads"), ("GET", "/nope"), ("GET", "/docs/errors")],
)
def test_every_answer_carries_the_security_headers(client: FlaskClient, method: str, address: str) -> None:
    """Nothing is sniffed, framed, sent as a referrer or run."""
    headers = client.open(address, method=method).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in headers["Content-Security-Policy"]
    assert "camera=(self), microphone=(self), accelerometer=()" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_bytes_may_go_to_and_come_from_the_store_alone(client: FlaskClient) -> None:
    """The page's policy names only the public store."""
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))

    assert rules["connect-src"] == "'self' http://localhost:9000"
    assert rules["media-src"] == "'self' blob: http://localhost:9000"
    assert rules["script-src"] == "'self'"


def test_answers_with_urls_stay_out_of_caches(client: FlaskClient) -> None:
    """A shared cache would give a presigned URL to somebody else."""
    many = client.post("/v1/uploads/batch", json={"uploads": [A_SONG]})
    urls = client.post("/v1/files/download-urls", json={"query": {}})
    for response in (client.post("/v1/uploads", json=A_SONG), many, urls, client.get("/songs")):
        assert response.headers["Cache-Control"] == "no-store"


def test_a_list_may_be_kept_but_never_used_unasked(client: FlaskClient) -> None:
    """It has no URLs, but the service decides whether it is still valid for this person."""
    headers = client.get("/v1/files").headers

    assert headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in headers["Vary"]


def test_a_defect_tells_nothing_of_itself(client: FlaskClient) -> None:
    """500 internal_error with the id under which the log has the details."""
    app: Flask = client.application

    def broken() -> str:
        raise RuntimeError("the secret is minioadmin")

    app.add_url_rule("/broken", view_func=broken)

    assert_problem(client.get("/broken"), 500, "internal_error")
