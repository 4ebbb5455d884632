"""Assembles requests from the bytes of a connection without ever waiting for more bytes.

gunicorn's own parser checks every request. It is called once the headers are complete.
"""

import io
from collections.abc import Callable, Iterator
from typing import Any

from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import InvalidChunkSize, LimitRequestHeaders, NoMoreData
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader

from service.server.chunked import ChunkedEnd, Malformed
from service.server.limits import CHUNKED_OVERHEAD, MAX_HEAD_BYTES

RECEIVE_BYTES = 64 * 1024
# gunicorn's reader of chunks copies all that it was given, for each chunk.
CHUNKS_READ_BYTES = 4 * 1024
END_OF_HEAD = b"\r\n\r\n"


class BodyTooLarge(Exception):
    """The body is larger than its address accepts, according to the headers or the bytes received."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class RequestReader:
    """Reads the requests of one connection, one at a time."""

    def __init__(self, config: Any, client: Any, body_limit: Callable[[str], int]) -> None:
        self._config = config
        self._client = client
        self._body_limit = body_limit
        self._received = bytearray()
        self._count = 0
        self.request: Any = None
        self._source: Any = None
        self._length = 0
        self.taken_bytes = 0  # received of the last body
        self._chunked: ChunkedEnd | None = None

    @property
    def has_begun(self) -> bool:
        """Whether part of a request has arrived."""
        return bool(self._received) or self.request is not None

    @property
    def in_body(self) -> bool:
        """Whether the headers have arrived and the body has not."""
        return self.request is not None

    @property
    def buffered_bytes(self) -> int:
        """Return the number of bytes received and not handed on."""
        return len(self._received)

    def needs_go_ahead(self) -> bool:
        """Whether the client waits for `100 Continue` before it sends the body. True only once."""
        if self.request is None or not self.request._expected_100_continue:  # noqa: SLF001 - gunicorn has no other word
            return False
        # Otherwise gunicorn would send it again when the request is handled.
        self.request._expected_100_continue = False  # noqa: SLF001
        return not self._received

    def feed(self, data: bytes) -> Any:
        """Return the next complete request, or None. Without data, return one that arrived together with the last one.

        Raises BodyTooLarge, and whatever gunicorn's parser raises.
        """
        checked = len(self._received)
        self._received += data
        if self.request is None and self._has_head(checked if data else 0):
            self._parse()
        return None if self.request is None else self._whole()

    def discard(self) -> None:
        """Drop the bytes received: nothing after a refused request is read."""
        self._received.clear()
        self.request = None

    def _has_head(self, checked: int) -> bool:
        """Whether the parser can decide: the headers are complete, or they contain something that it refuses."""
        if self._received.find(END_OF_HEAD, max(0, checked - 3)) >= 0 or len(self._received) > MAX_HEAD_BYTES:
            return True
        new = self._received[max(0, checked - 1) :]
        # The first byte was checked before: it may be the end of a line.
        bare = new.count(b"\n") - new.count(b"\r\n") - (checked > 0 and new.startswith(b"\n"))
        return bare > 0

    def _parse(self) -> None:
        self._source = IterUnreader([bytes(self._received)])
        self._count += 1
        try:
            request = Request(self._config, self._source, self._client, self._count)
        except (NoMoreData, StopIteration):
            if len(self._received) > MAX_HEAD_BYTES:
                raise LimitRequestHeaders(f"the headers have more than {MAX_HEAD_BYTES} bytes") from None
            self._count -= 1
            return
        self._received = bytearray(self._source.take_buffered())
        self._chunked = ChunkedEnd() if isinstance(request.body.reader, ChunkedReader) else None
        self._length = 0 if self._chunked else request.body.reader.length
        if self._length > self._body_limit(request.path):
            raise BodyTooLarge(request.path)
        self.request = request

    def _whole(self) -> Any:
        end = self._end_of_chunks() if self._chunked else self._length
        if end is None or len(self._received) < end:
            return None
        self.taken_bytes = end
        body = bytes(self._received[:end])
        del self._received[:end]
        request, self.request = self.request, None
        if self._chunked:
            # The thread that handles the request has gunicorn decode the body: see `decode_body`.
            self._source.iter = _pieces(body)
        else:
            request.body = io.BytesIO(body)
        return request

    def _end_of_chunks(self) -> int | None:
        assert self._chunked is not None
        limit = self._body_limit(self.request.path)
        try:
            end = self._chunked.find(self._received)
        except Malformed as error:
            raise InvalidChunkSize(str(error).encode()) from error
        if self._chunked.decoded_bytes > limit or len(self._received) > limit * CHUNKED_OVERHEAD + MAX_HEAD_BYTES:
            raise BodyTooLarge(self.request.path)
        return end


def decode_body(request: Any) -> None:
    """Replace a chunked body by its content. Raises what gunicorn's parser raises."""
    if isinstance(request.body, io.BytesIO):
        return
    try:
        decoded = request.body.read()
    except NoMoreData as error:
        raise InvalidChunkSize(b"the chunks do not end") from error
    if request.unreader.read():
        raise InvalidChunkSize(b"the chunks end early")
    request.body = io.BytesIO(decoded)


def _pieces(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), CHUNKS_READ_BYTES):
        yield body[at : at + CHUNKS_READ_BYTES]
