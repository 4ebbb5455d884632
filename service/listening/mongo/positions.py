"""Positions in MongoDB, one document for each person and file."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo import DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from service.listening.model import Position
from service.listening.mongo.indexes import ensure_position_indexes
from service.listening.rules import position_id_of
from service.shared.documents import Documents
from service.shared.mongo.durability import CHEAP, DURABLE
from service.shared.mongo.errors import translated
from service.shared.mongo.removal import BATCH, remove_all, remove_some


class MongoPositions:
    """The Positions port."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._database = database
        self._documents = Documents(Position, "position_id")
        self._positions = database.get_collection("positions", write_concern=CHEAP)
        # What a person deleted must not come back with a server.
        self._durable = self._positions.with_options(write_concern=DURABLE)

    def prepare(self) -> None:
        with translated():
            ensure_position_indexes(self._database)

    def note(self, positions: Sequence[Position]) -> None:
        with translated():
            for position in positions:
                document = self._documents.dump(position)
                older = {"_id": position.position_id, "at": {"$lte": position.at}}
                with suppress(DuplicateKeyError):  # a later one is there
                    self._positions.replace_one(older, document, upsert=True)

    def list_unfinished(self, owner: str, limit: int) -> list[Position]:
        with translated():
            rows = self._positions.find({"owner": owner, "finished": False}).sort("at", DESCENDING).limit(limit)
            return [self._documents.load(row) for row in rows]

    def remove_of_listen(self, position_id: str, listen_id: str) -> None:
        with translated():
            self._durable.delete_one({"_id": position_id, "listen_id": listen_id})

    def remove_of_owner(self, owner: str, file_id: str | None = None) -> None:
        with translated():
            if file_id is None:
                remove_all(self._durable, {"owner": owner})
            else:
                self._durable.delete_one({"_id": position_id_of(owner, file_id)})

    def remove_of_file(self, file_id: str) -> None:
        with translated():
            remove_all(self._durable, {"file_id": file_id})

    def remove_before(self, moment: datetime, limit: int) -> int:
        with translated():
            return remove_some(self._durable, {"at": {"$lt": moment}}, limit)

    def change_owner(self, owner: str, to: str) -> None:
        while moved := self._some_of(owner):
            self.note([replace(one, owner=to, position_id=position_id_of(to, one.file_id)) for one in moved])
            with translated():
                self._durable.delete_many({"_id": {"$in": [one.position_id for one in moved]}})

    def _some_of(self, owner: str) -> list[Position]:
        with translated():
            return [self._documents.load(row) for row in self._positions.find({"owner": owner}).limit(BATCH)]
