"""Uploads one file, from its start or from where an earlier upload of it broke off."""

from contextlib import suppress
from uuid import uuid4

from moodrop.calls.parsing import parse, rows_of
from moodrop.calls.signed_requests import StartedUpload
from moodrop.errors import Conflict, Gone, NotFound
from moodrop.model import File, Upload
from moodrop.transfer.context import ClientContext
from moodrop.transfer.declare import DeclaredFile
from moodrop.transfer.progress import ProgressMeter
from moodrop.transfer.upload_task import UploadTask

PER_PAGE = 200


def find_unfinished(context: ClientContext, declared: DeclaredFile) -> Upload | None:
    """Return the unfinished upload of this file, by its fingerprint."""
    fingerprint = declared.body.get("fingerprint")
    if fingerprint is None:
        return None
    params = {"status": "pending", "fingerprint": fingerprint, "limit": PER_PAGE}
    rows = rows_of(context.service.call("GET", "/v1/uploads", params=params), "uploads")
    return next(filter(declared.is_of, (parse(Upload, row) for row in rows)), None)


def send_upload(
    context: ClientContext,
    declared: DeclaredFile,
    meter: ProgressMeter,
    *,
    parallel: int,
    unfinished: Upload | None,
) -> File:
    """Send the file and return it. Resumes the `unfinished` upload, if there is one."""
    if unfinished is not None:
        # It may have been confirmed, aborted or swept since it was listed.
        with suppress(Conflict, Gone, NotFound):
            return UploadTask(context, declared, meter, parallel, unfinished.upload_id).resume()
    started = start_upload(context, declared)
    return UploadTask(context, declared, meter, parallel, started.upload_id).run(started)


def start_upload(context: ClientContext, declared: DeclaredFile) -> StartedUpload:
    """Start the upload and return it with its first URLs."""
    key = {"Idempotency-Key": str(uuid4())}
    return StartedUpload.of(context.service.call("POST", "/v1/uploads", body=declared.body, headers=key))
