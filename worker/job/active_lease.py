"""A job that this process works on: whether it still may, and how far it is."""

import threading
import time
from collections.abc import Callable

from service.jobs.model import Lease
from worker.job.errors import LeaseLost

LEASE_S = 30.0  # as JobQueue.renew extends it


class ActiveLease:
    """The slot, the renewer and the transfers of a job share it."""

    def __init__(self, lease: Lease, now: Callable[[], float] = time.monotonic) -> None:
        self.lease = lease
        self.progress: float | None = None  # 0 to 1
        self._now = now
        self._lost = threading.Event()
        self._extended_at = now()
        self._failing_since: float | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the job is still ours. Also false in a process that was frozen past the end of its lease."""
        return not self._lost.is_set() and self._now() - self._extended_at < LEASE_S

    @property
    def extended_s_ago(self) -> float:
        return self._now() - self._extended_at

    @property
    def failing_s(self) -> float:
        """How long it could not be extended."""
        return self._now() - self._failing_since if self._failing_since is not None else 0.0

    def require(self) -> None:
        """Raise LeaseLost if the job is not ours any more."""
        if not self.is_alive:
            raise LeaseLost

    def note_extended(self, asked_at: float) -> None:
        """Note that the queue extended the lease when it was asked at that time."""
        self._extended_at = asked_at
        self._failing_since = None

    def note_failure(self) -> None:
        """Note that the queue did not answer."""
        if self._failing_since is None:
            self._failing_since = self._now()

    def lose(self) -> None:
        """End the work: the child is killed within a second, and transfers break off."""
        self._lost.set()
