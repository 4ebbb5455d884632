"""Answers that end: whoever sends a byte now and then for ever, or without end, is not listened to for ever."""

import http.client
import io
import socket
import time
from collections.abc import Iterable
from typing import Any

from moodrop.exchange import Endless

# An answer has so many times the patience with a silent line.
PATIENCES = 4
# The longest list has a thousand URLs: a few MiB.
ANSWER_BYTES = 32 * 1024 * 1024
# Of a store's refusal, what has its code and message.
REFUSAL_BYTES = 64 * 1024


def joined(chunks: Iterable[bytes], limit: int = ANSWER_BYTES) -> bytes:
    """Return them as one. Raises Endless where they are more than any answer has."""
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) > limit:
            raise Endless(f"more than {limit} bytes have come, and no end")
    return bytes(whole)


def beginning(chunks: Iterable[bytes], limit: int = REFUSAL_BYTES) -> bytes:
    """Return what comes first of them, and leave the rest."""
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) >= limit:
            break
    return bytes(whole[:limit])


class BoundedResponse(http.client.HTTPResponse):
    """An answer that has to be read by a deadline, until that is lifted."""

    def __init__(self, sock: socket.socket, *more: Any, **named: Any) -> None:
        super().__init__(sock, *more, **named)
        self._reads = _Reads(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._reads)

    def lift_deadline(self) -> None:
        """From now on only silence is too long."""
        self._reads.lift_deadline()


class _Reads(io.RawIOBase):
    """Reads of a socket, none of which goes beyond the deadline."""

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
