"""A time for a whole connection. The time-out of its socket begins anew with each byte and each address."""

import threading
from collections.abc import Callable
from contextlib import suppress
from socket import SHUT_RDWR, socket
from typing import Self

# A connection may get its socket, or another one for TLS, only after its time is over.
REPEAT_S = 0.5


class ConnectionDeadline:
    """Shuts down the socket of a connection after `seconds`, from another thread, until the block or `end` is reached.

    `current_socket` returns the socket that the connection has now, or None while it has none.
    """

    def __init__(self, seconds: float, current_socket: Callable[[], socket | None]) -> None:
        self._seconds = seconds
        self._current_socket = current_socket
        self._ended, self._passed = threading.Event(), threading.Event()
        threading.Thread(target=self._watch, name="connection-deadline", daemon=True).start()

    @property
    def has_passed(self) -> bool:
        """Whether the time is over. What was read by then may look like a whole answer."""
        return self._passed.is_set()

    def end(self) -> None:
        """Leave the connection alone from now on."""
        self._ended.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _watch(self) -> None:
        if self._ended.wait(self._seconds):
            return
        self._passed.set()
        while not self._ended.is_set():
            if sock := self._current_socket():
                with suppress(OSError):
                    sock.shutdown(SHUT_RDWR)
            self._ended.wait(REPEAT_S)
