"""Neighbours in MongoDB: `{_id: item, ids, weights, fit}`. A lost server may forget them: the next fit finds them."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pymongo import ASCENDING, IndexModel, ReplaceOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from service.listening.recommend.model import Neighbours, NeighboursById
from service.shared.mongo.durability import CHEAP, DURABLE
from service.shared.mongo.errors import duplicate_in, translated

INDEXES = [IndexModel([("fit", ASCENDING)], name="fit")]
# The id of the note that the model is stale; no item has it.
STALE = "#stale"


class MongoNeighbours:
    """The NeighbourStore port."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._neighbours = database.get_collection("neighbours", write_concern=CHEAP)
        # That something was taken back must not be forgotten with a server.
        self._durable = self._neighbours.with_options(write_concern=DURABLE)

    def prepare(self) -> None:
        with translated():
            self._neighbours.create_indexes(INDEXES)

    def put_many(self, items: Sequence[Neighbours]) -> None:
        if not items:
            return
        with translated():
            try:
                self._neighbours.bulk_write([_replacement(item) for item in items], ordered=False)
            except BulkWriteError as error:
                if duplicate_in(error) is None:  # another fit wrote the same item just now
                    raise

    def get_many(self, item_ids: Sequence[str]) -> NeighboursById:
        if not item_ids:
            return {}
        with translated():
            rows = self._neighbours.find({"_id": {"$in": list(item_ids)}}).batch_size(len(item_ids)).to_list()
        return {row["_id"]: _to_item(row) for row in rows}

    def remove_before(self, fit: str) -> None:
        with translated():
            self._neighbours.delete_many({"fit": {"$lt": fit}})

    def mark_stale(self) -> None:
        with translated(), suppress(DuplicateKeyError):  # somebody else notes it at this moment
            self._durable.replace_one({"_id": STALE}, {"_id": STALE}, upsert=True)

    def is_stale(self) -> bool:
        with translated():
            return self._neighbours.find_one({"_id": STALE}) is not None

    def clear_stale(self) -> None:
        with translated():
            self._neighbours.delete_one({"_id": STALE})


def _replacement(item: Neighbours) -> ReplaceOne[dict[str, Any]]:
    document = {"_id": item.item_id, "ids": list(item.ids), "weights": list(item.weights), "fit": item.fit}
    return ReplaceOne({"_id": item.item_id}, document, upsert=True)


def _to_item(row: dict[str, Any]) -> Neighbours:
    return Neighbours(row["_id"], tuple(row["ids"]), tuple(row["weights"]), row["fit"])
