"""Limits how long and how much of an answer is read, so that no server can keep the client reading for ever."""

import http.client
import io
import socket
import time
from collections.abc import Iterable
from typing import Any

from moodrop.http.transport import Endless

# An answer may take this many times the patience with a silent line.
PATIENCES = 4
# The longest list, a thousand URLs, takes a few MiB.
ANSWER_BYTES = 32 * 1024 * 1024
# Enough of a store's refusal for its code and message.
REFUSAL_BYTES = 64 * 1024


def joined(chunks: Iterable[bytes], limit: int = ANSWER_BYTES) -> bytes:
    """Return the pieces as one. Raises Endless if they are longer than any answer."""
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) > limit:
            raise Endless(f"the answer has more than {limit} bytes")
    return bytes(whole)


def beginning(chunks: Iterable[bytes], limit: int = REFUSAL_BYTES) -> bytes:
    """Return the beginning of the pieces, and leave the rest unread."""
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) >= limit:
            break
    return bytes(whole[:limit])


class BoundedResponse(http.client.HTTPResponse):
    """An answer that must be read by a deadline, until the deadline is lifted."""

    def __init__(self, sock: socket.socket, *more: Any, **named: Any) -> None:
        super().__init__(sock, *more, **named)
        self._reads = _Reads(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._reads)

    def lift_deadline(self) -> None:
        """Lift the deadline: from now on only silence can take too long."""
        self._reads.lift_deadline()


class _Reads(io.RawIOBase):
    """Reads from a socket without exceeding the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw, self._sock, self._patience_s = raw, sock, sock.gettimeout()
        patience_s = self._patience_s
        self._deadline = None if patience_s is None else time.monotonic() + PATIENCES * patience_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._deadline is None or self._patience_s is None:
            return self._raw.readinto(buffer)
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise Endless("the answer comes, and does not end")
        self._sock.settimeout(min(left_s, self._patience_s))
        try:
            return self._raw.readinto(buffer)
        except TimeoutError as error:
            if left_s < self._patience_s:
                raise Endless("the answer comes, and does not end") from error
            raise

    def lift_deadline(self) -> None:
        self._deadline = None
        self._sock.settimeout(self._patience_s)

    def close(self) -> None:
        self._raw.close()
        super().close()
