"""Repeats the sweep in a thread of each worker; only one worker at a time sweeps.

No error in a sweep ends the thread: it waits longer and tries again.
"""

import atexit
import logging
import threading
from datetime import timedelta

from service.operations.ports import Ports
from service.operations.usecases.preparation import Preparation
from service.shared.errors import MoodropError
from service.uploads.usecases.upkeep.sweep import sweep

log = logging.getLogger(__name__)

LEASE = "sweep"
# A leader that was killed is followed by another worker after two intervals and this.
LEASE_GRACE_S = 10
LONGEST_PAUSE_S = 600
STOP_S = 5


class Sweeper:
    """Sweeps every `interval_s` seconds from `start` to `stop`; 0 means never. Make it after the worker forks."""

    def __init__(self, ports: Ports, preparation: Preparation, interval_s: int) -> None:
        self._ports = ports
        self._preparation = preparation
        self._interval_s = interval_s
        self._holder = ports.new_id()
        self._leads_until = ports.now()
        self._failures = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Start; the thread ends with the process."""
        if self._interval_s:
            self._thread.start()
            atexit.register(self.stop)

    def stop(self) -> None:
        """Stop after the current upload, and let another worker take over at once. Safe to repeat."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def _run(self) -> None:
        while not self._stopping.wait(self.pause_s):
            self.turn()
        try:
            self._ports.leases.release(LEASE, self._holder)
        except MoodropError as problem:  # it runs out by itself
            log.info("the lease was not given back: %s", problem.detail)

    @property
    def pause_s(self) -> int:
        """Return the seconds until the next turn, doubled after each failure in a row."""
        most = max(self._interval_s, LONGEST_PAUSE_S)
        return min(self._interval_s << min(self._failures, 10), most)

    def turn(self) -> None:
        """Sweep once, if this worker leads."""
        try:
            self._preparation.ensure()
            if self._lead():
                report = sweep(self._ports, self._may_go_on)
                if report.total:
                    log.info("swept: %s", report)
            self._failures = 0
        except MoodropError as problem:
            self._failures += 1
            log.warning("no sweep: %s (%s); again in %s s", problem.detail, problem.code, self.pause_s)
        except Exception:
            self._failures += 1
            log.exception("defect in the sweep; again in %s s", self.pause_s)

    def _lead(self) -> bool:
        now = self._ports.now()
        self._leads_until = now + timedelta(seconds=2 * self._interval_s + LEASE_GRACE_S)
        return self._ports.leases.acquire(LEASE, self._holder, now=now, until=self._leads_until)

    def _may_go_on(self) -> bool:
        if self._stopping.is_set():
            return False
        # Extend the lease early: one upload may take minutes.
        half = timedelta(seconds=self._interval_s + LEASE_GRACE_S / 2)
        return self._leads_until - self._ports.now() > half or self._lead()
