"""The port of small documents: one collection of one kind, shared by all workers.

Every step of an account, a session or a code is one conditional change of one document. The second of two callers gets
None, reads the document again and answers what it says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class AtMost:
    """In `expected`: the field holds a number up to this one. An absent field does not."""

    number: int


@dataclass(frozen=True, slots=True)
class After:
    """In `expected`: the field holds a later moment than this one. An absent field does not."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class NotAfter:
    """In `expected`: the field holds this moment or an earlier one. An absent field does not."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Present:
    """In `expected`: the field holds any value."""


@dataclass(frozen=True, slots=True)
class Containing:
    """In `expected`: the field holds a list, of which one element has all these values."""

    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Including:
    """In `expected`: the field holds a list with this value."""

    value: str


@dataclass(frozen=True, slots=True)
class Place:
    """A document's place in a list that begins with the newest: its moment, and its id."""

    moment: datetime
    item_id: str


@dataclass(frozen=True, slots=True)
class Add:
    """In `changes`: add this to the field, which counts from 0 if it is absent."""

    number: int


# A field with the value that it must hold; None: it must be absent. An empty list is expected of an absent field too,
# as it is read: an older version did not write the field.
Expected = Mapping[str, object]
# A field with its new value; None: remove it.
Changes = Mapping[str, object]
NOTHING: Expected = {}


class Taken(Exception):
    """Another document has the same value in a unique index."""

    def __init__(self, index: str) -> None:
        super().__init__(index)
        self.index = index


@dataclass(frozen=True, slots=True)
class Index:
    """An index. Its name never changes. A field may lead into a list: `identities.subject`."""

    name: str
    fields: tuple[str, ...]
    unique: bool = False
    partial: Mapping[str, Any] | None = None  # only documents with these values; True: with any value
    expires_after_s: int | None = None  # the database removes a document so long after the field's moment


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """Describes the documents of a collection: frozen dataclasses, in which an unset field is None."""

    name: str
    item: type[T]
    id_field: str
    indexes: Sequence[Index] = ()
    newest_by: str = "created_at"  # a list begins with the largest value; ties go by the id
    durable: bool = True  # False: a lost server may forget the newest documents


class Collection(Protocol[T]):
    """Documents of one kind. Every method may raise DatabaseUnavailable. A lost server loses no write."""

    def prepare(self) -> None:
        """Make the indexes that are missing. Safe to repeat."""

    def add(self, item: T) -> None:
        """Add a new document. Raises Taken, with "_id" if its id is in use."""

    def get(self, item_id: str) -> T | None:
        """Return the document of the id, or None."""

    def get_with(self, item_id: str, other: "Collection[Other]", other_id: str) -> tuple[T | None, Other | None]:
        """Return the document of the id, and one of another collection of the same database, in one step."""

    def find(self, *, limit: int = 100, beyond: Place | None = None, **expected: object) -> list[T]:
        """Return the documents that are as expected, newest first; with `beyond`, only those that follow that place.

        There has to be an index for these fields.
        """

    def starting_with(self, field: str, prefix: str, *, limit: int, beyond: str | None = None) -> list[T]:
        """Return the documents whose field starts with the prefix, in order of the field, from after `beyond` on.

        There has to be an index of this field.
        """

    def change(self, item_id: str, expected: Expected, changes: Changes) -> T | None:
        """Change the document if it is as expected and return it as it is now; return None if it is not, or not there.

        Raises Taken if a unique index forbids the change.
        """

    def remove(self, item_id: str, expected: Expected = NOTHING) -> bool:
        """Remove the document if it is as expected. Returns whether it was there."""

    def touch(self, item_id: str, changes: Changes) -> None:
        """Change the document if it is there, at once: a lost server may forget the change."""
