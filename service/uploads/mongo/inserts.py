"""Sends the documents of simultaneous requests to the database together.

Each document exists when its `insert` returns. A single request waits for nobody.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, WriteError

from service.shared.mongo.errors import DUPLICATE_KEY
from service.shared.mongo.grouped import Grouped


class _Unless(NamedTuple):
    """A document to insert, unless another one matches."""

    document: RawBSONDocument
    other: Mapping[str, Any]


class GroupInsert:
    """Inserts into one collection; shared by all threads."""

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self._collection: Collection[Any] = collection
        client = collection.database.client
        # The driver would make a session for each command. One serves all steps of a group: they never run at once.
        self._session, self._session_unless = (client.start_session(causal_consistency=False) for _ in range(2))
        self._grouped = Grouped(self._insert_all)
        self._grouped_unless = Grouped(self._insert_all_unless)

    def insert(self, document: Mapping[str, Any]) -> RawBSONDocument:
        """Insert one document that has its `_id` and return it as it was sent.

        Raises DuplicateKeyError, PyMongoError, as PyMongo's `insert_one` does.
        """
        # Each thread encodes its own document, so that one that cannot be encoded fails nobody else.
        encoded = RawBSONDocument(bson.encode(document))
        if error := self._grouped.ask(encoded):
            raise error
        return encoded

    def insert_unless(self, document: Mapping[str, Any], other: Mapping[str, Any]) -> RawBSONDocument | None:
        """Insert the document, unless `other` matches one that exists; return it as it was sent, or None.

        One command does both: a search before each insert would be a second wait for the database.
        """
        encoded = RawBSONDocument(bson.encode(document))
        outcome = self._grouped_unless.ask(_Unless(encoded, other))
        if isinstance(outcome, WriteError):
            raise outcome
        return encoded if outcome else None

    def _insert_all(self, documents: list[RawBSONDocument]) -> list[WriteError | None]:
        """Return for each document why it was refused, if it was."""
        if len(documents) == 1:
            return [self._insert_one(documents[0])]
        refusals: list[WriteError | None] = [None] * len(documents)
        try:
            self._collection.insert_many(documents, ordered=False, session=self._session)
        except BulkWriteError as error:
            for refused in error.details["writeErrors"]:
                refusals[refused["index"]] = _error_of(refused)
        return refusals

    def _insert_one(self, document: RawBSONDocument) -> WriteError | None:
        # Simpler than a list of one, for PyMongo too.
        try:
            self._collection.insert_one(document, session=self._session)
        except WriteError as error:
            return error
        return None

    def _insert_all_unless(self, asked: list[_Unless]) -> list[WriteError | bool]:
        """Return for each document whether it was inserted, or why it was refused."""
        if len(asked) == 1:
            return [self._insert_one_unless(*asked[0])]
        updates = [UpdateOne(one.other, {"$setOnInsert": one.document}, upsert=True) for one in asked]
        outcomes: list[WriteError | bool] = [False] * len(asked)
        done: Mapping[str, Any]
        try:
            written = self._collection.bulk_write(updates, ordered=False, session=self._session_unless)
            done = written.bulk_api_result
        except BulkWriteError as error:
            done = error.details
        for inserted in done["upserted"]:
            outcomes[inserted["index"]] = True
        for refused in done["writeErrors"]:
            outcomes[refused["index"]] = _error_of(refused)
        return outcomes

    def _insert_one_unless(self, document: RawBSONDocument, other: Mapping[str, Any]) -> WriteError | bool:
        try:
            done = self._collection.update_one(
                other, {"$setOnInsert": document}, upsert=True, session=self._session_unless
            )
        except WriteError as error:
            return error
        return done.upserted_id is not None


def _error_of(refused: Mapping[str, Any]) -> WriteError:
    kind = DuplicateKeyError if refused["code"] == DUPLICATE_KEY else WriteError
    return kind(refused["errmsg"], refused["code"], refused)
