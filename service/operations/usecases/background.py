"""Repeats work in a thread of each worker, through outages, until it is told to stop.

No error ends the thread: it waits longer and tries again.
"""

import atexit
import logging
import threading

from service.shared.errors import MoodropError
from service.shared.ports.preparation import Preparation

log = logging.getLogger(__name__)

STOP_S = 5


class Background:
    """Works every `interval_s` seconds, and when `wake` is set, from `start` to `stop`.

    A subclass says what it works at. Make it after the worker forks.
    """

    def __init__(
        self,
        name: str,
        preparation: Preparation,
        interval_s: int,
        longest_pause_s: int,
        wake: threading.Event | None = None,
    ) -> None:
        self._name = name
        self._preparation = preparation
        self._interval_s = interval_s
        self._longest_pause_s = max(interval_s, longest_pause_s)
        self._wake = wake or threading.Event()
        self._failures = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start; the thread ends with the process."""
        self._thread.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Stop after the current piece of work. Safe to repeat."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    @property
    def pause_s(self) -> int:
        """Return the seconds until the next turn, doubled after each failure in a row."""
        return min(self._interval_s << min(self._failures, 10), self._longest_pause_s)

    def turn(self) -> None:
        """Work once."""
        try:
            self._preparation.ensure()
            self._work()
            self._failures = 0
        except MoodropError as problem:
            self._failures += 1
            log.warning("no %s: %s (%s); again in %s s", self._name, problem.detail, problem.code, self.pause_s)
        except Exception:
            self._failures += 1
            log.exception("defect in the %s; again in %s s", self._name, self.pause_s)

    def _work(self) -> None:
        raise NotImplementedError

    def _end(self) -> None:
        """Clean up after the last turn."""

    def _run(self) -> None:
        while True:
            self._wake.wait(self.pause_s)
            # Before the work: what comes during it has another turn.
            self._wake.clear()
            if self._stopping.is_set():
                break
            self.turn()
        self._end()
