"""Whose turn it is: owners take turns in each lane, whatever the number of their jobs.

Each owner has a virtual time in each lane, and a new job costs some of it; each lane has a clock, the virtual time of
the job that was started last. A job gets the later of both, and its cost. Who waits with 500 jobs is far ahead of the
clock, and who comes new stands at the clock. An order, not a promise: the writes wait for no journal.

Owners are forgotten when they have queued nothing for a week; clocks never are. A clock that began again at 0 would let
everyone who comes new overtake the jobs that wait.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from service.jobs.model import Lane
from service.shared.mongo.durability import CHEAP

MOST_TRIES = 5


class MongoLanes:
    """Virtual times, one document for each lane, and one for each owner in it."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._lanes = database.get_collection("lanes", write_concern=CHEAP)

    def next_time(self, lane: Lane, owner: str, cost: int, now: datetime) -> int:
        """Return the virtual time of a new job of the owner."""
        earliest = self._clock(lane) + cost
        own = self._add(f"{lane.value}:{owner}", cost, now)
        if own < earliest:
            self._move(f"{lane.value}:{owner}", earliest, {"$set": {"used_at": now}})
        return max(own, earliest)

    def move_clock(self, lane: Lane, virtual_time: int) -> None:
        """Move the clock on to the job that is started now."""
        self._move(lane.value, virtual_time, {"$unset": {"used_at": ""}})  # older versions let it expire

    def _clock(self, lane: Lane) -> int:
        document = self._lanes.find_one({"_id": lane.value})
        return int(document["virtual_time"]) if document else 0

    def _add(self, name: str, cost: int, now: datetime) -> int:
        update = {"$inc": {"virtual_time": cost}, "$set": {"used_at": now}}
        for _ in range(MOST_TRIES):
            try:
                document = self._lanes.find_one_and_update(
                    {"_id": name}, update, upsert=True, return_document=ReturnDocument.AFTER
                )
            except DuplicateKeyError:  # another process made it just now
                continue
            return int(document["virtual_time"]) if document else 0
        return 0

    def _move(self, name: str, virtual_time: int, more: dict[str, Any]) -> None:
        # Another process may have made it just now, and will move it soon.
        with suppress(DuplicateKeyError):
            self._lanes.update_one({"_id": name}, {"$max": {"virtual_time": virtual_time}, **more}, upsert=True)
