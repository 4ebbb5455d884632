"""Requests over the standard library's sockets: the kernel sends files, and cancelling takes effect at once.

httpx's own transport copies what it sends through Python, and other threads cannot end its requests.
"""

import http.client
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import SplitResult, urlsplit

from moodrop.http.bounded_reads import BoundedResponse, read_all, read_beginning
from moodrop.http.connection import Address, Connection
from moodrop.http.pool import ConnectionPool
from moodrop.http.transport import Request, RequestBody, Response, StreamedResponse, TransportError, reason_of

READ_BYTES = 256 * 1024
PORTS = {"http": 80, "https": 443}


class SocketTransport:
    """The Transport of every client that needs neither a proxy nor a transport of the caller's."""

    def __init__(self, *, timeout_s: float, connections: int) -> None:
        self._pool = ConnectionPool(connections, timeout_s=timeout_s, new_context=_new_context)

    def handle_request(self, request: Request) -> Response:
        content = request.content or b""
        length = {} if request.content is None else {"Content-Length": str(len(content))}
        with self._send(request, lambda connection: connection.sock.sendall(content), length) as response:
            body = read_all(_chunks(response))
            _finish(response)
            return _response(response, body)

    def upload(self, request: Request, body: RequestBody, on_sent: Callable[[int], None]) -> Response:
        with self._send(request, lambda connection: body.send_to(connection.sock, on_sent)) as response:
            return _response(response, _refusal(response))

    @contextmanager
    def stream(self, request: Request) -> Iterator[StreamedResponse]:
        with self._send(request, lambda connection: None) as response:
            if response.status >= 300:
                yield StreamedResponse(_response(response, _refusal(response)), iter(()))
                return
            response.lift_deadline()
            yield StreamedResponse(_response(response, b""), _chunks(response))

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _send(
        self, request: Request, send_body: Callable[[Connection], None], more_headers: dict[str, str] | None = None
    ) -> Iterator[BoundedResponse]:
        """Yield the response; its connection is reused if all of the response was read."""
        url = urlsplit(request.url)
        headers = {"Host": url.netloc.rpartition("@")[2], **request.headers, **(more_headers or {})}
        response = None
        with _translated_errors():
            connection = self._pool.take(_address(url), request.cancel)
            try:
                response = connection.send_request(request.method, url, headers.items(), lambda: send_body(connection))
                yield response
            finally:
                is_reusable = response is not None and response.isclosed() and not response.will_close
                self._pool.give_back(connection, request.cancel, reusable=is_reusable)


def _response(response: BoundedResponse, body: bytes) -> Response:
    return Response(response.status, body, response.getheader("Retry-After"), response.getheader("Location"))


def _refusal(response: BoundedResponse) -> bytes:
    body = read_beginning(_chunks(response))
    _finish(response)
    return body


def _finish(response: BoundedResponse) -> None:
    """Close a response that was read to its end: until Python 3.11.8, read1 leaves it open."""
    if response.length == 0:
        response.read()


def _chunks(response: BoundedResponse) -> Iterator[bytes]:
    while chunk := response.read1(READ_BYTES):
        yield chunk
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)


def _address(url: SplitResult) -> Address:
    with suppress(ValueError):  # of the port
        if url.scheme in PORTS and url.hostname:
            return Address(url.scheme, url.hostname, url.port or PORTS[url.scheme])
    raise TransportError(f"{url.geturl()!r:.80} is not an http or https address")


def _new_context() -> ssl.SSLContext:
    import httpx  # late: most of the time that a command takes to start

    return httpx.create_ssl_context()


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise TransportError("nothing has arrived for too long") from error
    except (OSError, OverflowError, UnicodeError, http.client.HTTPException) as error:
        raise TransportError(reason_of(error)) from error
