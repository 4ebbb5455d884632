"""A request out, an answer back: what the service's and the store's side need of HTTP."""

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from moodrop.http.cancellation import Stop


class Broken(Exception):
    """No answer, or not all of one; its text is why. All that goes wrong on the way is raised as this."""


class Endless(Broken):
    """The answer takes too long, or is larger than any valid one; a retry would not help."""


def reason_of(error: Exception) -> str:
    """Return an error's text for a person, without the number that the system has for it."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `body` holds the whole answer to a call, but only the beginning of a refusal of a `put` or `get`."""

    status: int
    body: bytes
    retry_after: str | None
    location: str | None = None

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class RequestBody(Protocol):
    """A body that is sent a chunk at a time, without being in memory as a whole."""

    @property
    def size_bytes(self) -> int: ...

    def chunks(self) -> Iterator[bytes]: ...

    def send_to(self, sock: socket.socket, sent: Callable[[int], None]) -> None:
        """Send the body over the socket; call `sent` with the number of bytes after each step."""


class Exchange(Protocol):
    """Thread-safe. What is under way when its `stop` is set ends at once, if the implementation can."""

    def call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, stop: Stop) -> Answer: ...

    def put(
        self, url: str, headers: Mapping[str, str], body: RequestBody, stop: Stop, sent: Callable[[int], None]
    ) -> Answer:
        """Send a piece of a file; `sent` is told each step. Also raises FileChanged, FileUnreadable, Stopped."""

    def get(
        self, url: str, headers: Mapping[str, str], stop: Stop
    ) -> AbstractContextManager[tuple[Answer, Iterator[bytes]]]:
        """An answer, and its body as it comes, to be read inside the `with`."""

    def close(self) -> None: ...
