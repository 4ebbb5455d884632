"""What each owner may hold, one document an owner, in the collection `quotas`.

Every change is one conditional update that names what it was based on. The writes wait for no journal: a change stands
in the journal before every later one, also before the document of the upload that it is for.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from service.shared.mongo.durability import CHEAP, DURABLE
from service.shared.mongo.errors import translated
from service.uploads.quota import Amounts, ClosedEntry, Quota, amounts_of

PAGE = 200
# How often others may change the limits of one quota meanwhile.
MOST_TRIES = 20
# The names of the amounts in a document, by those of Amounts.
_NAMES = {"size_bytes": "bytes", "files": "files", "pending": "pending"}
_COUNTED = {"counted_at": {"$exists": True}}
_NEXT = {"revision": 1}


class MongoQuotas:
    """The Quotas port."""

    def __init__(self, database: Database[dict[str, Any]], limits: Amounts | None) -> None:
        self._limits = limits
        self._durable = database.get_collection("quotas", write_concern=DURABLE)
        self._quotas = self._durable.with_options(write_concern=CHEAP)

    def prepare(self) -> None:
        with translated():
            if self._limits is None:
                self._durable.update_many(_COUNTED, {"$unset": {"counted_at": ""}, "$inc": _NEXT})
                return
            for amount, limit in _named(self._limits, "max").items():
                self._apply(amount, limit)

    def _apply(self, amount: str, limit: int) -> None:
        """Add the difference to what is left wherever the limit is another one, and no custom one."""
        groups = self._durable.aggregate([{"$match": {"custom": None}}, {"$group": {"_id": f"${amount}"}}])
        for before in [group["_id"] for group in groups]:
            if before != limit:
                left = amount.replace("max_", "left_")
                which = {"custom": None, amount: before}
                change = {"$set": {amount: limit}, "$inc": {left: limit - before, **_NEXT}}
                self._durable.update_many(which, change)

    def reserve(self, owner: str, entries: Mapping[str, int]) -> bool:
        asked = amounts_of(entries)
        which = {"_id": owner, **_COUNTED, **_at_least(asked)}
        with translated():
            return self._quotas.update_one(which, _taking(asked, entries)).matched_count == 1

    def close(self, owner: str, entries: Sequence[ClosedEntry]) -> bool:
        back = sum((entry.amounts for entry in entries), Amounts())
        which = {"_id": owner, **{f"open.{entry.upload_id}": entry.reserved_bytes for entry in entries}}
        change = {
            "$unset": {f"open.{entry.upload_id}": "" for entry in entries},
            "$inc": {**_named(back, "left"), **_NEXT},
        }
        with translated():
            return self._quotas.update_one(which, change).matched_count == 1

    def resize(self, owner: str, upload_id: str, reserved_bytes: int, size_bytes: int) -> bool:
        more = size_bytes - reserved_bytes
        which: dict[str, Any] = {"_id": owner, f"open.{upload_id}": reserved_bytes}
        if more > 0:
            which["left_bytes"] = {"$gte": more}
        change = {"$set": {f"open.{upload_id}": size_bytes}, "$inc": {"left_bytes": -more, **_NEXT}}
        with translated():
            return self._quotas.update_one(which, change).matched_count == 1

    def restore(self, owner: str, entries: Mapping[str, int]) -> None:
        self.add(owner)
        with translated():
            for upload_id, size_bytes in entries.items():
                lost = {upload_id: size_bytes}
                which = {"_id": owner, f"open.{upload_id}": {"$exists": False}}
                self._quotas.update_one(which, _taking(amounts_of(lost), lost))

    def recount(self, quota: Quota, used: Amounts, *, counted_at: datetime, took: timedelta) -> bool:
        which = {"_id": quota.owner, "revision": quota.revision}
        facts = {
            **_named(quota.left_after_count(used), "left"),
            "counted_at": counted_at,
            "count_took_ms": round(took / timedelta(milliseconds=1)),
        }
        with translated():
            return self._quotas.update_one(which, {"$set": facts, "$inc": _NEXT}).matched_count == 1

    def add(self, owner: str) -> None:
        first = {**_named(self._limits or Amounts(), "max"), **_named(Amounts(), "left"), "open": {}, "revision": 0}
        with translated():
            try:
                self._quotas.update_one({"_id": owner}, {"$setOnInsert": first}, upsert=True)
            except DuplicateKeyError:
                return  # somebody else made it just now

    def left(self, owner: str) -> Quota | None:
        with translated():
            document = self._quotas.find_one({"_id": owner})
        return _from_document(document) if document else None

    def of(self, owners: Sequence[str]) -> Mapping[str, Quota]:
        with translated():
            documents = list(self._quotas.find({"_id": {"$in": list(owners)}}))
        return {document["_id"]: _from_document(document) for document in documents}

    def set_limits(self, owner: str, allowed: Amounts | None) -> None:
        limits = allowed or self._limits or Amounts()
        custom = {"$unset": {"custom": ""}} if allowed is None else {}
        self.add(owner)
        for _ in range(MOST_TRIES):
            before = self.left(owner)
            if before is None:  # removed meanwhile
                return
            facts = {**_named(limits, "max"), **({"custom": True} if allowed else {})}
            more = _named(limits - before.allowed, "left")
            which = {"_id": owner, **_named(before.allowed, "max")}
            with translated():
                change = {"$set": facts, **custom, "$inc": {**more, **_NEXT}}
                if self._durable.update_one(which, change).matched_count:
                    return

    def remove(self, owner: str) -> None:
        with translated():
            self._durable.delete_one({"_id": owner})

    def owners_with_entries(self) -> Iterator[str]:
        after: str | None = None
        while page := self._owners_after(after):
            yield from page
            after = page[-1]

    def _owners_after(self, after: str | None) -> list[str]:
        beyond = {} if after is None else {"_id": {"$gt": after}}
        with translated():
            rows = self._quotas.find({**beyond, "open": {"$gt": {}}}, ["_id"]).sort("_id", ASCENDING).limit(PAGE)
            return [row["_id"] for row in rows]


def _named(amounts: Amounts, prefix: str) -> dict[str, int]:
    return {f"{prefix}_{name}": getattr(amounts, attribute) for attribute, name in _NAMES.items()}


def _at_least(amounts: Amounts) -> dict[str, Any]:
    return {name: {"$gte": amount} for name, amount in _named(amounts, "left").items()}


def _taking(asked: Amounts, entries: Mapping[str, int]) -> dict[str, Any]:
    return {
        "$set": {f"open.{upload_id}": size_bytes for upload_id, size_bytes in entries.items()},
        "$inc": {**_named(Amounts() - asked, "left"), **_NEXT},
    }


def _amounts(document: Mapping[str, Any], prefix: str) -> Amounts:
    return Amounts(**{attribute: document[f"{prefix}_{name}"] for attribute, name in _NAMES.items()})


def _from_document(document: Mapping[str, Any]) -> Quota:
    return Quota(
        owner=document["_id"],
        allowed=_amounts(document, "max"),
        left=_amounts(document, "left"),
        reserved=document["open"],
        revision=document["revision"],
        is_custom=document.get("custom", False),
        counted_at=document.get("counted_at"),
        count_took=timedelta(milliseconds=document.get("count_took_ms", 0)),
    )
