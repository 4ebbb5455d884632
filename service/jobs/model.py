"""A job as plain data: the order and the record of what came of it, for as long as its file lives."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal


class JobState(StrEnum):
    """The state of a job.

    queued -> running -> done | failed | cancelled;  running -> queued (again);  failed, cancelled -> queued (retried);
    any -> queued (the file has new bytes)
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (JobState.QUEUED, JobState.RUNNING)


class Lane(StrEnum):
    """Light jobs never wait for heavy ones."""

    LIGHT = "light"
    HEAVY = "heavy"


# Why a job waits again or failed. These codes are kept for good.
Reason = Literal[
    "not_media",
    "codec_unsupported",
    "too_long",
    "too_large",
    "too_many_streams",
    "timeout",
    "out_of_memory",
    "crashed",
    "store_unavailable",
    "file_changed",
    "encrypted",
    "unscannable",
    "refused_by_receiver",
]
TRIES = 5  # how often a job is started before it fails


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be queued. Queuing it again for the same source changes nothing."""

    job_id: str  # {file_id}.{kind}
    file_id: str
    owner: str
    kind: str
    source: str  # the version or etag of the bytes that it works on
    lane: Lane
    priority: int  # within the lane; the highest comes first
    cost: int = 1  # what it takes of its owner's turn: 1 for a light job, minutes of media for a heavy one
    tries: int = TRIES


@dataclass(frozen=True, slots=True)
class Job:
    """One document of the queue."""

    job_id: str
    file_id: str
    owner: str
    kind: str
    source: str
    state: JobState
    lane: Lane
    priority: int
    virtual_time: int  # its owner's turn in the lane: the lowest comes first
    cost: int
    created_at: datetime
    due_at: datetime  # queued: not to be started before; running: the end of the lease
    tries: int  # how often it may be started in all
    tries_left: int
    token: int  # changes whenever somebody else may work on it; whoever holds an older one changes nothing
    worker: str | None = None
    progress: float | None = None  # 0 to 1
    started_at: datetime | None = None
    finished_at: datetime | None = None
    reason: Reason | None = None
    detail: str | None = None  # at most 500 characters of what the tool said
    result: Mapping[str, Any] | None = None  # of the last time that it was done; media/model.py has the types
    result_token: int | None = None  # the token under which the objects of the result lie
    unsettled_since: datetime | None = None  # from then on the file has not shown its state; None: it does
    tidy_at: datetime | None = None  # when objects of attempts without a result are removed


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a job until `job.due_at`, held by whoever knows the token."""

    job: Job

    @property
    def job_id(self) -> str:
        return self.job.job_id

    @property
    def token(self) -> int:
        return self.job.token


@dataclass(frozen=True, slots=True)
class JobQuery:
    """A page of one owner's jobs, newest first."""

    owner: str
    state: Literal["open", "failed"]
    limit: int
    after: tuple[datetime, str] | None = None  # the time and id of the last job of the page before


@dataclass(frozen=True, slots=True)
class JobCount:
    """How many jobs of a kind are in a state."""

    kind: str
    lane: Lane
    state: JobState  # queued, running or failed
    number: int
    first_due_at: datetime | None = None  # the earliest `due_at` of open jobs


def sum_by_kind(counts: Iterable[JobCount]) -> Counter[tuple[str, JobState]]:
    """Return how many jobs of each kind are in each state, whatever their lanes."""
    numbers = Counter[tuple[str, JobState]]()
    for count in counts:
        numbers[count.kind, count.state] += count.number
    return numbers


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process, as it introduced itself when it was last seen."""

    worker_id: str
    host: str
    version: str
    kinds: tuple[str, ...]
    ffmpeg: str | None  # its version
    sandbox: str  # landlock or none
    seen_at: datetime
