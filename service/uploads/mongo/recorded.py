"""Walks over the objects that the documents name, in the order of their keys: for reconcile, moves and rebuilds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection

from service.uploads.model import AT_REST, RecordedObject
from service.uploads.mongo.documents import RECORDED_FIELDS, to_expected, to_recorded
from service.uploads.mongo.errors import translated

PAGE = 1000


class RecordedObjects:
    """The part of the RecordStore port that shows what the store should have."""

    _files: Collection[dict[str, Any]]

    def iter_recorded(self, bucket: str) -> Iterator[RecordedObject]:
        return self._recorded(to_expected({"bucket": bucket}))

    def iter_left(self, bucket: str) -> Iterator[str]:
        return (row.upload_id for row in self._recorded({"left.bucket": bucket}))

    def iter_recorded_elsewhere(self, buckets: Sequence[str]) -> Iterator[RecordedObject]:
        # With the status in the query, the server might choose an index that is not in the order of the keys.
        rows = self._recorded({"$nor": [to_expected({"bucket": bucket}) for bucket in buckets]})
        return (row for row in rows if row.status in AT_REST)

    def _recorded(self, chosen: Mapping[str, Any]) -> Iterator[RecordedObject]:
        # No cursor stays open while the caller does its work: a failover in between costs nothing.
        after = ""
        while page := self._recorded_after(chosen, after):
            yield from page
            after = page[-1].object_key

    def _recorded_after(self, chosen: Mapping[str, Any], object_key: str) -> list[RecordedObject]:
        which = {"object_key": {"$gt": object_key}, **chosen}
        with translated():
            documents = self._files.find(which, RECORDED_FIELDS).sort("object_key", ASCENDING).limit(PAGE)
            return [to_recorded(document) for document in documents]
