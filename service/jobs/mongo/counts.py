"""Counts jobs from the keys of an index, without reading them. Nobody counts those that are done: most jobs are."""

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo.collection import Collection

from service.jobs.model import JobCount, JobState, Lane

_BY = {"kind": "$kind", "lane": "$lane", "state": "$state"}


def count_jobs(jobs: Collection[dict[str, Any]]) -> list[JobCount]:
    """Return one count for each kind, lane and state, without those of 0."""
    still_open = _ask(jobs, {"open": True}, {"first_due_at": {"$min": "$due_at"}})
    failed = _ask(jobs, {"state": JobState.FAILED.value}, {})
    return [*still_open, *failed]


def _ask(jobs: Collection[dict[str, Any]], which: Mapping[str, Any], more: Mapping[str, Any]) -> Iterator[JobCount]:
    for row in jobs.aggregate([{"$match": which}, {"$group": {"_id": _BY, "number": {"$sum": 1}, **more}}]):
        place = row["_id"]
        yield JobCount(
            place["kind"], Lane(place["lane"]), JobState(place["state"]), row["number"], row.get("first_due_at")
        )
