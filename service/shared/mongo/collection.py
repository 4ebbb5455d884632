"""Small documents in MongoDB, one collection a kind; every change is one conditional update.

Stays inside Stable API v1, without transactions or pipelines, so that standalone and managed servers behave alike.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from pymongo import DESCENDING, IndexModel, ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from service.shared.documents import Documents
from service.shared.mongo.durability import CHEAP, DURABLE
from service.shared.mongo.errors import translated
from service.shared.ports.collection import (
    NOTHING,
    Add,
    After,
    AtMost,
    Changes,
    Containing,
    Expected,
    Index,
    Kind,
    NotAfter,
    Present,
    Taken,
)

T = TypeVar("T")


class MongoCollection(Generic[T]):
    """The Collection port."""

    def __init__(self, database: Database[dict[str, Any]], kind: Kind[T]) -> None:
        self._kind = kind
        self._documents = Documents(kind.item, kind.id_field)
        self._stored = database.get_collection(kind.name, write_concern=DURABLE if kind.durable else CHEAP)
        self._cheap = self._stored.with_options(write_concern=CHEAP)

    def prepare(self) -> None:
        if self._kind.indexes:
            with translated():
                self._stored.create_indexes([_model(index) for index in self._kind.indexes])

    def add(self, item: T) -> None:
        with _taken():
            self._stored.insert_one(self._documents.dump(item))

    def get(self, item_id: str) -> T | None:
        with translated():
            stored = self._stored.find_one({"_id": item_id})
        return self._documents.load(stored) if stored else None

    def find(self, *, limit: int = 100, **expected: object) -> list[T]:
        order = [(self._field(self._kind.newest_by), DESCENDING), ("_id", DESCENDING)]
        with translated():
            documents = list(self._stored.find(self._filter(expected)).sort(order).limit(limit))
        return [self._documents.load(stored) for stored in documents]

    def change(self, item_id: str, expected: Expected, changes: Changes) -> T | None:
        with _taken():
            stored = self._stored.find_one_and_update(
                {"_id": item_id, **self._filter(expected)},
                self._update(changes),
                return_document=ReturnDocument.AFTER,
            )
        return self._documents.load(stored) if stored else None

    def remove(self, item_id: str, expected: Expected = NOTHING) -> bool:
        with translated():
            return self._stored.delete_one({"_id": item_id, **self._filter(expected)}).deleted_count == 1

    def touch(self, item_id: str, changes: Changes) -> None:
        with _taken():
            self._cheap.update_one({"_id": item_id}, self._update(changes))

    def _field(self, name: str) -> str:
        return "_id" if name == self._kind.id_field else name

    def _filter(self, expected: Mapping[str, object]) -> dict[str, Any]:
        conditions = {self._field(name): self._condition(value) for name, value in expected.items()}
        for name, value in expected.items():
            if isinstance(value, Containing):
                # By $elemMatch alone MongoDB does not see that a partial index has the element.
                conditions |= {f"{name}.{inner}": self._condition(one) for inner, one in value.values.items()}
        return conditions

    def _condition(self, value: object) -> object:
        match value:
            case None:
                return {"$exists": False}
            case AtMost(number):
                return {"$lte": number}
            case After(moment):
                return {"$gt": moment}
            case NotAfter(moment):
                return {"$lte": moment}
            case Present():
                return {"$exists": True}
            case Containing(values):
                return {"$elemMatch": {name: self._condition(one) for name, one in values.items()}}
        # $eq: a value is never read as an operator.
        return {"$eq": self._documents.plain(value)}

    def _update(self, changes: Changes) -> dict[str, Any]:
        update: dict[str, dict[str, Any]] = {}
        for name, value in changes.items():
            match value:
                case None:
                    update.setdefault("$unset", {})[name] = ""
                case Add(number):
                    update.setdefault("$inc", {})[name] = number
                case _:
                    update.setdefault("$set", {})[name] = self._documents.plain(value)
        return update


def _model(index: Index) -> IndexModel:
    options: dict[str, Any] = {"name": index.name}
    if index.unique:
        options["unique"] = True
    if index.partial is not None:
        options["partialFilterExpression"] = {
            name: {"$exists": True} if value is True else value for name, value in index.partial.items()
        }
    if index.expires_after_s is not None:
        options["expireAfterSeconds"] = index.expires_after_s
    return IndexModel([(name, 1) for name in index.fields], **options)


@contextmanager
def _taken() -> Iterator[None]:
    """Raise Taken for a duplicate key, DatabaseUnavailable for all else."""
    try:
        with translated():
            yield
    except DuplicateKeyError as error:
        # MongoDB names the index in its message alone: "… index: email dup key: …".
        raise Taken(str(error).partition("index: ")[2].partition(" ")[0].removesuffix("_")) from error
