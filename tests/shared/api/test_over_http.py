"""What only a real server shows: chunked bodies, repeated headers, and requests that the server itself refuses."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest

from dev.servers import MongodServer
from tests.conftest import SERVERS, Service, Store, services, settings_for
from tests.helpers.api import A_SONG
from tests.helpers.tokens import SECRET, bearer, token

pytestmark = pytest.mark.real

JSON = {"Content-Type": "application/json"}
# What both servers refuse by a problem, and what the parser of each refuses: see docs/deploy.md.
REFUSED = [
    (414, "uri_too_long", b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: HOST"),
    (431, "headers_too_large", b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Long: " + b"x" * 20_000),
]
REFUSED_BY_PARSER = [
    (431, "headers_too_large", b"GET / HTTP/1.1\r\nHost: HOST" + b"\r\nX-Many: x" * 500),
    (400, "bad_request", b"GET / HTTP/1.1\r\nHost: HOST\r\nBad Header: x"),
    (400, "bad_request", b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Folded: a\r\n b"),
    (400, "bad_request", b"POST /songs HTTP/1.1\r\nHost: HOST\r\nContent-Length: x"),
    (400, "bad_request", b"POST /songs HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\nContent-Length: 3"),
    (400, "bad_request", b"GET /\x00 HTTP/1.1\r\nHost: HOST"),
    (400, "bad_request", b"garbage"),
]
# What gunicorn alone minds.
REFUSED_BY_GUNICORN = [
    (417, "bad_request", b"POST /songs HTTP/1.1\r\nHost: HOST\r\nExpect: 200-ok\r\nContent-Length: 2"),
    (501, "bad_request", b"POST /songs HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: snappy, chunked"),
    (400, "bad_request", b"POST /songs HTTP/1.1\r\nHost: HOST" + b"\r\nContent-Length: 2" * 2),
    (400, "bad_request", b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off"),
    (400, "bad_request", b"GET /\xc3\xa9 HTTP/1.1\r\nHost: HOST"),
]


@pytest.fixture(scope="module", params=SERVERS)
def service(
    minio: Store, mongod: MongodServer, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Service]:
    """gunicorn, and then granian, with bearer tokens, shared by all tests here; each test has its own owner."""
    settings = settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET)
    with services(tmp_path_factory.mktemp("http"), request.param) as start:
        yield start(settings)


def ask(
    service: Service, method: str, address: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[HTTPResponse, Any]:
    """Send the request unchanged; return the answer and its JSON."""
    connection = HTTPConnection(urlsplit(service.url).netloc, timeout=20)
    try:
        # A server that refuses a body closes early, but its answer can still be read.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, address, body, headers or {}, encode_chunked=isinstance(body, Iterator))
        response = connection.getresponse()
        text = response.read()
        return response, json.loads(text) if text.startswith(b"{") else text
    finally:
        connection.close()


def raw(service: Service, request: bytes) -> bytes:
    """Send bytes, and read until the server closes the connection."""
    parts = urlsplit(service.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(request)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def _chunks(text: bytes) -> Iterator[bytes]:
    for at in range(0, len(text), 50_000):
        yield text[at : at + 50_000]


def test_bodies_are_limited_however_they_come(service: Service) -> None:
    """2 MB with a length or in chunks are refused, small ones in chunks accepted; the refused ones write nothing."""
    large = json.dumps({**A_SONG, "title": "x" * 2_000_000}).encode()
    small = json.dumps(A_SONG).encode()
    known = JSON | bearer("bodies")
    chunked = known | {"Transfer-Encoding": "chunked"}

    for address in ("/v1/uploads", "/songs"):
        for body, headers in ((large, known), (_chunks(large), chunked)):
            response, problem = ask(service, "POST", address, body, headers)
            assert (response.status, problem["code"]) == (413, "body_too_large")
            assert response.headers["Content-Type"] == "application/problem+json"
    assert ask(service, "POST", "/v1/uploads", _chunks(small), chunked)[0].status == 201
    assert len(ask(service, "GET", "/v1/uploads", headers=known)[1]["uploads"]) == 1


def test_odd_requests_never_break_the_service(service: Service) -> None:
    """The app or the server refuses what no browser sends, and the next request is served."""
    host = urlsplit(service.url).netloc.encode()

    for path in (b"/v1//uploads", b"/v1/uploads/", b"/%00", b"/%C3%A9", b"/..%2f..%2fetc/passwd"):
        answer = raw(service, b"GET " + path + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
        assert b" 404 " in answer.partition(b"\r\n")[0], path
        assert b'"code":"route_not_found"' in answer
    own = REFUSED_BY_GUNICORN if service.server == "gunicorn" else []
    for status, code, request in (*REFUSED, *REFUSED_BY_PARSER, *own):
        refused = request.replace(b"HOST", host) + b"\r\n\r\n"
        head, _, body = raw(service, refused).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status), request[:80]
        assert b"connection: close" in head.lower()
        if service.server == "granian" and (status, code, request) in REFUSED_BY_PARSER:
            assert body == b"", "granian says no more than the status"
            continue
        problem = json.loads(body)
        assert (status, code) == (problem["status"], problem["code"]), request[:80]
        assert b"\r\ncontent-type: application/problem+json\r\n" in head.lower()
        assert f"\r\nx-request-id: {problem['request_id']}\r\n".encode() in head.lower() + b"\r\n"
    assert ask(service, "GET", "/healthz")[1] == {"status": "ok"}


def test_a_body_compressed_on_its_way_is_refused_by_name(service: Service) -> None:
    """The server decodes the chunks, but nothing decodes a further transfer coding."""
    head = f"POST /v1/uploads HTTP/1.1\r\nHost: {urlsplit(service.url).netloc}\r\nContent-Type: application/json\r\n"
    sent = f"{head}Authorization: Bearer {token()}\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n"

    answer = raw(service, sent.encode() + b"3\r\n\x1f\x8b\x08\r\n0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 415 ")
    assert b"'gzip'" in answer


def test_the_longest_query_is_read(service: Service) -> None:
    """With every parameter of a list at its longest, outside ASCII; the app answers, not the server."""
    longest = {"q": 200, "mood": 40, "tag": 40}
    query = "&".join(f"{name}={'%F0%9F%8E%B5' * length}" for name, length in longest.items())

    response, problem = ask(service, "GET", f"/v1/files?{query}&cursor={'x' * 2000}", headers=bearer("longest"))

    assert (response.status, problem["code"]) == (400, "invalid_cursor")


def test_a_second_authorization_header_makes_both_void(service: Service) -> None:
    """Two readers could disagree on which one counts."""
    line = f"Authorization: Bearer {token()}\r\n"

    def status(headers: str) -> bytes:
        host = urlsplit(service.url).netloc
        request = f"GET /v1/files HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n"
        return raw(service, request.encode()).split(b" ", 2)[1]

    assert [b"200", b"401", b"401"] == [status(line), status(line * 2), status("Authorization: Basic eDp5\r\n" + line)]
