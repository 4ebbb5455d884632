"""Decides which request gets the next thread: callers take turns, and so do the kinds of their requests."""

from collections.abc import Callable

from service.server.connection import Connection, asks_store, what_it_asks
from service.server.fair_queue import FairQueue, Repeats
from service.server.limits import MOST_BESIDE, MOST_REPEATS, REPEATED_WITHIN_S, THREADS_FOR_OTHERS


class Scheduler:
    """The connections whose requests wait for a thread. Only the poller uses it; threads ask `may_stay`."""

    def __init__(self, threads: int) -> None:
        self._queue: FairQueue[Connection] = FairQueue(threads, THREADS_FOR_OTHERS)
        self._repeats = Repeats(REPEATED_WITHIN_S, MOST_REPEATS)

    def add(self, conn: Connection) -> None:
        self._queue.add(conn.caller, conn, self._kind(conn))

    def _kind(self, conn: Connection) -> str:
        """Return the kind of the request: kinds of one caller take turns."""
        if asks_store(conn.request):
            return "again" if self._repeats.note(what_it_asks(conn.request, conn.caller)) else "confirm"
        return "read" if conn.request.method in ("GET", "HEAD") else "other"

    def take(self) -> Connection | None:
        """Return the next connection that may have a thread."""
        return self._queue.take()

    def done(self, conn: Connection) -> None:
        """Release the thread of a connection that `take` returned."""
        self._queue.done(conn.caller)

    def may_stay(self, conn: Connection) -> bool:
        """Return whether the connection may go on at once: no other caller waits. Any thread may ask this."""
        return self._queue.may_go_on(conn.caller, MOST_BESIDE)

    def give_up(self, may_go: Callable[[Connection], bool]) -> Connection | None:
        """Take out the last request of the longest line whose last one may go."""
        return self._queue.give_up(may_go)
