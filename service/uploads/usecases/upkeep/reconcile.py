"""Reconciles the buckets with the database: do both know the same objects?

Both are read in the order of their keys and compared page by page, so that a million objects take no more memory than a
thousand. Each difference is checked once more on both sides before it is reported, because uploads go on meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from service.shared.errors import Conflict
from service.store.errors import StoreUnsafe
from service.store.model import ObjectEntry, StoredObject
from service.store.prefixes import FINAL_PREFIX, STAGING_PREFIX
from service.uploads.model import AT_REST, RecordedObject, Upload
from service.uploads.object_keys import staged_id
from service.uploads.ports import Ports
from service.uploads.usecases.confirming.confirm import mismatch
from service.uploads.usecases.purge import COPY_IN_FLIGHT

GRACE = timedelta(hours=24)
# The largest possible difference: the service does not start if the store's clock is off by more.
CLOCKS_APART = timedelta(minutes=1)


class Problem(StrEnum):
    """How the two differ."""

    UNKNOWN_OBJECT = "unknown_object"  # no document names it
    LOST_FILE = "lost_file"  # a file or a cover whose version no longer exists or has other bytes
    OTHER_BUCKET = "other_bucket"  # a file or a cover in a bucket that the settings no longer name
    UNKNOWN_DERIVED = "unknown_derived"  # an object below derived/ that no attempt at a job has made
    LOST_DERIVED = "lost_derived"  # the result of a job whose object no longer exists


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that only one side knows."""

    problem: Problem
    bucket: str
    object_key: str
    upload_id: str | None  # of a lost file
    size_bytes: int | None  # of an unknown object
    modified_at: datetime | None  # likewise
    fixed: bool = False


@dataclass(slots=True)
class Tally:
    """How much was compared, and with which result."""

    objects: int = 0
    documents: int = 0
    differences: int = 0
    fixed: int = 0

    @property
    def left(self) -> int:
        return self.differences - self.fixed


Pair = tuple[ObjectEntry | None, RecordedObject | None]
Row = TypeVar("Row", ObjectEntry, RecordedObject)


def reconcile(
    ports: Ports, tally: Tally, *, fix: bool = False, grace: timedelta = GRACE, thorough: bool = False
) -> Iterator[Difference]:
    """Yield the differences as they are found, and count them. Objects younger than `grace` are left out.

    A file counts as right if the listing shows its recorded version unchanged since the confirm. `thorough` checks
    every file by itself, and the digest that the store keeps.

    `fix` removes unknown objects with all their versions, except those younger than five minutes, because a copy may be
    about to be recorded. Lost files are only reported: the bytes may be in a backup, and only the document says where
    they belong. Raises StoreUnsafe for a listing out of order, and Conflict if `fix` would remove something although no
    object is known at all: that is another deployment's database.
    """
    known = not fix
    for difference in _differences(ports, tally, grace, thorough=thorough):
        left = difference
        if fix and difference.problem is Problem.UNKNOWN_OBJECT:
            known = known or _require_common(ports)
            left = _remove(ports, difference, ports.now() - max(grace, COPY_IN_FLIGHT))
        tally.differences += 1
        tally.fixed += left.fixed
        yield left


def _differences(ports: Ports, tally: Tally, grace: timedelta, *, thorough: bool) -> Iterator[Difference]:
    for bucket in ports.policy.buckets:
        for pair in _counted(_pairs(ports, bucket), tally):
            if difference := _difference(ports, bucket, pair, ports.now() - grace, thorough=thorough):
                yield difference
    # No credential of ours reads such a bucket, and no listing above has shown what is in it.
    for row in ports.records.iter_recorded_elsewhere(ports.policy.buckets):
        tally.documents += 1
        yield Difference(Problem.OTHER_BUCKET, row.bucket, row.object_key, row.upload_id, None, None)


def _counted(pairs: Iterator[Pair], tally: Tally) -> Iterator[Pair]:
    for entry, row in pairs:
        tally.objects += entry is not None
        tally.documents += row is not None
        yield entry, row


def _pairs(ports: Ports, bucket: str) -> Iterator[Pair]:
    """Yield what both sides know about each key, in the order of the keys; None if a side does not know it."""
    objects, recorded = _in_order(_objects(ports, bucket)), _in_order(ports.records.iter_recorded(bucket))
    entry, row = next(objects, None), next(recorded, None)
    while entry or row:
        if row is None or (entry and entry.object_key < row.object_key):
            yield entry, None
            entry = next(objects, None)
        elif entry is None or row.object_key < entry.object_key:
            yield None, row
            row = next(recorded, None)
        else:
            yield entry, row
            entry, row = next(objects, None), next(recorded, None)


