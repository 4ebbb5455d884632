"""Whatever the service or the store answers, the client raises only its own errors, ends, and leaks nothing."""

import json
import logging
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from moodrop import Client
from moodrop.errors import LocalError, MoodropError, NoAnswer, ServerUnknown, StoreRefused
from tests.client.hostile import (
    ANSWERS,
    BASE,
    DOWNLOAD,
    FILE,
    ID,
    PARTS,
    PUT,
    SIGNED,
    SONG,
    STORE,
    server,
    spoiled,
    transport,
)

TIMEOUT_S = 60
SILENT_S = 0.25


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.mp3"
    path.write_bytes(SONG)
    return path


def client(changes: dict[str, Any], asked: list[httpx.Request] | None = None) -> Client:
    return Client(BASE, "token", retries=0, transport=transport(changes, asked))


URLS = [
    "file:///etc/passwd",
    "ftp://store.example/key",
    "javascript:alert(1)",
    "//store.example/key",
    "/key",
    "",
    "http://",
    "http://:80/",
    "http://store.example:0/",
    "http://store.example:99999/",
    "http://store.example:x/",
    "http://user@store.example/",
    "http://service.example\\@store.example/",
    "http://store.example/\r\nX-Evil: 1",
    "http://store.example/a b",
    "http://store.example/\x00",
    "http://store.example/\x1b[2J",
    "http://störe.example/",
    "http://store.example/" + "x" * 20_000,
]
HEADERS: list[Any] = [
    {"X-A": "b\r\nX-Evil: 1"},
    {"X-A": "b\nX-Evil: 1"},
    {"X-A\r\nX-Evil": "1"},
    {"X-A: b\r\nX-Evil": "1"},
    {"X A": "b"},
    {"": "b"},
    {"X-A": "\x00"},
    {"X-A": "ü"},
    {"Ä": "b"},
    {"X-A": 5},
    {"X-A": None},
    {"X-A": ["b"]},
    ["X-A"],
    "X-A: b",
    {"Host": "elsewhere.example"},
    {"Transfer-Encoding": "chunked"},
    {"Connection": "close"},
    {"Authorization": "Basic eDp5"},
    {"Cookie": "a=b"},
    {"X-A": "b" * 10_000},
    {f"X-{number}": "b" for number in range(100)},
]


@pytest.mark.parametrize("wrong", [{"url": url} for url in URLS] + [{"headers": headers} for headers in HEADERS])
def test_a_request_that_no_store_asks_for_is_not_sent(wrong: dict[str, Any], song: Path, tmp_path: Path) -> None:
    """Another scheme, a line break that starts another header, or a header that only the client may set."""
    signed, asked = {**SIGNED, **wrong}, list[httpx.Request]()
    parts = {**PARTS, "transfer": {**PARTS["transfer"], "parts": [{"part_number": n, **signed} for n in range(1, 5)]}}
    changes = {
        f"GET /v1/files/{ID}/download": {**DOWNLOAD, **signed},
        "POST /v1/uploads": {**PUT, "transfer": {"kind": "put", **signed}},
    }

    with client(changes, asked) as hostile:
        with pytest.raises(ServerUnknown):
            hostile.download(ID, tmp_path / "copy.mp3")
        with pytest.raises(ServerUnknown):
            hostile.upload(song)
    with client({"POST /v1/uploads": parts}, asked) as hostile, pytest.raises(ServerUnknown):
        hostile.upload(song)

    assert {request.url.host for request in asked} == {"service.example"}
    assert [path.name for path in tmp_path.iterdir()] == ["song.mp3"]


@pytest.mark.parametrize("url", [url for url in URLS if url])
def test_a_url_that_is_handed_out_is_one_of_the_web(url: str) -> None:
    """It is passed on to a browser or to `xargs curl`."""
    rows = {"results": [{**DOWNLOAD, "url": url}]}
    changes = {f"GET /v1/files/{ID}/download": {**DOWNLOAD, "url": url}, "POST /v1/files/download-urls": rows}

    with client(changes) as hostile:
        with pytest.raises(ServerUnknown):
            hostile.download_url(ID)
        with pytest.raises(ServerUnknown):
            hostile.download_urls([ID])


