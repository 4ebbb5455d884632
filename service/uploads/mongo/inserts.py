"""Sends the documents of simultaneous requests to the database together.

Each document exists when its `insert` returns. A single request waits for nobody.
"""

from collections.abc import Mapping
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, WriteError

from service.shared.mongo.errors import DUPLICATE_KEY
from service.shared.mongo.grouped import Grouped


class GroupInsert:
    """Inserts into one collection; shared by all threads."""

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self._collection: Collection[Any] = collection
        self._grouped = Grouped(self._insert_all)

    def insert(self, document: Mapping[str, Any]) -> RawBSONDocument:
        """Insert one document that has its `_id` and return it as it was sent.

        Raises DuplicateKeyError, PyMongoError, as PyMongo's `insert_one` does.
        """
        # Each thread encodes its own document, so that one that cannot be encoded fails nobody else.
        encoded = RawBSONDocument(bson.encode(document))
        if error := self._grouped.ask(encoded):
            raise error
        return encoded

    def _insert_all(self, documents: list[RawBSONDocument]) -> list[WriteError | None]:
        """Return for each document why it was refused, if it was."""
        if len(documents) == 1:
            return [self._insert_one(documents[0])]
        refusals: list[WriteError | None] = [None] * len(documents)
        try:
            self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            for refused in error.details["writeErrors"]:
                refusals[refused["index"]] = _error_of(refused)
        return refusals

    def _insert_one(self, document: RawBSONDocument) -> WriteError | None:
        # Simpler than a list of one, for PyMongo too.
        try:
            self._collection.insert_one(document)
        except WriteError as error:
            return error
        return None


def _error_of(refused: Mapping[str, Any]) -> WriteError:
    kind = DuplicateKeyError if refused["code"] == DUPLICATE_KEY else WriteError
    return kind(refused["errmsg"], refused["code"], refused)
