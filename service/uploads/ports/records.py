"""What the service needs of a database."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from service.uploads.model import RecordedObject, Upload, UploadChanges, UploadStatus
from service.uploads.queries import UploadQuery


class RecordStore(Protocol):
    """Uploads and files, one document each. Every method may raise DatabaseUnavailable.

    When `change` or `change_many` returns, its change and all that came before it survive the loss of a server, also
    where it changed nothing. What the others read may not yet; what `add` wrote may cost its client a retry.
    """

    def prepare(self) -> None:
        """Make the indexes. Safe to repeat."""

    def ping(self) -> None:
        """Return when the database answers."""

    def many(self, owner: str) -> AbstractContextManager[None]:
        """Around many calls of one request, and what they wait for in between: they have one place together."""

    def add(self, upload: Upload) -> None:
        """Insert. Raises ObjectKeyTaken where another document has the object key.

        Raises IdempotencyKeyReused where another one of the owner has the idempotency key, if it has one.
        """

    def add_many(self, uploads: Sequence[Upload]) -> None:
        """Insert all, in one call. Raises what `add` does; those before it are then written."""

    def get_many(self, upload_ids: Sequence[str]) -> list[Upload]:
        """The documents of those ids that there are, in any order."""

    def files_by_keys(self, owner: str, object_keys: Sequence[str]) -> list[Upload]:
        """The owner's ready files of those keys, in any order."""

    def get(self, upload_id: str) -> Upload | None:
        """The document of that id, whoever owns it."""

    def started_by(self, owner: str, idempotency_key: str) -> Upload | None:
        """The owner's document that has this idempotency key."""

    def started_by_many(self, owner: str, idempotency_keys: Sequence[str]) -> list[Upload]:
        """The owner's documents that have one of these idempotency keys, in any order."""

    def change(self, upload_id: str, expected: UploadChanges, changes: UploadChanges) -> Upload | None:
        """Set fields of Upload in ONE step where all `expected` fields still have those values.

        Returns the new state, or None: someone else was first (or the document is gone); read again.
        A FileMetadata under `metadata` leaves alone what is None in it; a mapping removes what is None in it.
        Raises ObjectKeyTaken.
        """

    def change_many(self, changes: Mapping[str, UploadChanges], expected: UploadChanges) -> list[Upload]:
        """Make the `change` of each id, all in one call; return their documents as they are then, in any order.

        Which of them were changed by this call is not told, for somebody else may have been first.
        """

    def remove(self, upload_id: str, expected: UploadChanges) -> bool:
        """Delete the document where all `expected` fields still have those values."""

    def file_by_key(self, owner: str, object_key: str) -> Upload | None:
        """The owner's ready file of that key."""

    def staged_for(self, owner: str, target_key: str) -> list[Upload]:
        """The owner's pending staged uploads whose client named that key, oldest first."""

    def at_key(self, object_key: str) -> list[Upload]:
        """All that may name a version of that key: the document that lies there, and the replaced ones of it."""

    def covers_of(self, file_id: str, status: UploadStatus) -> list[Upload]:
        """The covers of that file, or what is to be one, in that state; oldest first, at most 100."""

    def page(self, query: UploadQuery) -> list[Upload]:
        """At most `limit` that match, in the order asked for, strictly after the position. Covers are left out."""

    def count(self, owner: str, mood: str) -> int:
        """How many ready files of the owner have the mood."""

    def pending_bytes(self, owner: str, now: datetime, undeclared_bytes: int) -> int:
        """Return the total bytes that the owner's unfinished uploads have brought or may still bring.

        Pending ones, and those that are over whose tombstone still waits for what is under way. One whose size
        nobody declared counts as its `stored_bytes`, and as `undeclared_bytes` at least.
        """

    def due(self, now: datetime, limit: int) -> Iterator[Upload]:
        """Documents whose `expires_at` has passed, oldest first, at most `limit`."""

    def unconfirmed(self, now: datetime, limit: int) -> Iterator[Upload]:
        """Pending uploads whose `next_check_at` has passed, oldest first, at most `limit`."""

    def iter_recorded(self, bucket: str) -> Iterator[RecordedObject]:
        """What the documents of a bucket say of their objects, in the order of their keys, page by page."""