@pytest.mark.parametrize("address", URLS)
def test_an_address_that_is_none_of_the_web_is_refused(address: str) -> None:
    with pytest.raises(ServerUnknown):
        Client(address, "token")


def test_more_bytes_than_the_file_has_are_not_signed_for(song: Path) -> None:
    """With a shorter length, the rest of the file would be a request of its own to that server."""
    signed = {**SIGNED, "headers": {"Content-Length": "10"}}
    asked = list[httpx.Request]()

    changes = {"POST /v1/uploads": {**PUT, "transfer": {"kind": "put", **signed}}}
    with client(changes, asked) as hostile, pytest.raises(ServerUnknown, match="10 bytes"):
        hostile.upload(song)

    assert {request.url.host for request in asked} == {"service.example"}


OPERATIONS: dict[str, Callable[[Client, Path], object]] = {
    "GET /v1/session": lambda hostile, song: hostile.whoami(),
    "GET /v1/files": lambda hostile, song: list(hostile.iter_files()),
    f"GET /v1/files/{ID}": lambda hostile, song: hostile.download(ID, song.with_name("copy.mp3"), replace=True),
    f"GET /v1/files/{ID}/download": lambda hostile, song: hostile.download(
        ID, song.with_name("copy.mp3"), replace=True
    ),
    "POST /v1/files/download-urls": lambda hostile, song: hostile.download_urls([ID]),
    "GET /v1/uploads": lambda hostile, song: (list(hostile.iter_uploads()), hostile.upload(song)),
    f"GET /v1/uploads/{ID}": lambda hostile, song: hostile.get_upload(ID),
    "POST /v1/uploads": lambda hostile, song: hostile.upload(song),
    f"POST /v1/uploads/{ID}/confirm": lambda hostile, song: hostile.upload(song),
    "POST /v1/uploads/batch": lambda hostile, song: list(hostile.upload_many([song, song])),
    "POST /v1/uploads/confirm": lambda hostile, song: list(hostile.upload_many([song, song])),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("call", OPERATIONS)
def test_no_answer_is_a_traceback(call: str, song: Path) -> None:
    """Each value of each answer is removed or replaced: the call succeeds or raises one of our errors."""
    for what, answer in spoiled(ANSWERS[call]):
        with client({call: answer}) as hostile:
            try:
                OPERATIONS[call](hostile, song)
            except MoodropError:
                continue
            except Exception as error:
                raise AssertionError(f"{call}, {what}: {error!r}") from error


def test_no_problem_is_a_traceback(song: Path) -> None:
    """For a single call, and for one row of many."""
    problem = {"code": "x", "status": 400, "detail": "d", "hint": "h", "errors": [{"field": "f", "message": "m"}]}
    for what, answer in spoiled(problem):
        for status in (200, 400, 503, 999):
            content = json.dumps(answer).encode()
            for date in ("", "soon", "Mon, 99 Foo 2026", "Thu, 01 Jan 1970 00:00:00 -0000", "9" * 400, "-1"):
                response = httpx.Response(status, content=content, headers={"Retry-After": date})
                with client({"GET /v1/session": response}) as hostile, pytest.raises(MoodropError):
                    hostile.whoami()
        rows = {"results": [{"error": answer, **DOWNLOAD}]}
        with client({"POST /v1/files/download-urls": rows}) as hostile:
            try:
                hostile.download_urls([ID])
            except MoodropError:
                continue
            except Exception as error:
                raise AssertionError(f"{what}: {error!r}") from error


@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b'{"a":' * 100_000, b'{"auth_mode": NaN}', b"1" * 10_000, b"\xff\xfe", b'"text"', b"null", b""],
)
def test_what_is_no_answer_is_told(body: bytes) -> None:
    """Deeply nested brackets, invalid numbers, bytes that are no text."""
    with client({"GET /v1/session": httpx.Response(200, content=body)}) as hostile, pytest.raises(ServerUnknown):
        hostile.whoami()


def test_a_list_that_never_ends_ends() -> None:
    for page in ({"files": [], "next_cursor": "same"}, {"files": [], "next_cursor": {"a": 1}}):
        with client({"GET /v1/files": page}) as hostile, pytest.raises(ServerUnknown, match="never end"):
            list(hostile.iter_files())


