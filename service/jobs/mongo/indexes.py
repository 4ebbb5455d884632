"""The indexes of `jobs`, `lanes` and `workers`. The name of an index never changes its meaning."""

from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

# How long a worker counts as there after it was last seen.
WORKER_SEEN_S = 120
# An owner who queued nothing for a week begins again at the clock, which itself has no `used_at`.
LANE_USED_S = 7 * 86_400

_OPEN = {"open": True}
JOBS = [
    # The order of a claim: the highest priority first, then the owner whose turn it is.
    IndexModel(
        [("lane", ASCENDING), ("priority", DESCENDING), ("virtual_time", ASCENDING)],
        name="open_jobs",
        partialFilterExpression=_OPEN,
    ),
    # Jobs that nobody may start again: only those whose worker may have died.
    IndexModel([("due_at", ASCENDING)], name="job_last_try", partialFilterExpression={**_OPEN, "tries_left": 0}),
    IndexModel([("file_id", ASCENDING)], name="job_file"),
    IndexModel(
        [("owner", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)],
        name="job_owner_open",
        partialFilterExpression=_OPEN,
    ),
    IndexModel(
        [("owner", ASCENDING), ("finished_at", DESCENDING), ("_id", DESCENDING)],
        name="job_owner_failed",
        partialFilterExpression={"state": "failed"},
    ),
    # What is counted, so that no document is read for it. Queries name the condition, hence it is a key as well.
    IndexModel(
        [("open", ASCENDING), ("lane", ASCENDING), ("kind", ASCENDING), ("state", ASCENDING), ("due_at", ASCENDING)],
        name="job_open_count",
        partialFilterExpression=_OPEN,
    ),
    IndexModel(
        [("state", ASCENDING), ("lane", ASCENDING), ("kind", ASCENDING)],
        name="job_failed_count",
        partialFilterExpression={"state": "failed"},
    ),
    IndexModel(
        [("unsettled_since", ASCENDING)],
        name="job_unsettled",
        partialFilterExpression={"unsettled_since": {"$exists": True}},
    ),
    IndexModel([("tidy_at", ASCENDING)], name="job_tidy", partialFilterExpression={"tidy_at": {"$exists": True}}),
]
LANES = [IndexModel([("used_at", ASCENDING)], name="lane_used", expireAfterSeconds=LANE_USED_S)]
WORKERS = [IndexModel([("seen_at", ASCENDING)], name="worker_seen", expireAfterSeconds=WORKER_SEEN_S)]


def ensure_indexes(database: Database[dict[str, Any]]) -> None:
    """Create the missing indexes. Safe to repeat, and to run many times at once."""
    database["jobs"].create_indexes(JOBS)
    database["lanes"].create_indexes(LANES)
    database["workers"].create_indexes(WORKERS)
