"""Counts the open connections and the bytes they hold, and picks the one to close when there is no room."""

import time
from collections import Counter
from collections.abc import Iterator

from service.server.connection import Connection, Phase
from service.server.limits import CLOSING_SHARE, LEAST_CLOSING, MAX_BUFFERED_BYTES, PEER_SHARE, SMALL_BYTES


class Room:
    """The connections of one process. Only the poller uses it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._most_of_peer = max(1, limit // PEER_SHARE)
        self.most_closing = max(LEAST_CLOSING, limit // CLOSING_SHARE)
        self._open: set[Connection] = set()
        # These have their answer and take no place; the oldest comes first.
        self._closing: dict[Connection, None] = {}
        self._peers: Counter[str] = Counter()
        self._buffered_bytes = 0

    def __contains__(self, conn: Connection) -> bool:
        return conn in self._open or conn in self._closing

    def __iter__(self) -> Iterator[Connection]:
        return iter([*self._open, *self._closing])

    def add(self, conn: Connection) -> None:
        self._open.add(conn)
        self._peers[conn.peer] += 1

    def remove(self, conn: Connection) -> None:
        self._vacate(conn)
        self._closing.pop(conn, None)
        self._buffered_bytes -= conn.counted_bytes
        conn.counted_bytes = 0

    def start_closing(self, conn: Connection) -> Connection | None:
        """Take its place from a connection that has its answer. Returns one to drop if too many of these linger."""
        self._vacate(conn)
        self._closing[conn] = None
        return self.oldest_closing() if len(self._closing) > self.most_closing else None

    def oldest_closing(self) -> Connection | None:
        return next(iter(self._closing), None)

    def _vacate(self, conn: Connection) -> None:
        if conn not in self._open:
            return
        self._open.remove(conn)
        self._peers[conn.peer] -= 1
        if not self._peers[conn.peer]:
            del self._peers[conn.peer]

    # --- places -----------------------------------------------------------------------------------
    def is_full(self) -> bool:
        return len(self._open) >= self._limit

    def is_full_for(self, peer: str) -> bool:
        """Whether the peer has its share. Behind a Unix socket all clients look like one peer, which has no share."""
        return bool(peer) and self._peers[peer] >= self._most_of_peer

    def largest_peer(self) -> str:
        """Return the peer with most connections, "" if there are none."""
        return max(self._peers, key=lambda peer: self._peers[peer], default="")

    def longest_waiting(self, peer: str | None, seconds: float) -> Connection | None:
        """Return the connection that has waited longest for its client, and at least so long.

        It is one of this peer, or else one of the peer with most connections.
        """
        until = time.monotonic() - seconds
        waiting = [
            conn
            for conn in self._open
            if conn.phase is not Phase.WORKING and conn.since <= until and peer in (None, conn.peer)
        ]
        return min(waiting, key=lambda conn: (-self._peers[conn.peer], conn.since), default=None)

    # --- memory -----------------------------------------------------------------------------------
    def count(self, conn: Connection) -> None:
        """Note how many bytes the connection holds now."""
        if conn in self:
            buffered = conn.buffered_bytes
            self._buffered_bytes += buffered - conn.counted_bytes
            conn.counted_bytes = buffered

    def buffers_too_much(self) -> bool:
        return self._buffered_bytes > MAX_BUFFERED_BYTES

    def oldest_large(self) -> Connection | None:
        """Return the connection to close for its memory, if one may be closed."""
        large = [conn for conn in self if conn.phase is not Phase.WORKING and conn.buffered_bytes > SMALL_BYTES]
        return min(large, key=lambda conn: conn.since, default=None)
