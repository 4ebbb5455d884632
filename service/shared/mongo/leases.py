"""Leases in MongoDB, one document each, in the collection `leases`."""

from datetime import datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from service.shared.mongo.errors import translated


class MongoLeases:
    """The Leases port."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._leases = database["leases"]

    def acquire(self, name: str, holder: str, *, now: datetime, until: datetime) -> bool:
        mine_or_free = {"_id": name, "$or": [{"holder": holder}, {"until": {"$lte": now}}]}
        with translated():
            try:
                self._leases.update_one(mine_or_free, {"$set": {"holder": holder, "until": until}}, upsert=True)
            except DuplicateKeyError:  # another holder has it
                return False
        return True

    def release(self, name: str, holder: str) -> None:
        with translated():
            self._leases.delete_one({"_id": name, "holder": holder})