def _objects(ports: Ports, bucket: str) -> Iterator[ObjectEntry]:
    # Other objects of the bucket are not ours.
    for prefix in sorted((STAGING_PREFIX, FINAL_PREFIX)):
        yield from ports.objects.iter_objects(bucket, f"{prefix}/")


def _in_order(rows: Iterator[Row]) -> Iterator[Row]:
    # A listing out of order would make every second object look unknown.
    before = ""
    for row in rows:
        if row.object_key < before:
            raise StoreUnsafe(f"{row.object_key!r} was listed after {before!r}: this listing cannot be compared")
        before = row.object_key
        yield row


def _difference(ports: Ports, bucket: str, pair: Pair, cutoff: datetime, *, thorough: bool) -> Difference | None:
    entry, row = pair
    if row is None:
        return _unknown(ports, bucket, entry, cutoff) if entry else None
    looks_right = entry is not None and _is_recorded(entry, row)
    return None if row.status not in AT_REST or (looks_right and not thorough) else _lost(ports, row)


def _is_recorded(entry: ObjectEntry, row: RecordedObject) -> bool:
    """Return whether the newest version is the document's and has not been rewritten since."""
    # Replaced bytes may have the same version id and etag: MinIO accepts both from the writer.
    as_confirmed = not _is_written_since(row.confirmed_at, entry.modified_at)
    # Without versioning, downloads name no version.
    of_version = row.version_id in (None, entry.version_id)
    # MinIO accepts the etag of other bytes from their writer, but not their size.
    is_as_long = row.size_bytes in (None, entry.size_bytes)
    return entry.etag == row.etag and is_as_long and of_version and as_confirmed


def unknown_objects(ports: Ports, bucket: str, cutoff: datetime) -> Iterator[Difference]:
    """Yield the objects of the bucket that are older than the cutoff and that no document has there."""
    for entry, row in _pairs(ports, bucket):
        if entry and row is None and (unknown := _unknown(ports, bucket, entry, cutoff)):
            yield unknown


def _unknown(ports: Ports, bucket: str, entry: ObjectEntry, cutoff: datetime) -> Difference | None:
    if entry.modified_at >= cutoff or _is_known(ports, bucket, entry.object_key):
        return None
    stored = ports.objects.head(bucket, entry.object_key)
    if stored is None or stored.modified_at >= cutoff:
        return None
    facts = (stored.size_bytes, stored.modified_at)
    return Difference(Problem.UNKNOWN_OBJECT, bucket, entry.object_key, None, *facts)


def _is_known(ports: Ports, bucket: str, object_key: str) -> bool:
    if any(bucket in buckets_of(upload) for upload in ports.records.at_key(object_key)):
        return True
    # The sweeper cleans what a file left under incoming/, until it has come for the last time.
    staged = ports.records.get(staged_id(object_key))
    return staged is not None and staged.expires_at is not None


def buckets_of(upload: Upload) -> tuple[str, ...]:
    """Return where the upload's objects are: in its bucket, and where it left a copy when it moved."""
    return (upload.bucket, upload.left.bucket) if upload.left else (upload.bucket,)


def _lost(ports: Ports, row: RecordedObject) -> Difference | None:
    upload = ports.records.get(row.upload_id)
    if upload is None or upload.status not in AT_REST:
        return None
    stored = ports.objects.head(upload.bucket, upload.object_key, upload.version_id)
    if stored and _is_as_confirmed(upload, stored):
        return None
    return Difference(Problem.LOST_FILE, upload.bucket, upload.object_key, upload.upload_id, None, None)


def _is_as_confirmed(upload: Upload, stored: StoredObject) -> bool:
    digest = upload.checksum
    # A move compared the digest, and had the store keep a sha256 in place of it.
    shows_digest = upload.moved_at is None or (digest is not None and stored.checksums.get(digest.algorithm))
    if stored.etag != upload.etag or mismatch(upload if shows_digest else replace(upload, checksum=None), stored):
        return False
    is_proven = digest is not None and stored.checksums.get(digest.algorithm) == digest.value_base64
    return is_proven or not _is_written_since(upload.moved_at or upload.confirmed_at, stored.modified_at)


def _is_written_since(confirmed_at: datetime | None, modified_at: datetime) -> bool:
    """Return whether the version is younger than its confirm; no honest write ever changes a version."""
    return confirmed_at is not None and modified_at > confirmed_at + CLOCKS_APART


def _require_common(ports: Ports) -> bool:
    for bucket in ports.policy.buckets:
        if any(entry and row for entry, row in _pairs(ports, bucket)):
            return True
    raise Conflict("the database knows no object of the buckets: are both the right ones? Nothing was removed")


def _remove(ports: Ports, unknown: Difference, cutoff: datetime) -> Difference:
    was_removed = ports.objects.purge(unknown.bucket, unknown.object_key, before=cutoff)
    return replace(unknown, fixed=was_removed)
