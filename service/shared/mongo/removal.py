"""Removes many documents, a limited number with each call: no call takes longer than a request may wait."""

from collections.abc import Mapping
from typing import Any

from pymongo.collection import Collection

BATCH = 1000


def remove_some(collection: Collection[dict[str, Any]], which: Mapping[str, Any], limit: int = BATCH) -> int:
    """Remove at most `limit` documents that match; return how many were found. There has to be an index for them."""
    ids = [document["_id"] for document in collection.find(which, {"_id": True}).limit(limit)]
    if ids:
        collection.delete_many({"_id": {"$in": ids}})
    return len(ids)


def remove_all(collection: Collection[dict[str, Any]], which: Mapping[str, Any]) -> None:
    """Remove all documents that match, batch by batch."""
    while remove_some(collection, which) == BATCH:
        pass
