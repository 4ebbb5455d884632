"""The reader finds the end of a request however its bytes are split; gunicorn's parser interprets it."""

from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.http import errors as http

from service.server.reading import BodyTooLarge, RequestReader, decode_body
from service.server.refusals import refusal

HEAD = b"POST /a HTTP/1.1\r\nHost: x\r\n"
SIZED = HEAD + b"Content-Length: 5\r\n\r\nhello"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n02\r\nlo\r\n0\r\nA: b\r\nC: d\r\n\r\n"
REFUSED = (
    http.InvalidChunkSize,
    http.ChunkMissingTerminator,
    http.InvalidChunkExtension,
    http.InvalidHeaderName,
)
BARE = b"GET /a HTTP/1.1\r\n\r\n"


def a_reader(limit: int = 1000) -> RequestReader:
    return RequestReader(Config(), ("127.0.0.1", 1), lambda path: limit)


def read_all(data: bytes, size: int) -> list[tuple[str, bytes]]:
    """Return the requests in the data, read in pieces of that size."""
    reader = a_reader()
    taken = []
    for at in range(0, len(data), size):
        request: Any = reader.feed(data[at : at + size])
        while request is not None:
            decode_body(request)
            taken.append((request.method, request.body.read()))
            request = reader.feed(b"")
    assert not reader.has_begun
    return taken


@pytest.mark.parametrize("size", [1, 2, 3, 7, 20, 1000])
def test_cuts_do_not_change_what_is_read(size: int) -> None:
    """Byte by byte or all at once: the same requests, each with its own body."""
    sent = SIZED + CHUNKED + BARE + b"\r\n" + SIZED + CHUNKED + CHUNKED

    assert read_all(sent, size) == [
        ("POST", b"hello"),
        ("POST", b"hello"),
        ("GET", b""),
        ("POST", b"hello"),
        ("POST", b"hello"),
        ("POST", b"hello"),
    ]


@pytest.mark.parametrize("sent", [SIZED, CHUNKED, BARE])
def test_half_a_request_is_none(sent: bytes) -> None:
    """Even if a single byte is missing."""
    for length in range(1, len(sent)):
        reader = a_reader()
        assert reader.feed(sent[:length]) is None, sent[:length]
        assert reader.has_begun


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"GET /a HTTP/1.1\nHost: x", http.InvalidRequestLine),
        (b"GET /a HTTP/1.1\r\nHost: x\nA", http.InvalidHeader),
        (b"x" * 70_000, http.LimitRequestLine),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000, http.LimitRequestHeaders),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", http.InvalidChunkSize),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 9000, http.InvalidChunkSize),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"a" * 40_000, http.InvalidChunkSize),
        (HEAD + b"Content-Length: 1001\r\n\r\n", BodyTooLarge),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3e9\r\n", BodyTooLarge),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"2\r\naa\r\n" * 20_000, BodyTooLarge),
    ],
)
def test_what_can_never_be_a_request_is_refused_before_its_end(sent: bytes, error: type[Exception]) -> None:
    """The reader never waits for an endless one."""
    with pytest.raises(error):
        read_all(sent, 1000)


@pytest.mark.parametrize("chunks", [b"3\r\nhelXX0\r\n\r\n", b"3;a b\r\nhel\r\n0\r\n\r\n", b"0\r\nHost: y\r\n\r\n"])
def test_gunicorn_has_the_last_word_on_chunks(chunks: bytes) -> None:
    """What only looks like the end of a body is refused by the decoder."""
    request = a_reader().feed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)

    with pytest.raises(REFUSED):
        decode_body(request)


def test_tiny_chunks_are_refused_long_before_they_fill_a_body() -> None:
    """Each costs the poller as much as a kilobyte: 8 MB of single bytes would block it for seconds."""
    reader = a_reader(limit=8 * 1024 * 1024)
    reader.feed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 900)

    with pytest.raises(http.InvalidChunkSize, match="too small"):
        reader.feed(b"1\r\na\r\n" * 200)


@pytest.mark.parametrize(("path", "status"), [("/share", 303), ("/share/more", 413), ("/v1/uploads", 413)])
@pytest.mark.parametrize("framing", [b"Content-Length: 1001\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n3e9\r\n"])
def test_files_shared_with_the_page_are_refused_by_a_page(path: str, status: int, framing: bytes) -> None:
    """A browser shows the answer to a person, who could do nothing with a problem in JSON."""
    with pytest.raises(BodyTooLarge) as refused:
        a_reader().feed(b"POST %b HTTP/1.1\r\nHost: x\r\n%b" % (path.encode(), framing))

    answer = refusal(refused.value)

    assert answer
    assert (answer.status, answer.code) == (status, "body_too_large")
    assert answer.head.startswith(f"HTTP/1.1 {status} ".encode())
    assert (b"\r\nLocation: /share\r\n" in answer.head) is (status == 303)


class CountedPieces:
    """Records what gunicorn's reader gets, and how much at once."""

    def __init__(self, pieces: Any) -> None:
        self.pieces = pieces
        self.most = 0

    def __iter__(self) -> Any:
        for piece in self.pieces:
            self.most = max(self.most, len(piece))
            yield piece


def test_many_chunks_take_time_in_proportion_to_their_bytes() -> None:
    """For each chunk gunicorn copies the rest of its input: given 8 MB at once, it would copy for minutes.

    That would block a thread, and the sender needs no token.
    """
    size = 8 * 1024 * 1024
    chunk = b"100\r\n" + b"a" * 256 + b"\r\n"
    request: Any = a_reader(limit=size).feed(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * (size // 256) + b"0\r\n\r\n"
    )
    counted = CountedPieces(request.unreader.iter)
    request.unreader.iter = iter(counted)

    decode_body(request)

    assert len(request.body.read()) == size
    assert counted.most <= 8 * 1024
