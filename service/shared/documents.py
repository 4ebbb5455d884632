"""Turns frozen dataclasses into plain documents and back, for every kind of collection."""

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter_of(kind: Any) -> TypeAdapter[Any]:
    # Making one takes a millisecond, and a kind may have several collections.
    return TypeAdapter(kind)


class Documents(Generic[T]):
    """The documents of one kind; the id field is stored as `_id`, and a field that is None is not stored."""

    def __init__(self, kind: type[T], id_field: str) -> None:
        self._adapter: TypeAdapter[T] = _adapter_of(cast(Any, kind))
        self._id_field = id_field

    def dump(self, item: T) -> dict[str, Any]:
        """Return the document of an item, made of plain values, moments and bytes."""
        fields = self._adapter.dump_python(item)
        return {
            "_id" if name == self._id_field else name: self.plain(value)
            for name, value in fields.items()
            if value is not None
        }

    def load(self, document: Mapping[str, Any]) -> T:
        """Return the item of a document. A field that an older version did not write has its default."""
        names = {"_id": self._id_field}
        return self._adapter.validate_python({names.get(name, name): value for name, value in document.items()})

    def plain(self, value: object) -> object:
        """Return the value as it is stored: sets and tuples as lists, enums by value, dataclasses as documents."""
        if is_dataclass(value) and not isinstance(value, type):
            return self.plain(asdict(value))
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, Mapping):
            return {name: self.plain(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(inner) for inner in value]
        if isinstance(value, set | frozenset):
            return sorted(self.plain(inner) for inner in value)  # type: ignore[type-var]
        return value
