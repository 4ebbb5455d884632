"""Between granian and the app: whole requests, whole answers, and a line for each."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.server.finished import FinishedRequest
from service.server.granian.places import take_place
from service.server.granian.requests import Requests
from service.shared.request_facts import KEY, RequestFacts

SCOPE = {"REQUEST_METHOD": "POST", "PATH_INFO": "/v1/uploads", "QUERY_STRING": "", "REMOTE_ADDR": "192.0.2.1"}


class Body(io.BytesIO):
    """What granian gives: it remembers how much was asked of it."""

    asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked += 1
        return super().read(size)


class Pieces:
    """An answer in pieces that has to be closed."""

    closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"a ", b"song"])

    def close(self) -> None:
        self.closed = True


class Harness:
    """The app under `Requests`, and what became of a request."""

    def __init__(self, answer: Any = b"", status: str = "200 OK", environment: dict[str, str] | None = None) -> None:
        self.answer, self.status = answer, status
        self.seen: dict[str, Any] | None = None
        self.started: list[tuple[str, dict[str, str]]] = []
        self.finished: list[FinishedRequest] = []
        self.requests = Requests(self.app, [self.finished.append], environment or {})

    def app(self, environ: Any, start_response: Any) -> Any:
        self.seen = environ
        if isinstance(self.answer, Exception):
            raise self.answer
        environ[KEY] = RequestFacts(request_id="mine", route="/v1/uploads")
        start_response(self.status, [])
        return self.answer if isinstance(self.answer, Pieces) else [self.answer]

    def send(self, **more: Any) -> bytes:
        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            self.started.append((status, dict(headers)))

        return b"".join(self.requests({**SCOPE, "wsgi.input": Body(), **more}, start))


def test_the_app_gets_the_body_from_memory() -> None:
    harness = Harness(b"done")

    assert harness.send(CONTENT_LENGTH="4", **{"wsgi.input": Body(b"song and more")}) == b"done"
    assert harness.seen
    assert harness.seen["wsgi.input"].read() == b"song"


def test_an_answer_is_whole_and_closed() -> None:
    """granian would keep the thread until a slow client has read the last piece."""
    pieces = Pieces()

    assert Harness(pieces).send() == b"a song"
    assert pieces.closed


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"CONTENT_LENGTH": str(1024 * 1024 + 1)}, 413, "body_too_large"),
        ({"CONTENT_LENGTH": "9", "wsgi.input": Body(b"a song")}, 400, "bad_request"),
        ({"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Body(b"x" * (1024 * 1024 + 1))}, 413, "body_too_large"),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 400, "bad_request"),
        ({"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": "0"}, 400, "bad_request"),
        ({"QUERY_STRING": "q" * 8190}, 414, "uri_too_long"),
        ({"HTTP_X_LONG": "x" * 8191}, 431, "headers_too_large"),
    ],
)
def test_what_is_too_much_or_not_whole_is_refused(more: dict[str, Any], status: int, code: str) -> None:
    """By a problem, in the log as well, and the connection ends: nobody read the rest of the request."""
    harness = Harness()

    text = harness.send(**more)

    [(line, headers)], [done] = harness.started, harness.finished
    assert harness.seen is None
    assert line.startswith(f"{status} ")
    assert f'"code":"{code}"' in text.decode()
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Content-Length"] == str(len(text))
    assert headers["Connection"] == "close"
    assert (done.status, done.facts.problem, done.facts.request_id) == (status, code, headers["X-Request-ID"])
    assert done.body_bytes == len(text)


def test_files_shared_with_the_page_are_refused_by_a_page() -> None:
    """A browser shows the answer to a person, who could do nothing with a problem in JSON."""
    harness = Harness()

    harness.send(PATH_INFO="/share", CONTENT_LENGTH=str(10**9))

    [(line, headers)], [done] = harness.started, harness.finished
    assert (line, headers["Location"], headers["Connection"]) == ("303 See Other", "/share", "close")
    assert (done.status, done.facts.problem) == (303, "body_too_large")


def test_a_body_that_is_too_large_is_not_read() -> None:
    """Nor is a client that asks first told to send it."""
    body = Body(b"x")

    Harness().send(CONTENT_LENGTH=str(10**9), **{"wsgi.input": body})

    assert body.asked == 0


def test_a_defect_below_the_app_is_a_problem() -> None:
    """granian would answer by a status alone."""
    harness = Harness(RuntimeError("planted"))

    text = harness.send()

    assert harness.started[0][0].startswith("500 ")
    assert b'"code":"internal_error"' in text
    assert b"planted" not in text


def test_a_chunked_body_is_the_last_of_its_connection() -> None:
    """The client may have named a length as well, which granian drops: a proxy in front may have gone by it."""
    harness = Harness()

    harness.send(CONTENT_LENGTH="1", **{"wsgi.input": Body(b"x")})
    harness.send(HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input": Body(b"x")})

    assert [headers.get("Connection") for _, headers in harness.started] == [None, "close"]


def test_an_answer_is_told_with_what_the_app_knows() -> None:
    harness = Harness(b"done", "201 Created")

    harness.send()
    harness.send(REQUEST_METHOD="HEAD")
    harness.send(REQUEST_METHOD="BREW")

    assert [(done.method, done.status, done.body_bytes) for done in harness.finished] == [
        ("POST", 201, 4),
        ("HEAD", 201, 0),
        ("other", 201, 4),
    ]
    assert harness.finished[0].facts.route == "/v1/uploads"
    assert harness.finished[0].address == "192.0.2.1"


def test_a_defect_in_the_log_costs_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    """The app has done what was asked for."""

    def observe(done: FinishedRequest) -> None:
        raise RuntimeError

    harness = Harness(b"done")
    harness.requests = Requests(harness.app, [observe], {})

    assert harness.send() == b"done"
    assert "defect in the request log" in caplog.text


def test_variables_of_the_process_are_no_headers() -> None:
    """granian puts them beside the request: HTTP_PROXY would be one, and secrets would lie in each request."""
    harness = Harness(environment={"HTTP_PROXY": "http://proxy", "SECRET_KEY": "planted", "HTTP_X": "ours"})

    harness.send(HTTP_PROXY="http://proxy", SECRET_KEY="planted", HTTP_X="theirs")

    assert harness.seen is not None
    assert "HTTP_PROXY" not in harness.seen
    assert "SECRET_KEY" not in harness.seen
    assert harness.seen["HTTP_X"] == "theirs"


def test_workers_take_the_lowest_free_places(tmp_path: Path) -> None:
    """A lock holds within a process too, because each is of a file of its own."""
    assert [take_place(tmp_path) for _ in range(3)] == [0, 1, 2]
