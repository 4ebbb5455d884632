"""The connections of a transport, reused by its threads."""

import ssl
import threading
from collections.abc import Callable

from moodrop.http.cancellation import CancelToken
from moodrop.http.connection import Address, Connection

NAP_S = 0.2


class ConnectionPool:
    """At most `count` connections in use. Thread-safe."""

    def __init__(self, count: int, *, timeout_s: float, new_context: Callable[[], ssl.SSLContext]) -> None:
        self._timeout_s = timeout_s
        self._new_context = new_context
        self._context: ssl.SSLContext | None = None
        self._free = threading.Semaphore(count)
        self._idle: list[Connection] = []
        self._is_closed = False
        self._lock = threading.Lock()

    def take(self, address: Address, cancel: CancelToken) -> Connection:
        """Return a connection for this thread alone, until `give_back`; cancelling cuts it. Raises Stopped."""
        while not self._free.acquire(timeout=NAP_S):
            cancel.raise_if_cancelled()
        try:
            connection = self._take_idle(address) or self._new(address)
            cancel.add_callback(connection.cut)
        except BaseException:
            self._free.release()
            raise
        return connection

    def give_back(self, connection: Connection, cancel: CancelToken, *, reusable: bool) -> None:
        cancel.remove_callback(connection.cut)
        with self._lock:
            is_idle = reusable and not self._is_closed
            if is_idle:
                self._idle.append(connection)
        if not is_idle:
            connection.close()
        self._free.release()

    def close(self) -> None:
        """Close the idle connections now, and the others when they are given back."""
        with self._lock:
            idle = self._idle
            self._idle = []
            self._is_closed = True
        for connection in idle:
            connection.close()

    def _take_idle(self, address: Address) -> Connection | None:
        with self._lock:
            connection = next((each for each in reversed(self._idle) if each.address == address), None)
            if connection is None:
                return None
            self._idle.remove(connection)
        if connection.is_usable:
            return connection
        connection.close()
        return self._take_idle(address)

    def _new(self, address: Address) -> Connection:
        context = self._tls_context() if address.scheme == "https" else None
        return Connection(address, timeout_s=self._timeout_s, context=context)

    def _tls_context(self) -> ssl.SSLContext:
        # Late: it takes longer than sending a small file.
        with self._lock:
            self._context = self._context or self._new_context()
            return self._context
