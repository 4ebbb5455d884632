"""httpx's requests, and files for the store, over connections that may be cut at any moment.

httpx's own transport copies what it sends through Python, and lets no other thread end what is under way.
"""

import http.client
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import SplitResult, urlsplit

import httpx

from moodrop.connections import Address, Connections
from moodrop.retries import Stop
from moodrop.sources import FilePiece

READ_BYTES = 256 * 1024
PORTS = {"http": 80, "https": 443}


class SocketTransport(httpx.BaseTransport):
    """Thread-safe; raises what httpx's does. A request may bring a `stop` in its `extensions`, as `put` takes one."""

    def __init__(self, *, timeout_s: float, connections: int) -> None:
        self._connections = Connections(connections, timeout_s=timeout_s, new_context=httpx.create_ssl_context)

    def put(
        self, url: str, headers: Mapping[str, str], piece: FilePiece, stop: Stop, sent: Callable[[int], None]
    ) -> tuple[int, str]:
        """Send a piece of a file; return the status and the text of the answer. `sent` is told each step.

        Raises FileChanged, Stopped.
        """
        parts = urlsplit(url)
        named = {"Host": parts.netloc.rpartition("@")[2], **headers}
        with _translated():
            connection = self._connections.take(_address(parts), stop)
            answer = None
            try:
                answer = connection.ask("PUT", parts, named.items(), lambda: piece.send_to(connection.sock, sent))
                return answer.status, answer.read().decode(errors="replace")
            finally:
                self._connections.give_back(connection, stop, reusable=_is_over(answer))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        stop: Stop = request.extensions.get("stop") or Stop()
        parts = urlsplit(str(request.url))
        with _translated():
            connection = self._connections.take(_address(parts), stop)
            try:
                answer = connection.ask(
                    request.method, parts, request.headers.items(), lambda: connection.sock.sendall(request.read())
                )
            except BaseException:
                self._connections.give_back(connection, stop, reusable=False)
                raise
        give_back = lambda: self._connections.give_back(connection, stop, reusable=_is_over(answer))  # noqa: E731
        return httpx.Response(answer.status, headers=answer.getheaders(), stream=_Body(answer, give_back))

    def close(self) -> None:
        self._connections.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer as it comes; its connection is given back when it is closed."""

    def __init__(self, answer: http.client.HTTPResponse, give_back: Callable[[], None]) -> None:
        self._answer = answer
        self._give_back = give_back

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            while chunk := self._answer.read1(READ_BYTES):
                yield chunk
            if self._answer.length:
                raise http.client.IncompleteRead(b"", self._answer.length)

    def close(self) -> None:
        give_back, self._give_back = self._give_back, _nothing
        give_back()


def _nothing() -> None:
    """It has been given back."""


def _is_over(answer: http.client.HTTPResponse | None) -> bool:
    """Whether the next request may follow on its connection."""
    return answer is not None and answer.isclosed() and not answer.will_close


def _address(url: SplitResult) -> Address:
    with suppress(ValueError):  # of the port
        if url.scheme in PORTS and url.hostname:
            return url.scheme, url.hostname, url.port or PORTS[url.scheme]
    raise httpx.UnsupportedProtocol(f"{url.geturl()!r:.80} is no address of http or https")


@contextmanager
def _translated() -> Iterator[None]:
    """What the sockets raise, in httpx's words."""
    try:
        yield
    except TimeoutError as error:
        raise httpx.TimeoutException("nothing has come for too long") from error
    except (OSError, OverflowError, UnicodeError, http.client.HTTPException) as error:
        raise httpx.NetworkError(str(error) or type(error).__name__) from error
