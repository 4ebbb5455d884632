"""Counts jobs from the keys of an index, without reading them. Nobody counts those that are done: most jobs are."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pymongo.collection import Collection

from service.jobs.model import JobCount, JobState

_COUNTS = TypeAdapter(JobCount)
_BY = {"kind": "$kind", "lane": "$lane", "state": "$state"}


def count_jobs(jobs: Collection[dict[str, Any]]) -> list[JobCount]:
    """Return one count for each kind, lane and state, without those of 0."""
    still_open = _ask(jobs, {"open": True, "due_at": {"$type": "date"}}, {"first_due_at": {"$min": "$due_at"}})
    failed = _ask(jobs, {"state": JobState.FAILED.value}, {})
    return [*still_open, *failed]


def _ask(jobs: Collection[dict[str, Any]], which: Mapping[str, Any], more: Mapping[str, Any]) -> Iterator[JobCount]:
    for row in jobs.aggregate([{"$match": which}, {"$group": {"_id": _BY, "number": {"$sum": 1}, **more}}]):
        with suppress(ValidationError):  # documents of somebody else
            yield _COUNTS.validate_python({**row["_id"], **row})
