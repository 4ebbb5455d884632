"""Limits how long and how much of a response is read, so that no server can keep the client reading for ever."""

import http.client
import io
import socket
import time
from collections.abc import Iterable
from typing import Any

from moodrop.http.transport import EndlessResponse

# A response may take this many times the time-out of a silent connection.
TIMEOUTS = 4
# The longest list, a thousand URLs, takes a few MiB.
RESPONSE_BYTES = 32 * 1024 * 1024
# Enough of a store's refusal for its code and message.
REFUSAL_BYTES = 64 * 1024
TOO_SLOW = "the response arrives, but does not end"


def read_all(chunks: Iterable[bytes], limit: int = RESPONSE_BYTES) -> bytes:
    """Return the chunks as one. Raises EndlessResponse if they are longer than any valid response."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise EndlessResponse(f"the response has more than {limit} bytes")
    return bytes(body)


def read_beginning(chunks: Iterable[bytes], limit: int = REFUSAL_BYTES) -> bytes:
    """Return the beginning of the chunks and leave the rest unread."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) >= limit:
            break
    return bytes(body[:limit])


class BoundedResponse(http.client.HTTPResponse):
    """A response that must be read by a deadline, until the deadline is lifted."""

    def __init__(self, sock: socket.socket, *more: Any, **named: Any) -> None:
        super().__init__(sock, *more, **named)
        self._reads = _Reads(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._reads)

    def lift_deadline(self) -> None:
        """Lift the deadline: from now on only a silent connection times out."""
        self._reads.lift_deadline()


class _Reads(io.RawIOBase):
    """Reads from a socket without exceeding the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._timeout_s = sock.gettimeout()
        self._deadline = None if self._timeout_s is None else time.monotonic() + TIMEOUTS * self._timeout_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._deadline is None or self._timeout_s is None:
            return self._raw.readinto(buffer)
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise EndlessResponse(TOO_SLOW)
        self._sock.settimeout(min(left_s, self._timeout_s))
        try:
            return self._raw.readinto(buffer)
        except TimeoutError as error:
            if left_s < self._timeout_s:
                raise EndlessResponse(TOO_SLOW) from error
            raise

    def lift_deadline(self) -> None:
        self._deadline = None
        self._sock.settimeout(self._timeout_s)

    def close(self) -> None:
        self._raw.close()
        super().close()
