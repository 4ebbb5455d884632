"""How many lines anybody may have written to the log, by what they send."""

import time
from collections.abc import Callable
from threading import Lock

LINES = 20
SECONDS = 10.0


class LogQuota:
    """So many lines within so many seconds; the rest are counted. Threads share it."""

    def __init__(self, lines: int = LINES, seconds: float = SECONDS, now: Callable[[], float] = time.monotonic) -> None:
        self._lines = lines
        self._seconds = seconds
        self._written = 0
        self._left_out = 0
        self._now = now
        self._since = now()
        self._mutex = Lock()

    def take(self) -> str | None:
        """What to end the line with: how many were left out before it. None where this one is, too."""
        with self._mutex:
            now = self._now()
            if now - self._since >= self._seconds:
                self._since, self._written = now, 0
            if self._written >= self._lines:
                self._left_out += 1
                return None
            self._written += 1
            left_out, self._left_out = self._left_out, 0
        return f" ({left_out} more before it)" if left_out else ""
