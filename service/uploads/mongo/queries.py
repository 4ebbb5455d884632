"""Translates list queries for MongoDB. No client's text becomes an operator or a pattern."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

from service.uploads import queries
from service.uploads.metadata import PUBLIC
from service.uploads.model import OVER, UploadStatus
from service.uploads.queries import PARTING, SORT_FIELDS, FileGroup, GroupBy, Position, Sort, UploadQuery
from service.uploads.search import NONE_LAST


def to_order(query: UploadQuery) -> list[tuple[str, int]]:
    """Return the sort order, with the id last to break ties."""
    direction = DESCENDING if query.sort in queries.DESCENDING else ASCENDING
    return [(name, direction) for name in (*SORT_FIELDS[query.sort], "_id")]


def to_filter(query: UploadQuery) -> dict[str, Any]:
    """Return the filter. The position bounds the index scan, so that page 1000 costs as much as page 1."""
    whose = {"visibility": PUBLIC} if query.owner is None else {"owner": query.owner}
    exact = {
        "fingerprint": query.fingerprint,
        "started_with": query.started_with,
        "mood": query.mood,
        "tags": query.tag,
        "sort_artist": query.artist,
        "sort_album": query.album,
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
    return _both(which, _beyond(query.after, query.sort) if query.after else {})


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Flat wherever the two name different fields: the server finds fewer plans for an $and."""
    return {"$and": [one, other]} if one.keys() & other.keys() else one | other


def to_groups(which: dict[str, Any], by: GroupBy, after: str, limit: int) -> list[dict[str, Any]]:
    """Return the pipeline that counts the files that a filter matches by artist or by album.

    Those of an owner are read from an index alone.
    """
    other = next(one for one in GroupBy if one is not by)
    named = {"$gt": after, "$lt": NONE_LAST}
    counted = {
        "files": {"$sum": 1},
        "first_id": {"$min": "$_id"},
        "lowest": {"$min": f"${other.value}"},
        "highest": {"$max": f"${other.value}"},
    }
    return [
        {"$match": _both(which, {by.value: named})},
        {"$group": {"_id": f"${by.value}", **counted}},
        {"$sort": {"_id": ASCENDING}},
        {"$limit": limit},
    ]


def to_group(row: Mapping[str, Any]) -> FileGroup:
    """Return what a row of `to_groups` says."""
    return FileGroup(row["_id"], row["files"], row["first_id"], row["lowest"] != row["highest"])


def to_words(owner: str, beginnings: Sequence[str]) -> dict[str, Any]:
    """Return the filter of the owner's files that have words with one of these beginnings."""
    patterns = [re.compile(f"^{re.escape(beginning)}") for beginning in beginnings]
    return {"owner": owner, "status": UploadStatus.READY.value, "words": {"$in": patterns}}


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
    """Return what bounds the index scan, and leaves out the rows of the same key that were on a page before.

    With $or in place of $nor, the server might join two scans, and sort.
    """
    field, *finer = SORT_FIELDS[sort]
    descends = sort in queries.DESCENDING
    before = {"_id": {"$gte" if descends else "$lte": after.upload_id}}
    if after.value is None:  # documents without the key come first, and last of a descending order
        return {field: None, "_id": {"$lt": after.upload_id}} if descends else {"$nor": [{field: None, **before}]}
    if descends:
        # $lte would leave out the documents without the key.
        bound = {"$not": {"$gt": after.value}} if sort is Sort.LONGEST else {"$lte": after.value}
        return {field: bound, "$nor": [{field: after.value, **before}]}
    if not finer:
        return {field: {"$gte": after.value}, "$nor": [{field: after.value, **before}]}
    first, second = str(after.value).split(PARTING)
    earlier = [{field: first, finer[0]: {"$lt": second}}, {field: first, finer[0]: second, **before}]
    return {field: {"$gte": first}, "$nor": earlier}
