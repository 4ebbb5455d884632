"""Repeats a job in a thread of each worker; only one worker at a time does it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

from service.accounts.usecases.keeper import keep_accounts
from service.jobs.usecases.sweep import sweep_jobs
from service.listening.usecases.plan_fit import plan_fit
from service.listening.usecases.retention import remove_old_listens
from service.operations.ports import Ports
from service.operations.usecases.background import Background
from service.shared.errors import MoodropError
from service.shared.ports.preparation import Preparation
from service.uploads.usecases.upkeep.sweep import sweep

log = logging.getLogger(__name__)

# A leader that was killed is followed by another worker after two intervals and this.
LEASE_GRACE_S = 10
LONGEST_PAUSE_S = 600


class Report(Protocol):
    """What a job did."""

    @property
    def total(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What is done, under the name of its lease and its thread."""

    name: str
    run: Callable[[Ports, Callable[[], bool]], Report]  # it asks between two steps whether it may go on
    done: str  # for the log


SWEEP = Job("sweep", sweep, "swept")
JOBS = Job("jobs", sweep_jobs, "upkeep of jobs")
ACCOUNTS = Job("accounts", keep_accounts, "upkeep of accounts")
FITS = Job("fits", plan_fit, "planned for recommendations")


def history_job(keep_days: int) -> Job:
    """Return the job that removes what is older than so many days from all histories."""
    return Job("history", partial(remove_old_listens, keep_days=keep_days), "removed from histories")


class Sweeper(Background):
    """Does a job every `interval_s` seconds from `start` to `stop`; 0 means never. Make it after the worker forks."""

    def __init__(self, ports: Ports, preparation: Preparation, interval_s: int, job: Job = SWEEP) -> None:
        super().__init__(job.name, preparation, interval_s, LONGEST_PAUSE_S)
        self._ports = ports
        self._job = job
        self._holder = ports.new_id()
        self._leads_until = ports.now()

    def start(self) -> None:
        """Start; the thread ends with the process, and gives its lease back: another worker takes over at once."""
        if self._interval_s:
            super().start()

    def _work(self) -> None:
        """Do the job, if this worker leads."""
        if self._lead():
            report = self._job.run(self._ports, self._may_go_on)
            if report.total:
                log.info("%s: %s", self._job.done, report)

    def _end(self) -> None:
        try:
            self._ports.leases.release(self._job.name, self._holder)
        except MoodropError as problem:  # it runs out by itself
            log.info("the lease was not given back: %s", problem.detail)

    def _lead(self) -> bool:
        now = self._ports.now()
        self._leads_until = now + timedelta(seconds=2 * self._interval_s + LEASE_GRACE_S)
        return self._ports.leases.acquire(self._job.name, self._holder, now=now, until=self._leads_until)

    def _may_go_on(self) -> bool:
        if self._stopping.is_set():
            return False
        # Extend the lease early: one step may take minutes.
        half = timedelta(seconds=self._interval_s + LEASE_GRACE_S / 2)
        return self._leads_until - self._ports.now() > half or self._lead()
