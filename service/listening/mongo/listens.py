"""Listens in MongoDB, one document each, and one for each file that was played.

Stays inside Stable API v1, without transactions or pipelines, so that standalone and managed servers behave alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.database import Database

from service.listening.model import CountedListen, HistoryQuery, Listen, PlayCounts
from service.listening.mongo.indexes import ensure_listen_indexes
from service.shared.documents import Documents
from service.shared.mongo.durability import CHEAP, DURABLE
from service.shared.mongo.errors import translated
from service.shared.mongo.pages import beyond, newest_first
from service.shared.mongo.removal import BATCH, remove_all, remove_some

_BOTH = {"$in": ["audio", "video"]}
_IS_COUNTED = {"$exists": True}
_COUNTED_FIELDS = {"_id": False, **{field.name: True for field in fields(CountedListen)}}


class MongoListens:
    """The Listens port."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._database = database
        self._documents = Documents(Listen, "listen_id")
        self._listens = database.get_collection("listens", write_concern=CHEAP)
        self._plays = database.get_collection("plays", write_concern=CHEAP)
        # What a person deleted must not come back with a server.
        self._durable = self._listens.with_options(write_concern=DURABLE)

    def prepare(self) -> None:
        with translated():
            ensure_listen_indexes(self._database)

    def keep(self, listens: Sequence[Listen]) -> None:
        if listens:
            with translated():
                self._listens.bulk_write([self._upsert(listen) for listen in listens], ordered=False)

    def _upsert(self, listen: Listen) -> UpdateOne:
        facts = self._documents.dump(listen)
        listen_id, seconds = facts.pop("_id"), facts.pop("listened_seconds")
        facts.pop("counted_at", None)
        return UpdateOne({"_id": listen_id}, {"$setOnInsert": facts, "$max": {"listened_seconds": seconds}}, True)

    def mark_counted(self, listen: Listen, at: datetime) -> bool:
        uncounted = {"_id": listen.listen_id, "counted_at": {"$exists": False}}
        with translated():
            if not self._listens.update_one(uncounted, {"$set": {"counted_at": at}}).matched_count:
                return False
            self._plays.update_one({"_id": listen.file_id}, {"$inc": {"plays": 1}}, upsert=True)
        return True

    def count_plays(self, file_ids: Sequence[str]) -> PlayCounts:
        with translated():
            return {one["_id"]: one["plays"] for one in self._plays.find({"_id": {"$in": list(file_ids)}})}

    def page(self, query: HistoryQuery) -> list[Listen]:
        which: dict[str, Any] = {"owner": query.owner, "kind": query.kind or _BOTH}
        conditions = [which]
        if query.since:
            conditions.append({"heard_at": {"$gte": query.since}})
        if query.after:
            conditions.append(beyond("heard_at", query.after))
        with translated():
            return [self._documents.load(row) for row in self._newest({"$and": conditions}, query.limit)]

    def list_counted(self, owner: str, since: datetime, limit: int) -> list[CountedListen]:
        which = {"owner": owner, "kind": _BOTH, "heard_at": {"$gte": since}, "counted_at": _IS_COUNTED}
        with translated():
            return [CountedListen(**row) for row in self._newest(which, limit, _COUNTED_FIELDS)]

    def _newest(
        self, which: Mapping[str, Any], limit: int, fields_: Mapping[str, bool] | None = None
    ) -> list[dict[str, Any]]:
        rows = self._listens.find(which, fields_).sort(newest_first("heard_at")).limit(limit)
        # The planner might prefer an index that is small here, and has everybody's listens elsewhere. All come in one
        # answer, which would otherwise stop at 101.
        return rows.hint("listen_owner").batch_size(limit).to_list()

    def count_counted(self, since: datetime, limit: int) -> int:
        with translated():
            return self._listens.count_documents({"counted_at": {"$gt": since}}, limit=limit)

    def iter_owners(self) -> Iterator[str]:
        owner = self._next_owner("")
        while owner is not None:
            yield owner
            owner = self._next_owner(owner)

    def _next_owner(self, after: str) -> str | None:
        with translated():
            row = self._listens.find_one({"owner": {"$gt": after}}, {"owner": True}, sort=[("owner", ASCENDING)])
        return str(row["owner"]) if row else None

    def remove(self, owner: str, listen_id: str) -> Listen | None:
        with translated():
            row = self._durable.find_one_and_delete({"_id": listen_id, "owner": owner})
        return self._documents.load(row) if row else None

    def remove_of_owner(self, owner: str, file_id: str | None = None) -> None:
        with translated():
            remove_all(self._durable, {"owner": owner} if file_id is None else {"owner": owner, "file_id": file_id})

    def remove_of_file(self, file_id: str) -> None:
        with translated():
            remove_all(self._durable, {"file_id": file_id})
            self._plays.delete_one({"_id": file_id})

    def remove_before(self, moment: datetime, limit: int) -> int:
        with translated():
            return remove_some(self._durable, {"heard_at": {"$lt": moment}}, limit)

    def change_owner(self, owner: str, to: str) -> None:
        with translated():
            while ids := [row["_id"] for row in self._listens.find({"owner": owner}, {"_id": True}).limit(BATCH)]:
                self._durable.update_many({"_id": {"$in": ids}, "owner": owner}, {"$set": {"owner": to}})