def test_an_absurd_size_fills_no_memory(tmp_path: Path) -> None:
    """Not with a list of all its ranges or parts."""
    with client({f"GET /v1/files/{ID}": {**FILE, "size_bytes": 2**62}}) as hostile, pytest.raises(MoodropError):
        hostile.download(ID, tmp_path / "copy.mp3")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("size_bytes", "count"), [(0, 4), (-1000, 4), (1000, 5), (1000, 1), (1, 10**9), (1000, 10**12)]
)
def test_a_file_is_cut_as_it_can_be(song: Path, size_bytes: int, count: int) -> None:
    """Empty parts, or more parts than the file has bytes, are refused."""
    transfer = {**PARTS["transfer"], "part_size_bytes": size_bytes, "part_count": count}
    changes = {"POST /v1/uploads": {**PARTS, "transfer": transfer}}
    with client(changes) as hostile, pytest.raises(ServerUnknown, match="divides 4000 bytes into"):
        hostile.upload(song)


def test_a_checksum_of_an_unknown_kind_is_told(tmp_path: Path) -> None:
    """Otherwise nobody could know that the bytes are right."""
    checksum = {"algorithm": "shake_128", "value_base64": "aa==", "verified": True}
    changes = {f"GET /v1/files/{ID}": {**FILE, "checksum": checksum}}
    with client(changes) as hostile, pytest.raises(ServerUnknown, match="shake_128"):
        hostile.download(ID, tmp_path / "copy.mp3")

    assert list(tmp_path.iterdir()) == []


def say(*chunks: bytes, every_s: float | None = None) -> Callable[[socket.socket, bytes], None]:
    """Say these; then the last one again and again, so often."""

    def saying(line: socket.socket, _: bytes) -> None:
        for chunk in chunks:
            line.sendall(chunk)
        while every_s is not None:
            time.sleep(every_s)
            line.sendall(chunks[-1])

    return saying


