"""Decides when the model is fitted anew, and queues that as a job of the worker's.

There is one such job, and its source is the moment that it was planned for: planned again, it is queued anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from service.jobs.model import OPEN, Job, Lane, NewJob
from service.jobs.ports.queue import JobQueue
from service.listening.ports.listens import Listens
from service.listening.ports.neighbours import NeighbourStore
from service.listening.recommend.model import FIT_KIND
from service.shared.model import Features

FIT_ID = "model.fit"
# The shortest time between two fits; and how soon what somebody took back is out of the model.
PAUSE = timedelta(minutes=10)
# A few new listens wait for so long, and a model without any for a day: files turn private, and listens grow old.
LONG_PAUSE = timedelta(hours=1)
LONGEST_PAUSE = timedelta(days=1)
MANY_LISTENS = 500
LIGHT_PRIORITY = 2


class Ports(Protocol):
    @property
    def jobs(self) -> JobQueue: ...

    @property
    def listens(self) -> Listens: ...

    @property
    def neighbours(self) -> NeighbourStore: ...

    @property
    def features(self) -> Features: ...

    @property
    def now(self) -> Callable[[], datetime]: ...


@dataclass(frozen=True, slots=True)
class FitReport:
    """Whether a fit was queued."""

    planned: bool

    @property
    def total(self) -> int:
        return int(self.planned)


def plan_fit(ports: Ports, may_go_on: Callable[[], bool] = lambda: True) -> FitReport:
    """Queue a fit if one is due. Safe to repeat, and to run in several processes at once."""
    if not (ports.features.recommendations and may_go_on()):
        return FitReport(planned=False)
    job, now = ports.jobs.get(FIT_ID), ports.now()
    if (job and job.state in OPEN) or not _is_due(ports, job, now):
        return FitReport(planned=False)
    order = NewJob(FIT_ID, "", "", FIT_KIND, now.isoformat(timespec="seconds"), Lane.LIGHT, LIGHT_PRIORITY)
    ports.jobs.create(order, now)
    return FitReport(planned=True)


def _is_due(ports: Ports, last: Job | None, now: datetime) -> bool:
    if last is None:
        return ports.listens.count_counted(datetime.fromtimestamp(0, UTC), 1) > 0
    planned_at = datetime.fromisoformat(last.source)
    waited = now - planned_at
    if waited < PAUSE:
        return False
    if waited >= LONGEST_PAUSE or ports.neighbours.is_stale():
        return True
    enough = 1 if waited >= LONG_PAUSE else MANY_LISTENS
    return ports.listens.count_counted(planned_at, enough) >= enough
