"""The indexes of `listens` and `positions`. The name of an index never changes its meaning."""

from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

LISTENS = [
    # A history, of one kind or of both: MongoDB merges the two ranges.
    IndexModel(
        [("owner", ASCENDING), ("kind", ASCENDING), ("heard_at", DESCENDING), ("_id", DESCENDING)],
        name="listen_owner",
    ),
    IndexModel([("file_id", ASCENDING), ("owner", ASCENDING)], name="listen_file"),
    IndexModel([("heard_at", ASCENDING)], name="listen_heard"),
    IndexModel(
        [("counted_at", ASCENDING)],
        name="listen_counted",
        partialFilterExpression={"counted_at": {"$exists": True}},
    ),
]
POSITIONS = [
    IndexModel([("owner", ASCENDING), ("finished", ASCENDING), ("at", DESCENDING)], name="position_owner"),
    IndexModel([("file_id", ASCENDING), ("owner", ASCENDING)], name="position_file"),
    IndexModel([("at", ASCENDING)], name="position_at"),
]


def ensure_listen_indexes(database: Database[dict[str, Any]]) -> None:
    """Create the missing indexes. Safe to repeat, and to run many times at once."""
    database["listens"].create_indexes(LISTENS)


def ensure_position_indexes(database: Database[dict[str, Any]]) -> None:
    """Create the missing indexes. Safe to repeat, and to run many times at once."""
    database["positions"].create_indexes(POSITIONS)
