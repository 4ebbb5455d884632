"""The queue in memory, for fast tests: the same promises as in MongoDB."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from service.jobs import transitions
from service.jobs.model import OPEN, Job, JobCount, JobQuery, JobState, Lane, Lease, NewJob, Reason, Worker
from service.shared.ports.collection import Add, Changes

WORKER_SEEN = timedelta(seconds=120)


class MemoryJobQueue:
    """The JobQueue port on a dict, under one lock."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._workers: dict[str, Worker] = {}
        self._times: dict[tuple[Lane, str], int] = {}
        self._clocks: dict[Lane, int] = {}
        self._lock = threading.RLock()

    def prepare(self) -> None:
        return

    def create(self, job: NewJob, now: datetime) -> None:
        with self._lock:
            there = self._jobs.get(job.job_id)
            if there is None or there.source != job.source:
                changes = transitions.create(job, self._next_time(job.lane, job.owner, job.cost), now)
                self._jobs[job.job_id] = _changed(there, changes) if there else _made(job.job_id, changes)

    def supersede(self, file_id: str, source: str, now: datetime) -> None:
        self._change_all(lambda job: job.file_id == file_id and job.source != source, transitions.supersede(now))

    def redo(self, job: NewJob, now: datetime) -> None:
        with self._lock:
            there = self._jobs.get(job.job_id)
            if there is None or there.source != job.source:
                self.create(job, now)
            elif there.state in transitions.ENDED:
                virtual_time = self._next_time(job.lane, job.owner, job.cost)
                self._jobs[job.job_id] = _changed(there, transitions.redo(job, virtual_time, now))

    def claim(self, kinds: Collection[str], lanes: Sequence[Lane], worker: str, now: datetime) -> Lease | None:
        with self._lock:
            for lane in lanes:
                due = [job for job in self._jobs.values() if _is_startable(job, lane, kinds, now)]
                if due:
                    job = min(due, key=lambda one: (-one.priority, one.virtual_time))
                    self._clocks[lane] = max(self._clocks.get(lane, 0), job.virtual_time)
                    self._jobs[job.job_id] = _changed(job, transitions.claim(worker, now))
                    return Lease(self._jobs[job.job_id])
            return None

    def renew(self, lease: Lease, progress: float | None, now: datetime) -> bool:
        return self._change_leased(lease, transitions.renew(progress, now)) is not None

    def finish(self, lease: Lease, result: Mapping[str, Any], now: datetime) -> Job | None:
        return self._change_leased(lease, transitions.finish(lease, result, now))

    def relocate(self, job: Job, result: Mapping[str, Any], now: datetime) -> bool:
        def is_same(other: Job) -> bool:
            names = ("job_id", "source", "result_token")
            return all(getattr(other, name) == getattr(job, name) for name in names)

        return bool(self._change_all(is_same, transitions.relocate(result, now)))

    def requeue(self, lease: Lease, reason: Reason, detail: str, due_at: datetime) -> bool:
        return self._change_leased(lease, transitions.requeue(reason, detail, due_at)) is not None

    def fail(self, lease: Lease, reason: Reason, detail: str, now: datetime) -> Job | None:
        return self._change_leased(lease, transitions.fail(reason, detail, now))

    def give_back(self, lease: Lease, now: datetime) -> bool:
        return self._change_leased(lease, transitions.give_back(now)) is not None

    def abandon(self, now: datetime) -> int:
        def is_lapsed(job: Job) -> bool:
            return job.state in OPEN and job.tries_left == 0 and job.due_at <= now

        return self._change_all(is_lapsed, transitions.fail("crashed", None, now))

    def cancel(self, file_id: str, now: datetime) -> int:
        return self._change_all(lambda job: job.file_id == file_id and job.state in OPEN, transitions.cancel(now))

    def retry(self, job_id: str, owner: str, now: datetime) -> Job | None:
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None or job.owner != owner or job.state not in (JobState.FAILED, JobState.CANCELLED):
                return None
            virtual_time = self._next_time(job.lane, job.owner, job.cost)
            self._jobs[job_id] = _changed(job, transitions.retry(job, virtual_time, now))
            return self._jobs[job_id]

    def change_owner(self, file_id: str, owner: str) -> None:
        self._change_all(lambda job: job.file_id == file_id, {"owner": owner})

    def get(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def list_by_files(self, file_ids: Sequence[str]) -> list[Job]:
        with self._lock:
            return [job for job in self._jobs.values() if job.file_id in file_ids]

    def page(self, query: JobQuery) -> list[Job]:
        is_open = query.state == "open"

        def place(job: Job) -> tuple[datetime, str]:
            return (job.created_at if is_open else job.finished_at or job.created_at), job.job_id

        def fits(job: Job) -> bool:
            is_in_state = job.state in OPEN if is_open else job.state is JobState.FAILED
            return job.owner == query.owner and is_in_state and (query.after is None or place(job) < query.after)

        with self._lock:
            jobs = sorted((job for job in self._jobs.values() if fits(job)), key=place, reverse=True)
        return jobs[: query.limit]

    def count(self) -> list[JobCount]:
        by_place: dict[tuple[str, Lane, JobState], list[Job]] = {}
        with self._lock:
            for job in self._jobs.values():
                if job.state in (*OPEN, JobState.FAILED):
                    by_place.setdefault((job.kind, job.lane, job.state), []).append(job)
        return [
            JobCount(*place, len(jobs), min(job.due_at for job in jobs) if place[2] in OPEN else None)
            for place, jobs in by_place.items()
        ]

    def unsettled(self, before: datetime, limit: int) -> list[Job]:
        return self._oldest(lambda job: job.unsettled_since, lambda since: since < before, limit)

    def mark_settled(self, job: Job) -> None:
        self._change_same(job, {"unsettled_since": None})

    def to_tidy(self, now: datetime, limit: int) -> list[Job]:
        return self._oldest(lambda job: job.tidy_at, lambda at: at <= now, limit)

    def mark_tidied(self, job: Job) -> None:
        self._change_same(job, {"tidy_at": None})

    def delete_by_file(self, file_id: str) -> None:
        with self._lock:
            self._jobs = {job_id: job for job_id, job in self._jobs.items() if job.file_id != file_id}

    def heartbeat(self, worker: Worker) -> None:
        self._workers[worker.worker_id] = worker

    def workers(self, now: datetime) -> list[Worker]:
        return [worker for worker in list(self._workers.values()) if worker.seen_at > now - WORKER_SEEN]

    def _next_time(self, lane: Lane, owner: str, cost: int) -> int:
        own, clock = self._times.get((lane, owner), 0), self._clocks.get(lane, 0)
        self._times[lane, owner] = max(own, clock) + cost
        return self._times[lane, owner]

    def _change_leased(self, lease: Lease, changes: Changes) -> Job | None:
        with self._lock:
            job = self._jobs.get(lease.job_id)
            if job is None or (job.state, job.token) != (JobState.RUNNING, lease.token):
                return None
            self._jobs[job.job_id] = _changed(job, changes)
            return self._jobs[job.job_id]

    def _change_all(self, fits: Callable[[Job], bool], changes: Changes) -> int:
        with self._lock:
            jobs = [job for job in self._jobs.values() if fits(job)]
            self._jobs |= {job.job_id: _changed(job, changes) for job in jobs}
            return len(jobs)

    def _change_same(self, job: Job, changes: Changes) -> None:
        with self._lock:
            now = self._jobs.get(job.job_id)
            unchanged = now is not None and all(
                getattr(now, name) == getattr(job, name) for name in ("token", "state", *changes)
            )
            if now is not None and unchanged:
                self._jobs[job.job_id] = _changed(now, changes)

    def _oldest(
        self, moment_of: Callable[[Job], datetime | None], is_due: Callable[[datetime], bool], limit: int
    ) -> list[Job]:
        with self._lock:
            rows = [(moment, job) for job in self._jobs.values() if (moment := moment_of(job)) and is_due(moment)]
        return [job for _, job in sorted(rows, key=lambda row: row[0])[:limit]]


def _is_startable(job: Job, lane: Lane, kinds: Collection[str], now: datetime) -> bool:
    is_due = job.state in OPEN and job.due_at <= now and job.tries_left >= 1
    return is_due and job.lane is lane and job.kind in kinds


def _changed(job: Job, changes: Changes) -> Job:
    values: dict[str, Any] = {
        name: getattr(job, name) + value.number if isinstance(value, Add) else value for name, value in changes.items()
    }
    return replace(job, **values)


def _made(job_id: str, changes: Changes) -> Job:
    values: dict[str, Any] = {
        name: value.number if isinstance(value, Add) else value for name, value in changes.items()
    }
    return Job(job_id=job_id, **values)
