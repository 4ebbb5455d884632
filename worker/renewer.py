"""Extends the leases of all running jobs, from one thread that no encoder can hold up."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from service.jobs.ports.queue import JobQueue
from service.shared.errors import DatabaseUnavailable
from worker.job.active_lease import ActiveLease

log = logging.getLogger(__name__)

EVERY_S = 10.0
FAILING_S = 15.0
TICK_S = 1.0


class Renewer(threading.Thread):
    """A lease that is refused, or that cannot be extended for 15 s, is lost."""

    def __init__(
        self, jobs: JobQueue, now: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(name="renewer", daemon=True)
        self._jobs = jobs
        self._now = now
        self._monotonic = monotonic
        self._leases: set[ActiveLease] = set()
        self._mutex = threading.Lock()
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.wait(TICK_S):
            try:
                self.extend_all()
            except Exception:
                log.exception("leases could not be extended")

    def stop(self) -> None:
        self._stopping.set()

    def add(self, active: ActiveLease) -> None:
        with self._mutex:
            self._leases.add(active)

    def remove(self, active: ActiveLease) -> None:
        with self._mutex:
            self._leases.discard(active)

    def active(self) -> list[ActiveLease]:
        """Return the leases of the running jobs."""
        with self._mutex:
            return list(self._leases)

    def extend_all(self) -> None:
        for active in self.active():
            if active.is_alive and active.extended_s_ago >= EVERY_S:
                self._extend(active)

    def _extend(self, active: ActiveLease) -> None:
        asked_at = self._monotonic()
        try:
            is_ours = self._jobs.renew(active.lease, active.progress, self._now())
        except DatabaseUnavailable:
            active.note_failure()
            if active.failing_s >= FAILING_S:
                log.warning("%s: the database does not answer, so its work ends", active.lease.job_id)
                active.lose()
            return
        if is_ours:
            active.note_extended(asked_at)
        else:
            active.lose()
