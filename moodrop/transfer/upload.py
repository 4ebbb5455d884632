"""One upload from its declaration to its file: started, or found again where it was left."""

from contextlib import suppress
from uuid import uuid4

from moodrop.calls.parsing import parse, rows_of
from moodrop.calls.signed_requests import Started
from moodrop.errors import Conflict, Gone, NotFound
from moodrop.model import File, Upload
from moodrop.transfer.context import Line
from moodrop.transfer.progress import Meter
from moodrop.transfer.upload_task import Declared, Sending

PER_PAGE = 200


def find_unfinished(line: Line, declared: Declared) -> Upload | None:
    """The unfinished upload of this file, by its fingerprint."""
    fingerprint = declared.body.get("fingerprint")
    if fingerprint is None:
        return None
    params = {"status": "pending", "fingerprint": fingerprint, "limit": PER_PAGE}
    rows = rows_of(line.service.call("GET", "/v1/uploads", params=params), "uploads")
    return next(filter(declared.is_of, (parse(Upload, row) for row in rows)), None)


def send_upload(line: Line, declared: Declared, meter: Meter, *, parallel: int, found: Upload | None) -> File:
    """Send the file and return it; `found` goes on where it was left."""
    if found is not None:
        # Between the search and now it may have been confirmed, aborted or swept.
        with suppress(Conflict, Gone, NotFound):
            return Sending(line, declared, meter, parallel, found.upload_id).resume()
    started = start_upload(line, declared)
    return Sending(line, declared, meter, parallel, started.upload_id).go(started)


def start_upload(line: Line, declared: Declared) -> Started:
    """Begin it, and get its first URLs."""
    key = {"Idempotency-Key": str(uuid4())}
    return Started.of(line.service.call("POST", "/v1/uploads", body=declared.body, headers=key))
