"""pymongo's errors in the service's own words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError

from service.shared.errors import DatabaseUnavailable
from service.uploads.errors import IdempotencyKeyReused, ObjectKeyTaken

DUPLICATE_KEY = 11000


@contextmanager
def translated(object_key: str = "") -> Iterator[None]:
    """Raise ObjectKeyTaken or IdempotencyKeyReused for a duplicate, DatabaseUnavailable for all else."""
    try:
        yield
    except DuplicateKeyError as error:
        if "idempotency_key" in (error.details or {}).get("keyPattern", {}):
            raise IdempotencyKeyReused from error
        raise ObjectKeyTaken(f"another file has the object key {object_key!r}") from error
    except PyMongoError as error:
        if isinstance(error, BulkWriteError) and (duplicate := _duplicate_in(error)):
            if "idempotency_key" in duplicate.get("keyPattern", {}):
                raise IdempotencyKeyReused from error
            raise ObjectKeyTaken("another file has one of the object keys") from error
        raise DatabaseUnavailable(f"no answer from the database ({type(error).__name__})") from error


def _duplicate_in(error: BulkWriteError) -> Mapping[str, Any] | None:
    # A primary that steps down in the middle fails rows too.
    rows = error.details.get("writeErrors", [])
    return next((row for row in rows if row["code"] == DUPLICATE_KEY), None)
