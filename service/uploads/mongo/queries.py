"""Translates list queries for MongoDB. No client's text becomes an operator or a pattern."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

from service.uploads.metadata import PUBLIC
from service.uploads.model import OVER, UploadStatus
from service.uploads.queries import Position, Sort, UploadQuery

_FIELD = {Sort.NEWEST: "created_at", Sort.OLDEST: "created_at", Sort.TITLE: "sort_title"}


def to_order(query: UploadQuery) -> list[tuple[str, int]]:
    """Return the sort order, with the id last to break ties."""
    direction = DESCENDING if query.sort is Sort.NEWEST else ASCENDING
    return [(_FIELD[query.sort], direction), ("_id", direction)]


def to_filter(query: UploadQuery) -> dict[str, Any]:
    """Return the filter. The position bounds the index scan, so that page 1000 costs as much as page 1."""
    whose = {"visibility": PUBLIC} if query.owner is None else {"owner": query.owner}
    exact = {
        "fingerprint": query.fingerprint,
        "started_with": query.started_with,
        "mood": query.mood,
        "tags": query.tag,
    }
    which: dict[str, Any] = {**whose, "status": query.status.value}
    which |= {name: value for name, value in exact.items() if value is not None}
    if query.status is not UploadStatus.READY:  # no cover ever is
        which["cover_of"] = None
    if query.content_type is not None:
        which["content_type"] = _content_type(query.content_type)
    if query.sizes:
        which["size_bytes"] = {"$in": sorted(set(query.sizes))}
    if query.prefixes:
        which["$and"] = [{"words": {"$regex": f"^{re.escape(prefix)}"}} for prefix in query.prefixes]
    return which | (_beyond(query.after, query.sort) if query.after else {})


def to_pending_sum(owner: str, now: datetime, undeclared_bytes: int) -> list[dict[str, Any]]:
    """Return the pipeline that sums the bytes of the owner's unfinished uploads."""
    states = [status.value for status in (UploadStatus.PENDING, *OVER)]
    counts = {"$or": [{"$eq": ["$status", UploadStatus.PENDING.value]}, {"$gt": ["$expires_at", now]}]}
    size = _size(undeclared_bytes)
    return [
        {"$match": {"owner": owner, "status": {"$in": states}}},
        {"$group": {"_id": None, "size_bytes": {"$sum": {"$cond": [counts, size, 0]}}}},
    ]


def to_usage(
    owner: str, states: Sequence[UploadStatus], without: Sequence[str], undeclared_bytes: int
) -> list[dict[str, Any]]:
    """Return the pipeline that counts the owner's documents in these states, and sums their bytes."""
    which = {"owner": owner, "status": {"$in": [status.value for status in states]}, "_id": {"$nin": list(without)}}
    total = {"_id": None, "size_bytes": {"$sum": _size(undeclared_bytes)}, "files": {"$sum": 1}}
    return [{"$match": which}, {"$group": total}]


def _size(undeclared_bytes: int) -> dict[str, Any]:
    undeclared = {"$max": [undeclared_bytes, "$stored_bytes"]}
    return {"$cond": [{"$gte": ["$size_bytes", 0]}, "$size_bytes", undeclared]}


def _content_type(requested: str) -> Any:
    if not requested.endswith("/*"):
        return requested
    # All that begins with 'audio/': '0' is the character behind '/'.
    return {"$gte": requested[:-1], "$lt": requested[:-2] + "0"}


def _beyond(after: Position, sort: Sort) -> dict[str, Any]:
    field, beyond = _FIELD[sort], "$lt" if sort is Sort.NEWEST else "$gt"
    # The first condition bounds the index scan; $or then breaks the ties.
    ties = [{field: {beyond: after.value}}, {"_id": {beyond: after.upload_id}}]
    return {field: {f"{beyond}e": after.value}, "$or": ties}
