"""Requests over httpx: for a transport that the caller brought, or for the proxies of the environment."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx

from moodrop.errors import NoAnswer
from moodrop.http.bounded_reads import TIMEOUTS, TOO_SLOW, read_all, read_beginning
from moodrop.http.transport import (
    EndlessResponse,
    Request,
    RequestBody,
    Response,
    StreamedResponse,
    TransportError,
    reason_of,
)

# A proxy must not get these: it would take the names for its own machine.
DIRECTLY: dict[str, httpx.BaseTransport | None] = dict.fromkeys(
    ("all://127.0.0.1", "all://[::1]", "all://localhost", "all://*.localhost")
)


class _WithoutPermissions(logging.Filter):
    """Cuts the query from presigned URLs: whoever reads it can send the request, and httpx logs every URL."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_without_signature(value) for value in record.args)
        return True


def _without_signature(value: object) -> object:
    return value.copy_with(query=None) if isinstance(value, httpx.URL) and b"X-Amz-" in value.query else value


logging.getLogger("httpx").addFilter(_WithoutPermissions())


class HttpxTransport:
    """The Transport over httpx. It cannot cancel a request in progress, but waits for it."""

    def __init__(self, transport: httpx.BaseTransport | None, *, timeout_s: float, connections: int) -> None:
        """Raise NoAnswer if httpx cannot use the proxy that the environment names."""
        self._timeout_s = timeout_s
        try:
            self._http = httpx.Client(
                transport=transport,
                mounts=None if transport else DIRECTLY,
                # Waiting for a free connection has no time-out: many parts share few connections.
                timeout=httpx.Timeout(timeout_s, pool=None),
                limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:  # SOCKS without socksio; an unknown scheme
            raise NoAnswer(
                f"the proxy of the environment cannot be used: {error}",
                hint="Correct HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, or name this host in NO_PROXY.",
                retryable=False,
            ) from error

    def handle_request(self, request: Request) -> Response:
        with _translated_errors(), self._send(request, request.content) as response:
            return _response(response, read_all(self._in_time(response.iter_bytes())))

    def upload(self, request: Request, body: RequestBody, on_sent: Callable[[int], None]) -> Response:
        with _translated_errors(), self._send(request, _counted(body.chunks(), on_sent)) as response:
            return _response(response, read_beginning(self._in_time(response.iter_bytes())))

    @contextmanager
    def stream(self, request: Request) -> Iterator[StreamedResponse]:
        with _translated_errors(), self._send(request, None) as response:
            refusal = b"" if response.is_success else read_beginning(self._in_time(response.iter_bytes()))
            yield StreamedResponse(_response(response, refusal), response.iter_raw())

    def close(self) -> None:
        self._http.close()

    def _send(
        self, request: Request, content: bytes | Iterator[bytes] | None
    ) -> AbstractContextManager[httpx.Response]:
        return self._http.stream(request.method, request.url, headers=request.headers, content=content)

    def _in_time(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        deadline = time.monotonic() + TIMEOUTS * self._timeout_s
        for chunk in chunks:
            if time.monotonic() > deadline:
                raise EndlessResponse(TOO_SLOW)
            yield chunk


def _response(response: httpx.Response, body: bytes) -> Response:
    return Response(response.status_code, body, response.headers.get("Retry-After"), response.headers.get("Location"))


def _counted(chunks: Iterable[bytes], on_sent: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        on_sent(len(chunk))


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise TransportError(reason_of(error)) from error
