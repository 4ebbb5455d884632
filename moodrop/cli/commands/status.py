"""The command `status`."""

from typing import Annotated

import typer

from moodrop import MoodropError, Upload
from moodrop.cli.ids import ids_of
from moodrop.cli.options import Json
from moodrop.cli.profile import connect
from moodrop.cli.report import Report

Abort = Annotated[list[str] | None, typer.Option(metavar="ID", help="Cancel this upload (repeatable).")]


def status(abort: Abort = None, as_json: Json = False) -> None:
    """List unfinished uploads.

    Columns: id, uploaded bytes, total bytes, expiry, name. Run the same `moodrop upload` again to finish one.
    """
    report = Report(as_json=as_json)
    with connect() as client:
        for upload_id in ids_of(abort or (), report, "upload"):
            try:
                client.abort_upload(upload_id)
            except MoodropError as error:
                report.failed(upload_id, error)
            else:
                report.result({"upload_id": upload_id, "aborted": True}, upload_id)
        if abort is None:
            for row in client.iter_uploads():
                upload = client.get_upload(row.upload_id)
                expiry = upload.expires_at.isoformat(timespec="seconds") if upload.expires_at else None
                cells = (upload.upload_id, stored_bytes(upload), upload.size_bytes, expiry, upload.filename)
                report.result(upload, *cells)
    report.finish()


def stored_bytes(upload: Upload) -> int:
    """Return the number of bytes that the store has in complete parts."""
    return sum(part.size_bytes for part in upload.stored_parts or ())
