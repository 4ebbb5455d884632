"""pymongo's errors in the service's own words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError

from service.shared.errors import DatabaseUnavailable

DUPLICATE_KEY = 11000


@contextmanager
def translated() -> Iterator[None]:
    """Raise DatabaseUnavailable for the driver's errors; let a duplicate key through, which each house names itself."""
    try:
        yield
    except PyMongoError as error:
        if duplicate_in(error) is not None:
            raise
        raise DatabaseUnavailable(f"no answer from the database ({type(error).__name__})") from error


def duplicate_in(error: PyMongoError) -> Mapping[str, Any] | None:
    """Return MongoDB's details of the duplicate key, or None for any other error."""
    if isinstance(error, DuplicateKeyError):
        return error.details or {}
    # A primary that steps down in the middle fails rows too.
    rows = (error.details or {}).get("writeErrors", []) if isinstance(error, BulkWriteError) else []
    return next((row for row in rows if row["code"] == DUPLICATE_KEY), None)
