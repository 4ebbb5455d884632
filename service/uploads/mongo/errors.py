"""What a duplicate key means for an upload."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import BulkWriteError, DuplicateKeyError

from service.shared.errors import MoodropError
from service.shared.mongo import errors as shared
from service.uploads.errors import IdempotencyKeyReused, ObjectKeyTaken


@contextmanager
def translated(object_key: str = "") -> Iterator[None]:
    """Raise ObjectKeyTaken or IdempotencyKeyReused for a duplicate key, DatabaseUnavailable for all else."""
    try:
        with shared.translated():
            yield
    except (DuplicateKeyError, BulkWriteError) as error:
        raise _conflict(error, object_key) from error


def _conflict(error: DuplicateKeyError | BulkWriteError, object_key: str) -> MoodropError:
    if "idempotency_key" in (shared.duplicate_in(error) or {}).get("keyPattern", {}):
        return IdempotencyKeyReused()
    if isinstance(error, BulkWriteError):
        return ObjectKeyTaken("another file has one of the object keys")
    return ObjectKeyTaken(f"another file has the object key {object_key!r}")
