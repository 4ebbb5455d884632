"""The queue in MongoDB: one document a job, and every transition one conditional update.

Stays inside Stable API v1, without transactions or pipelines, so that standalone and managed servers behave alike.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from service.jobs import transitions
from service.jobs.model import Job, JobCount, JobQuery, JobState, Lane, Lease, NewJob, Reason, Worker
from service.jobs.mongo.counts import count_jobs
from service.jobs.mongo.documents import COUNTABLE, WORKERS, load_job, load_jobs, load_workers, to_update
from service.jobs.mongo.indexes import WORKER_SEEN_S, ensure_indexes
from service.jobs.mongo.lanes import MongoLanes
from service.shared.mongo.durability import CHEAP, DURABLE
from service.shared.mongo.errors import translated
from service.shared.mongo.pages import beyond, newest_first
from service.shared.ports.collection import Changes, Place

_OPEN = {"open": True}
_ENDED = {"$in": [state.value for state in transitions.ENDED]}
_RETRYABLE = {"$in": [JobState.FAILED.value, JobState.CANCELLED.value]}
_TURNS = [("priority", DESCENDING), ("virtual_time", ASCENDING)]


class MongoJobQueue:
    """The JobQueue port."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._database = database
        # A claim that a lost server forgot would give its token away twice.
        self._jobs = database.get_collection("jobs", write_concern=DURABLE)
        self._cheap = self._jobs.with_options(write_concern=CHEAP)
        self._workers = database.get_collection("workers", write_concern=CHEAP)
        self._lanes = MongoLanes(database)

    def prepare(self) -> None:
        with translated():
            ensure_indexes(self._database)

    def create(self, job: NewJob, now: datetime) -> None:
        other_source = {"_id": job.job_id, "source": {"$ne": job.source}, "token": COUNTABLE}
        with translated():
            virtual_time = self._lanes.next_time(job.lane, job.owner, job.cost, now)
            with suppress(DuplicateKeyError):  # it is there, for the same source
                self._jobs.update_one(other_source, to_update(transitions.create(job, virtual_time, now)), upsert=True)

    def supersede(self, file_id: str, source: str, now: datetime) -> None:
        which = {"file_id": file_id, "source": {"$ne": source}, "token": COUNTABLE}
        with translated():
            self._jobs.update_many(which, to_update(transitions.supersede(now)))

    def redo(self, job: NewJob, now: datetime) -> None:
        ended = {"_id": job.job_id, "source": job.source, "state": _ENDED, "token": COUNTABLE}
        with translated():
            virtual_time = self._lanes.next_time(job.lane, job.owner, job.cost, now)
            if self._jobs.update_one(ended, to_update(transitions.redo(job, virtual_time, now))).matched_count:
                return
        self.create(job, now)

    def claim(self, kinds: Collection[str], lanes: Sequence[Lane], worker: str, now: datetime) -> Lease | None:
        with translated():
            for lane in lanes:
                if job := self._claim_in(lane, kinds, worker, now):
                    self._lanes.move_clock(lane, job.virtual_time)
                    return Lease(job)
        return None

    def _claim_in(self, lane: Lane, kinds: Collection[str], worker: str, now: datetime) -> Job | None:
        startable = {"kind": {"$in": list(kinds)}, "due_at": {"$lte": now}, "tries_left": {"$gte": 1}}
        # A stranger's document must not stop all claims.
        which = {**_OPEN, "lane": lane.value, **startable, "token": COUNTABLE}
        update = to_update(transitions.claim(worker, now))
        while document := self._jobs.find_one_and_update(
            which, update, sort=_TURNS, return_document=ReturnDocument.AFTER
        ):
            if job := load_job(document):
                return job
            self._jobs.update_one({"_id": document["_id"]}, to_update(transitions.fail("crashed", None, now)))
        return None

    def renew(self, lease: Lease, progress: float | None, now: datetime) -> bool:
        with translated():
            update = to_update(transitions.renew(progress, now))
            return self._cheap.update_one(_leased(lease), update).matched_count == 1

    def finish(self, lease: Lease, result: Mapping[str, Any], now: datetime) -> Job | None:
        return self._change(_leased(lease), transitions.finish(lease, result, now))

    def relocate(self, job: Job, result: Mapping[str, Any], now: datetime) -> bool:
        same = {"_id": job.job_id, "source": job.source, "result_token": job.result_token}
        return self._change(same, transitions.relocate(result, now)) is not None

    def requeue(self, lease: Lease, reason: Reason, detail: str, due_at: datetime) -> bool:
        return self._change(_leased(lease), transitions.requeue(reason, detail, due_at)) is not None

    def fail(self, lease: Lease, reason: Reason, detail: str, now: datetime) -> Job | None:
        return self._change(_leased(lease), transitions.fail(reason, detail, now))

    def give_back(self, lease: Lease, now: datetime) -> bool:
        return self._change(_leased(lease), transitions.give_back(now)) is not None

    def abandon(self, now: datetime) -> int:
        lapsed = {**_OPEN, "tries_left": 0, "due_at": {"$lte": now}}
        with translated():
            update = to_update(transitions.fail("crashed", None, now))
            return self._jobs.update_many(lapsed, update).modified_count

    def cancel(self, file_id: str, now: datetime) -> int:
        with translated():
            update = to_update(transitions.cancel(now))
            which = {"file_id": file_id, **_OPEN, "token": COUNTABLE}
            return self._jobs.update_many(which, update).modified_count

    def retry(self, job_id: str, owner: str, now: datetime) -> Job | None:
        job = self.get(job_id)
        if job is None or job.owner != owner or job.state not in (JobState.FAILED, JobState.CANCELLED):
            return None
        with translated():
            virtual_time = self._lanes.next_time(job.lane, job.owner, job.cost, now)
        same = {"_id": job_id, "owner": owner, "state": _RETRYABLE, "token": job.token}
        return self._change(same, transitions.retry(job, virtual_time, now))

    def change_owner(self, file_id: str, owner: str) -> None:
        with translated():
            self._jobs.update_many({"file_id": file_id}, {"$set": {"owner": owner}})

    def get(self, job_id: str) -> Job | None:
        with translated():
            document = self._jobs.find_one({"_id": job_id})
        return load_job(document) if document else None

    def list_by_files(self, file_ids: Sequence[str]) -> list[Job]:
        with translated():
            return load_jobs(self._jobs.find({"file_id": {"$in": list(file_ids)}}))

    def page(self, query: JobQuery) -> list[Job]:
        is_open = query.state == "open"
        field = "created_at" if is_open else "finished_at"
        which: dict[str, Any] = {"owner": query.owner, **(_OPEN if is_open else {"state": JobState.FAILED.value})}
        if query.after:
            which |= beyond(field, Place(*query.after))
        with translated():
            rows = self._jobs.find(which).sort(newest_first(field)).limit(query.limit)
            return load_jobs(rows)

    def count(self) -> list[JobCount]:
        with translated():
            return count_jobs(self._jobs)

    def unsettled(self, before: datetime, limit: int) -> list[Job]:
        return self._oldest("unsettled_since", {"$lt": before}, limit)

    def mark_settled(self, job: Job) -> None:
        self._remove_field(job, "unsettled_since", job.unsettled_since)

    def to_tidy(self, now: datetime, limit: int) -> list[Job]:
        return self._oldest("tidy_at", {"$lte": now}, limit)

    def mark_tidied(self, job: Job) -> None:
        self._remove_field(job, "tidy_at", job.tidy_at)

    def delete_by_file(self, file_id: str) -> None:
        with translated():
            self._jobs.delete_many({"file_id": file_id})

    def heartbeat(self, worker: Worker) -> None:
        document = WORKERS.dump(worker)
        with translated(), suppress(DuplicateKeyError):
            self._workers.replace_one({"_id": worker.worker_id}, document, upsert=True)

    def workers(self, now: datetime) -> list[Worker]:
        seen = {"seen_at": {"$gt": now - timedelta(seconds=WORKER_SEEN_S)}}
        with translated():
            return load_workers(self._workers.find(seen))

    def _change(self, which: Mapping[str, Any], changes: Changes) -> Job | None:
        with translated():
            document = self._jobs.find_one_and_update(which, to_update(changes), return_document=ReturnDocument.AFTER)
        return load_job(document) if document else None

    def _oldest(self, field: str, condition: Mapping[str, Any], limit: int) -> list[Job]:
        with translated():
            documents = list(self._jobs.find({field: condition}).sort(field, ASCENDING).limit(limit))
            jobs = load_jobs(documents)
            if len(jobs) < len(documents):  # those of strangers would stand first for ever
                known = [job.job_id for job in jobs]
                strange = [document["_id"] for document in documents if document["_id"] not in known]
                self._jobs.update_many({"_id": {"$in": strange}}, {"$unset": {field: ""}})
        return jobs

    def _remove_field(self, job: Job, field: str, value: object) -> None:
        same = {"_id": job.job_id, "token": job.token, "state": job.state.value, field: value}
        with translated():
            self._jobs.update_one(same, {"$unset": {field: ""}})


def _leased(lease: Lease) -> dict[str, Any]:
    return {"_id": lease.job_id, "state": JobState.RUNNING.value, "token": lease.token}
