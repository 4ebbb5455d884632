"""Small documents in memory, for fast tests: the same promises as MongoDB, by the same plain documents."""

import copy
import threading
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Generic, TypeVar

from service.shared.documents import Documents
from service.shared.ports.collection import (
    NOTHING,
    Add,
    After,
    AtMost,
    Changes,
    Collection,
    Containing,
    Expected,
    Including,
    Index,
    Kind,
    NotAfter,
    Other,
    Place,
    Present,
    Taken,
)

T = TypeVar("T")


class MemoryCollection(Generic[T]):
    """The Collection port on a dict."""

    def __init__(self, kind: Kind[T]) -> None:
        self._kind = kind
        self._documents = Documents(kind.item, kind.id_field)
        self._stored: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Nothing to make."""

    def add(self, item: T) -> None:
        document = self._documents.dump(item)
        with self._lock:
            if document["_id"] in self._stored:
                raise Taken("_id")
            self._put(document)

    def get(self, item_id: str) -> T | None:
        with self._lock:
            stored = self._stored.get(item_id)
            return self._documents.load(copy.deepcopy(stored)) if stored else None

    def get_with(self, item_id: str, other: Collection[Other], other_id: str) -> tuple[T | None, Other | None]:
        return self.get(item_id), other.get(other_id)

    def find(self, *, limit: int = 100, beyond: Place | None = None, **expected: object) -> list[T]:
        newest_by = self._field(self._kind.newest_by)

        def place(document: Mapping[str, Any]) -> tuple[Any, str]:
            return document[newest_by], document["_id"]

        with self._lock:
            documents = [document for document in self._stored.values() if self._is(document, expected)]
            if beyond:
                documents = [each for each in documents if place(each) < (beyond.moment, beyond.item_id)]
            documents.sort(key=place, reverse=True)
            return [self._documents.load(copy.deepcopy(document)) for document in documents[:limit]]

    def starting_with(self, field: str, prefix: str, *, limit: int, beyond: str | None = None) -> list[T]:
        with self._lock:
            documents = [each for each in self._stored.values() if str(each.get(field, "")).startswith(prefix)]
            documents = [each for each in documents if field in each and (beyond is None or each[field] > beyond)]
            documents.sort(key=lambda document: str(document[field]))
            return [self._documents.load(copy.deepcopy(document)) for document in documents[:limit]]

    def change(self, item_id: str, expected: Expected, changes: Changes) -> T | None:
        with self._lock:
            stored = self._stored.get(item_id)
            if stored is None or not self._is(stored, expected):
                return None
            changed = self._changed(stored, changes)
            self._put(changed)
            return self._documents.load(copy.deepcopy(changed))

    def remove(self, item_id: str, expected: Expected = NOTHING) -> bool:
        with self._lock:
            stored = self._stored.get(item_id)
            if stored is None or not self._is(stored, expected):
                return False
            del self._stored[item_id]
            return True

    def touch(self, item_id: str, changes: Changes) -> None:
        self.change(item_id, NOTHING, changes)

    def _field(self, name: str) -> str:
        return "_id" if name == self._kind.id_field else name

    def _is(self, document: Mapping[str, Any], expected: Mapping[str, object]) -> bool:
        return all(self._holds(document.get(self._field(name)), value) for name, value in expected.items())

    def _holds(self, stored: Any, value: object) -> bool:
        match value:
            case None:
                return stored is None
            case AtMost(number):
                return stored is not None and stored <= number
            case After(moment):
                return stored is not None and stored > moment
            case NotAfter(moment):
                return stored is not None and stored <= moment
            case Present():
                return stored is not None
            case Including(element):
                return element in (stored or [])
            case Containing(values):
                return any(values.items() <= element.items() for element in stored or [])
            case []:  # of a tuple too
                return not stored
        return bool(stored == self._documents.plain(value))

    def _changed(self, document: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
        changed = dict(document)
        for name, value in changes.items():
            if value is None:
                changed.pop(name, None)
            elif isinstance(value, Add):
                changed[name] = changed.get(name, 0) + value.number
            else:
                changed[name] = self._documents.plain(value)
        return changed

    def _put(self, document: dict[str, Any]) -> None:
        for index in self._kind.indexes:
            if index.unique and self._is_taken(index, document):
                raise Taken(index.name)
        self._stored[document["_id"]] = copy.deepcopy(document)

    def _is_taken(self, index: Index, document: Mapping[str, Any]) -> bool:
        own = set(_keys(index, document))
        others = (other for other in self._stored.values() if other["_id"] != document["_id"])
        return any(not own.isdisjoint(_keys(index, other)) for other in others)


def _keys(index: Index, document: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the document's entries in the index: one for each element if a field leads into a list."""
    for name, value in (index.partial or {}).items():
        if not any(one is not None and value in (True, one) for one in _values(document, name)):
            return
    lists = {name.partition(".")[0] for name in index.fields if "." in name}
    rows = [document.get(name) or [{}] for name in lists]
    for elements in product(*rows):
        row = dict(zip(lists, elements, strict=True))
        yield tuple(
            row[head].get(rest) if rest else document.get(head)
            for head, _, rest in (name.partition(".") for name in index.fields)
        )


def _values(document: Mapping[str, Any], name: str) -> list[Any]:
    head, _, rest = name.partition(".")
    value = document.get(head)
    return [element.get(rest) for element in value or []] if rest else [value]
