"""One request out, one response back: what the calls to the service and the store need of HTTP."""

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from moodrop.http.cancellation import CancelToken


class TransportError(Exception):
    """The response did not arrive, or not completely. The text says why. Transports raise no other network error."""


class EndlessResponse(TransportError):
    """The response takes too long, or is larger than any valid one; a retry would not help."""


def reason_of(error: Exception) -> str:
    """Return an error's text for a person, without the system's error number."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `cancel` ends it at once, if the transport can do that."""

    method: str
    url: str
    headers: Mapping[str, str]
    cancel: CancelToken
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A response. `body` is complete after `handle_request`; otherwise it is only the beginning of a refusal."""

    status: int
    body: bytes
    retry_after: str | None
    location: str | None = None

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@dataclass(frozen=True, slots=True)
class StreamedResponse:
    """A response whose body is still arriving, as `chunks`."""

    response: Response
    chunks: Iterator[bytes]


class RequestBody(Protocol):
    """A body that is sent in chunks and is never in memory as a whole."""

    @property
    def size_bytes(self) -> int: ...

    def chunks(self) -> Iterator[bytes]: ...

    def send_to(self, sock: socket.socket, on_sent: Callable[[int], None]) -> None:
        """Send the body over the socket; call `on_sent` with the number of bytes after each step."""


class Transport(Protocol):
    """Sends requests. Thread-safe."""

    def handle_request(self, request: Request) -> Response:
        """Send the request and return the complete response. Raises EndlessResponse if it is too large or too slow."""

    def upload(self, request: Request, body: RequestBody, on_sent: Callable[[int], None]) -> Response:
        """Send the request with this body; call `on_sent` with the number of bytes after each step.

        Also raises FileChanged, FileUnreadable, Stopped.
        """

    def stream(self, request: Request) -> AbstractContextManager[StreamedResponse]:
        """Send the request and yield the response; read its chunks inside the `with`."""

    def close(self) -> None: ...
