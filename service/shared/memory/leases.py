"""Leases in memory: for tests, one process."""

import threading
from datetime import datetime


class MemoryLeases:
    """The Leases port on a dict."""

    def __init__(self) -> None:
        self._leases: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def acquire(self, name: str, holder: str, *, now: datetime, until: datetime) -> bool:
        with self._lock:
            other, ends = self._leases.get(name, (holder, now))
            free = other == holder or ends <= now
            if free:
                self._leases[name] = (holder, until)
            return free

    def release(self, name: str, holder: str) -> None:
        with self._lock:
            if self._leases.get(name, ("", None))[0] == holder:
                del self._leases[name]
