"""What each transition of a job changes. A queue applies one as a single conditional update.

A field that is None is removed; Add counts on from what is there.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from service.jobs.model import Job, JobState, Lease, NewJob, Reason
from service.shared.ports.collection import Add, Changes

LEASE = timedelta(seconds=30)
# A worker that lost its lease notices within seconds, and its last PUT ends within a minute of silence.
TIDY_AFTER = timedelta(minutes=15)
# No address of a derived object lives longer.
TIDY_REPLACED_AFTER = timedelta(hours=13)
# Creating a job counts its token to 1, and the first claim to 2: nobody else has made objects for it then.
FIRST_TOKEN = 2
MAX_DETAIL = 500
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)

_NOBODY: Changes = {"worker": None, "progress": None}
_NO_RESULT: Changes = {"result": None, "result_token": None}


def create(job: NewJob, virtual_time: int, now: datetime) -> Changes:
    return {
        **_ordered(job),
        **_queue_anew(job.tries, virtual_time, now),
        **_NO_RESULT,
        "file_id": job.file_id,
        "owner": job.owner,
        "kind": job.kind,
        "source": job.source,
        "created_at": now,
        # The caller that creates jobs also makes the file show them.
        "unsettled_since": None,
    }


def redo(job: NewJob, virtual_time: int, now: datetime) -> Changes:
    return {**_ordered(job), **_queue_anew(job.tries, virtual_time, now), "unsettled_since": now}


def retry(job: Job, virtual_time: int, now: datetime) -> Changes:
    return {**_queue_anew(job.tries, virtual_time, now), "unsettled_since": now}


def _ordered(job: NewJob) -> Changes:
    return {"lane": job.lane, "priority": job.priority, "cost": job.cost, "tries": job.tries}


def _queue_anew(tries: int, virtual_time: int, now: datetime) -> Changes:
    return {
        **_NOBODY,
        "state": JobState.QUEUED,
        "virtual_time": virtual_time,
        "due_at": now,
        "tries_left": tries,
        "token": Add(1),
        "started_at": None,
        "finished_at": None,
        "reason": None,
        "detail": None,
    }


def claim(worker: str, now: datetime) -> Changes:
    return {
        "state": JobState.RUNNING,
        "worker": worker,
        "started_at": now,
        "due_at": now + LEASE,
        "progress": None,
        "token": Add(1),
        "tries_left": Add(-1),
    }


def renew(progress: float | None, now: datetime) -> Changes:
    noted = {} if progress is None else {"progress": progress}
    return {"due_at": now + LEASE, **noted}


def finish(lease: Lease, result: Mapping[str, Any], now: datetime) -> Changes:
    """A result that replaces another, or that was not the first attempt's, leaves objects to be tidied up."""
    after = TIDY_AFTER if lease.job.result_token is None else TIDY_REPLACED_AFTER
    tidying = {"tidy_at": now + after} if lease.token > FIRST_TOKEN else {}
    return {
        **_end(JobState.DONE, now),
        **tidying,
        "result": result,
        "result_token": lease.token,
        "reason": None,
        "detail": None,
        "unsettled_since": now,
    }


def relocate(result: Mapping[str, Any], now: datetime) -> Changes:
    return {"result": result, "unsettled_since": now}


def requeue(reason: Reason, detail: str, due_at: datetime) -> Changes:
    return {**_NOBODY, "state": JobState.QUEUED, "due_at": due_at, "reason": reason, "detail": _text(detail)}


def fail(reason: Reason, detail: str | None, now: datetime) -> Changes:
    return {
        **_end(JobState.FAILED, now),
        "tidy_at": now + TIDY_AFTER,
        "reason": reason,
        "detail": None if detail is None else _text(detail),
        "unsettled_since": now,
    }


def give_back(now: datetime) -> Changes:
    return {**_NOBODY, "state": JobState.QUEUED, "due_at": now, "tries_left": Add(1)}


def cancel(now: datetime) -> Changes:
    return {**_end(JobState.CANCELLED, now), "tidy_at": now + TIDY_AFTER, "token": Add(1)}


def supersede(now: datetime) -> Changes:
    return {**cancel(now), **_NO_RESULT, "reason": None, "detail": None, "unsettled_since": None}


def _end(state: JobState, now: datetime) -> Changes:
    return {**_NOBODY, "state": state, "finished_at": now}


def _text(detail: str) -> str:
    """Return at most MAX_DETAIL characters of what a tool said: its end, where the error stands."""
    known = detail.encode(errors="replace").decode()
    return known if len(known) <= MAX_DETAIL else "…" + known[1 - MAX_DETAIL :]