OK = b"HTTP/1.1 200 OK\r\n"
ENDLESS = {
    "a body without end": say(OK + b"\r\n", b"x" * 1_000_000, every_s=0),
    "chunks without end": say(
        OK + b"Transfer-Encoding: chunked\r\n\r\n", b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n", every_s=0
    ),
    "a body of an absurd length": say(OK + b"Content-Length: 999999999999\r\n\r\n", b"x" * 1_000_000, every_s=0),
    "a byte now and then": say(OK + b"Content-Length: 1000000\r\n\r\n", b"x", every_s=SILENT_S / 5),
    "a header now and then": say(OK, b"X-A: b\r\n", every_s=SILENT_S / 5),
    "a head that never ends": say(OK, b"x", every_s=SILENT_S / 5),
    "continue, continue": say(b"HTTP/1.1 100 Continue\r\n\r\n", every_s=SILENT_S / 5),
    "trailers without end": say(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n", every_s=SILENT_S / 5),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_without_end_ends(kind: str) -> None:
    """Its size and its time are limited, and it is not requested again and again."""
    began = time.monotonic()
    with (
        server(ENDLESS[kind]) as (url, heads),
        Client(url, "token", timeout_s=SILENT_S, retries=5) as hostile,
        pytest.raises((ServerUnknown, NoAnswer)),
    ):
        hostile.whoami()

    # A busy machine may be silent for longer than it means to, which is worth a second try; five would be too many.
    assert len(heads) <= 2
    assert time.monotonic() - began < TIMEOUT_S


@pytest.mark.parametrize("by_httpx", [False, True])
def test_an_answer_that_comes_fast_fills_no_memory(by_httpx: bool) -> None:
    """The limit on size stops it long before the time-out."""
    way = httpx.HTTPTransport() if by_httpx else None
    with (
        server(ENDLESS["chunks without end"]) as (url, _),
        Client(url, "token", timeout_s=TIMEOUT_S, retries=0, transport=way) as hostile,
        pytest.raises(ServerUnknown, match="more than 33554432 bytes"),
    ):
        hostile.whoami()


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_refusal_without_end_ends(kind: str, tmp_path: Path) -> None:
    """The first bytes of the store's answer are enough to say why."""
    began = time.monotonic()

    def refuse(line: socket.socket, head: bytes) -> None:
        if not head.startswith(b"GET /v1"):
            return ENDLESS[kind](Refusing(line), head)
        answer = DOWNLOAD if head.startswith(f"GET /v1/files/{ID}/download".encode()) else FILE
        body = json.dumps({**answer, "url": f"{url}/key"} if "url" in answer else answer).encode()
        return line.sendall(OK + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)

    with (
        server(refuse) as (url, _),
        Client(url, "token", timeout_s=SILENT_S, retries=0) as hostile,
        pytest.raises(MoodropError),
    ):
        hostile.download(ID, tmp_path / "copy.mp3")

    assert time.monotonic() - began < TIMEOUT_S
    assert list(tmp_path.iterdir()) == []


class Refusing:
    """A transport on which 200 becomes 403."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def sendall(self, data: bytes) -> None:
        self._line.sendall(data.replace(b"200 OK", b"403 No"))


@pytest.mark.parametrize("by_httpx", [False, True])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_token_follows_a_redirect(status: int, by_httpx: bool, song: Path, tmp_path: Path) -> None:
    """From the service or the store: the client follows no redirect."""
    with server(say(OK + b"Content-Length: 2\r\n\r\n{}")) as (elsewhere, heads):
        away = f"HTTP/1.1 {status} Away\r\nLocation: {elsewhere}/v1/session\r\nContent-Length: 0\r\n\r\n".encode()
        with server(say(away)) as (url, _):
            way = httpx.HTTPTransport() if by_httpx else None
            with Client(url, "token", retries=0, transport=way) as hostile, pytest.raises(ServerUnknown):
                hostile.whoami()

        def redirect(request: httpx.Request) -> httpx.Response:
            return httpx.Response(status, headers={"Location": f"{elsewhere}/key"})

        usual = transport({}).handler
        moved = httpx.MockTransport(lambda request: (redirect if str(request.url) == STORE else usual)(request))
        with Client(BASE, "token", retries=0, transport=moved) as hostile:
            with pytest.raises(StoreRefused):
                hostile.download(ID, tmp_path / "copy.mp3")
            with pytest.raises(StoreRefused):
                hostile.upload(song)

    assert heads == []


def test_no_token_goes_to_the_store(song: Path, tmp_path: Path) -> None:
    """The URL is the only permission."""
    asked = list[httpx.Request]()
    with client({}, asked) as hostile:
        hostile.upload(song)
        hostile.download(ID, tmp_path / "copy.mp3")

    to_store = [request for request in asked if request.url.host != "service.example"]
    assert len(to_store) == 2
    assert not any("authorization" in request.headers or "token" in str(request.url) for request in to_store)


@pytest.mark.parametrize("level", [logging.INFO, logging.DEBUG])
def test_no_log_of_the_application_gets_a_presigned_url(
    level: int, song: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """httpx would log the URL of each request."""
    # The service's own records would be safe by themselves.
    monkeypatch.setattr(logging, "_logRecordFactory", logging.LogRecord)

    with caplog.at_level(level), client({}) as hostile:
        hostile.upload(song)
        hostile.download(ID, tmp_path / "copy.mp3")

    assert caplog.text.count("http://store.example/bucket/key") == 2
    assert "X-Amz-Signature" not in caplog.text
    assert "token" not in caplog.text


def test_no_error_tells_a_signature(tmp_path: Path) -> None:
    """An error may end up in cron's mail."""
    signed = {**DOWNLOAD, "url": "http://user@store.example/key?X-Amz-Signature=abc"}

    with client({f"GET /v1/files/{ID}/download": signed}) as hostile, pytest.raises(ServerUnknown) as refused:
        hostile.download(ID, tmp_path / "copy.mp3")

    assert "user@store.example/key" in str(refused.value)
    assert "abc" not in str(refused.value)


def test_bytes_that_are_no_text_are_asked_for_all_the_same() -> None:
    """An id from a command line may contain anything."""
    with client({}) as hostile, pytest.raises((MoodropError, LocalError)):
        hostile.get_file("\udcff\r\n../..")
