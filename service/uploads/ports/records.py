"""What uploads need of a database."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from service.uploads.derived import OutboxEvent
from service.uploads.model import RecordedObject, Upload, UploadChanges, UploadState, UploadStatus
from service.uploads.queries import FileGroup, GroupBy, UploadQuery
from service.uploads.quota import Amounts
from service.uploads.rows import FilePage


class RecordStore(Protocol):
    """Uploads and files, one document each. Every method may raise DatabaseUnavailable.

    When `change` or `change_many` returns, its change and all changes before it survive the loss of a server, even if
    it changed nothing. What other methods read may still be lost; if what `add` wrote is lost, its client has to retry.
    """

    def prepare(self) -> None:
        """Make the indexes. Safe to repeat."""

    def ping(self) -> None:
        """Return when the database answers."""

    def many(self, owner: str) -> AbstractContextManager[None]:
        """Give the calls of one request, and what they wait for in between, one place together."""

    def add(self, upload: Upload) -> None:
        """Insert a document. Raises ObjectKeyTaken if another one has the object key.

        Raises IdempotencyKeyReused if another document of the owner has the same idempotency key.
        """

    def add_unless_file(self, upload: Upload) -> Upload | None:
        """Insert a staged upload, unless its owner has a ready file of its target key; then return that file.

        Raises what `add` raises.
        """

    def add_many(self, uploads: Sequence[Upload]) -> None:
        """Insert all in one call. Raises what `add` raises; the documents before the refused one are written then."""

    def get_many(self, upload_ids: Sequence[str]) -> list[Upload]:
        """Return the documents that exist of those ids, in any order."""

    def files_by_keys(self, owner: str, object_keys: Sequence[str]) -> list[Upload]:
        """Return the owner's ready files of those keys, in any order."""

    def get(self, upload_id: str) -> Upload | None:
        """Return the document of that id, whoever owns it."""

    def started_by(self, owner: str, idempotency_key: str) -> Upload | None:
        """Return the owner's document that has this idempotency key."""

    def started_by_many(self, owner: str, idempotency_keys: Sequence[str]) -> list[Upload]:
        """Return the owner's documents that have one of these idempotency keys, in any order."""

    def change(self, upload_id: str, expected: UploadChanges, changes: UploadChanges) -> Upload | None:
        """Set fields of an upload in ONE step if all `expected` fields still have those values.

        Returns the new state, or None if someone else was first or the document is gone; then read again. None in a
        FileMetadata under `metadata` keeps a field, None in a mapping removes it. Raises ObjectKeyTaken.
        """

    def change_many(self, changes: Mapping[str, UploadChanges], expected: UploadChanges) -> list[Upload]:
        """Make the `change` of each id in one call; return the documents as they are then, in any order.

        The answer does not tell which of them this call changed: someone else may have been first.
        """

    def remove(self, upload_id: str, expected: UploadChanges) -> bool:
        """Delete the document if all `expected` fields still have those values; return whether it did."""

    def file_by_key(self, owner: str, object_key: str) -> Upload | None:
        """Return the owner's ready file of that key."""

    def staged_for(self, owner: str, target_key: str) -> list[Upload]:
        """Return the owner's pending staged uploads for that key, oldest first."""

    def at_key(self, object_key: str) -> list[Upload]:
        """Return all documents that may name a version of that key: its own document and the uploads it replaced."""

    def covers_of(self, file_id: str, status: UploadStatus) -> list[Upload]:
        """Return the uploads in that state that are or become a cover of that file; oldest first, at most 100."""

    def page(self, query: UploadQuery) -> list[Upload]:
        """Return at most `limit` matching uploads, in the requested order, strictly after the position; no covers."""

    def file_page(self, query: UploadQuery) -> FilePage:
        """Return the files that `page` returns, each as `row_of` describes it."""

    def count(self, owner: str, mood: str | None = None) -> int:
        """Count the owner's ready files, or only those with that mood."""

    def count_matching(self, query: UploadQuery) -> int:
        """Count all uploads that match, whatever the query's position and limit."""

    def groups(self, query: UploadQuery, by: GroupBy, after: str, limit: int) -> list[FileGroup]:
        """Return at most `limit` groups of the files that match, with keys above `after`, by key.

        Files without an artist or an album are in no group. The query's order, position and limit mean nothing here.
        """

    def words_of(self, owner: str, beginnings: Sequence[str], limit: int = 3000) -> list[str]:
        """Return words with one of these beginnings that the owner's ready files have, of at most `limit` files.

        Returns none if that takes long.
        """

    def count_pending(self) -> int:
        """Count the uploads of all owners that nobody has confirmed."""

    def states(self, upload_ids: Sequence[str]) -> list[UploadState]:
        """Return the states of the documents that exist of those ids, in any order."""

    def usage(self, owner: str, *, without: Sequence[str], unknown_bytes: int) -> Amounts:
        """Count the owner's pending uploads, files and covers, without those of these ids.

        A pending upload of undeclared size counts as its `stored_bytes`, and as at least `unknown_bytes`. An upload
        that changes its state meanwhile may be counted twice, and is never left out.
        """

    def pending_bytes(self, owner: str, now: datetime, undeclared_bytes: int) -> int:
        """Return the total bytes that the owner's unfinished uploads have brought or may still bring.

        Counts pending uploads, and ended ones if their tombstone still waits for running requests. An upload of
        undeclared size counts as its `stored_bytes`, and as at least `undeclared_bytes`.
        """

    def due(self, now: datetime, limit: int) -> Iterator[Upload]:
        """Yield at most `limit` documents whose `expires_at` has passed, oldest first."""

    def unconfirmed(self, now: datetime, limit: int) -> Iterator[Upload]:
        """Yield at most `limit` pending uploads whose `next_check_at` has passed, oldest first."""

    def with_outbox(self, event: OutboxEvent, limit: int, after: str = "") -> list[Upload]:
        """Return at most `limit` documents with that event in their outbox and ids above `after`, in that order."""

    def iter_recorded(self, bucket: str) -> Iterator[RecordedObject]:
        """Yield what the documents of a bucket record of their objects, in the order of their keys, page by page."""

    def iter_left(self, bucket: str) -> Iterator[str]:
        """Yield the ids of the documents whose files left an object behind in that bucket."""

    def iter_recorded_elsewhere(self, buckets: Sequence[str]) -> Iterator[RecordedObject]:
        """Do the same for the files and covers whose bucket is none of these."""
