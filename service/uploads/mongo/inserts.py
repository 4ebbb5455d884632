"""Sends the documents of simultaneous requests to the database together.

Each document exists when its `insert` returns. A single request waits for nobody.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError, WriteError

from service.shared.mongo.errors import DUPLICATE_KEY


@dataclass(slots=True, eq=False)
class _Insert:
    document: RawBSONDocument
    is_over: bool = False
    error: PyMongoError | None = None


class GroupInsert:
    """Inserts into one collection; shared by all threads."""

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self._collection: Collection[Any] = collection
        self._waiting: deque[_Insert] = deque()
        self._turn = Lock()

    def insert(self, document: Mapping[str, Any]) -> RawBSONDocument:
        """Insert one document that has its `_id` and return it as it was sent.

        Raises DuplicateKeyError, PyMongoError, as `insert_one` does.
        """
        # Each thread encodes its own document, so that one that cannot be encoded fails nobody else.
        insert = _Insert(RawBSONDocument(bson.encode(document)))
        self._waiting.append(insert)
        with self._turn:
            if not insert.is_over:
                self._send_all()
        if insert.error:
            raise insert.error
        return insert.document

    def _send_all(self) -> None:
        group = self._take_all()
        try:
            self._collection.insert_many([insert.document for insert in group], ordered=False)
        except BulkWriteError as error:
            for refused in error.details["writeErrors"]:
                group[refused["index"]].error = _error_of(refused)
        except PyMongoError as error:
            # Requests that came meanwhile would only wait as long for the same error.
            group += self._take_all()
            for insert in group:
                insert.error = error
        for insert in group:
            insert.is_over = True

    def _take_all(self) -> list[_Insert]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]


def _error_of(refused: Mapping[str, Any]) -> WriteError:
    kind = DuplicateKeyError if refused["code"] == DUPLICATE_KEY else WriteError
    return kind(refused["errmsg"], refused["code"], refused)
