"""What was started with each counted token, one document a token, in the collection `grants`."""

from typing import Any

from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from service.shared.model import Grant, Spent
from service.shared.mongo.durability import DURABLE
from service.shared.mongo.errors import translated

# A dead token's count is removed a day late: the server's clock and ours may differ, and a count that is
# gone too early would make its token as good as new.
FORGET_AFTER_S = 86_400


class MongoGrantLedger:
    """The GrantLedger port."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._grants = database.get_collection("grants", write_concern=DURABLE)

    def prepare(self) -> None:
        index = IndexModel("expires_at", name="expires_at", expireAfterSeconds=FORGET_AFTER_S)
        with translated():
            self._grants.create_indexes([index])

    def spend(self, grant: Grant, files: int, size_bytes: int) -> bool:
        left_files = None if grant.max_files is None else grant.max_files - files
        left_bytes = None if grant.max_bytes is None else grant.max_bytes - size_bytes
        if min(left_files or 0, left_bytes or 0) < 0:
            return False
        enough: dict[str, Any] = {"_id": grant.usage_id}
        if left_files is not None:
            enough["files"] = {"$lte": left_files}
        if left_bytes is not None:
            enough["size_bytes"] = {"$lte": left_bytes}
        update = {"$inc": {"files": files, "size_bytes": size_bytes}}
        first = {**update, "$setOnInsert": {"expires_at": grant.expires_at}}
        with translated():
            try:
                self._grants.update_one(enough, first, upsert=True)
            except DuplicateKeyError:
                # The document is there, made just now or with too little left in it: MongoDB cannot say which.
                return self._grants.update_one(enough, update).matched_count == 1
        return True

    def spent(self, grant: Grant) -> Spent:
        with translated():
            row = self._grants.find_one({"_id": grant.usage_id})
        return Spent(row["files"], row["size_bytes"]) if row else Spent()
