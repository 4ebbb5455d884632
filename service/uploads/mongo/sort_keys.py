"""Gives the files of an older version the keys by which lists are sorted."""

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

from pymongo import UpdateOne
from pymongo.collection import Collection

from service.uploads.model import UploadStatus
from service.uploads.mongo.documents import from_document, to_fields
from service.uploads.search import index_fields

# gunicorn gives a worker 90 s to start. Files that are left have no key: they come first, or last of the longest.
BUDGET_S = 30
BATCH = 1000


def fill_sort_keys(files: Collection[dict[str, Any]]) -> None:
    """Write the missing keys. Safe to repeat, and to run many times at once."""
    ends_at, after = monotonic() + BUDGET_S, ""
    while monotonic() < ends_at and (batch := _batch(files, after)):
        files.bulk_write([_update(document) for document in batch], ordered=False)
        after = batch[-1]["_id"]


def _batch(files: Collection[dict[str, Any]], after: str) -> Sequence[dict[str, Any]]:
    which = {"_id": {"$gt": after}, "status": UploadStatus.READY.value, "sort_artist": None}
    return files.find(which).sort("_id", 1).limit(BATCH).to_list()


def _update(document: Mapping[str, Any]) -> UpdateOne:
    file = from_document(document)
    fields = index_fields(file.filename, file.metadata, file.measured_seconds)
    # Whoever has changed it since has written its keys too.
    same = {"_id": file.upload_id, "revision": document.get("revision"), "sort_artist": None}
    return UpdateOne(same, {"$set": to_fields(fields)})
