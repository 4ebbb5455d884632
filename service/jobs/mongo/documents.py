"""A job as a MongoDB document and back: its fields under their own names, and `open` while it is queued or running."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from service.jobs.model import OPEN, Job, Worker
from service.shared.documents import Documents
from service.shared.ports.collection import Add, Changes

log = logging.getLogger(__name__)

WORKERS = Documents(Worker, "worker_id")
# MongoDB counts on from such a token alone; an update that meets another one fails, and with it whatever asked for it.
MOST_TOKENS = 1 << 53
COUNTABLE = {"$gte": 1, "$lt": MOST_TOKENS, "$not": {"$type": "array"}}
_JOBS = Documents(Job, "job_id")


def load_job(document: Mapping[str, Any]) -> Job | None:
    """Return the job of a document, or None, with a line in the log, if somebody else wrote it."""
    try:
        job = _JOBS.load(document)
    except ValidationError as error:
        fields = ", ".join(sorted({str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}))
    else:
        if 1 <= job.token < MOST_TOKENS:
            return job
        fields = "token"
    log.error("the document %r of `jobs` is not a job: %s", str(document.get("_id"))[:80], fields)
    return None


def load_jobs(documents: Iterable[Mapping[str, Any]]) -> list[Job]:
    """Return the jobs of documents, without those of somebody else."""
    return [job for document in documents if (job := load_job(document))]


def load_workers(documents: Iterable[Mapping[str, Any]]) -> list[Worker]:
    """Return the workers of documents, without those that somebody else wrote."""
    workers = []
    for document in documents:
        try:
            workers.append(WORKERS.load({"ffmpeg": None, **document}))
        except ValidationError:
            log.error("the document %r of `workers` is not a worker", str(document.get("_id"))[:80])
    return workers


def to_update(changes: Changes) -> dict[str, Any]:
    """Return the update that makes these changes. The indexes of open jobs know them by `open`."""
    if "state" in changes:
        changes = {**changes, "open": True if changes["state"] in OPEN else None}
    update: dict[str, dict[str, Any]] = {}
    for name, value in changes.items():
        if value is None:
            update.setdefault("$unset", {})[name] = ""
        elif isinstance(value, Add):
            update.setdefault("$inc", {})[name] = value.number
        else:
            update.setdefault("$set", {})[name] = _JOBS.plain(value)
    return update
