"""Gives a file to another owner, together with its cover."""

from service.uploads.derived import OutboxEvent
from service.uploads.model import TransferKind, Upload, UploadChanges, UploadStatus
from service.uploads.ports import Ports
from service.uploads.usecases.purge import purge_staging
from service.uploads.usecases.transitions import announce


def change_owner(ports: Ports, file: Upload, owner: str) -> None:
    """Give the ready file to the owner. Safe to repeat; does nothing if the file was changed or deleted meanwhile.

    The object key stays, so the file is no longer reached by its key unless the key is one of the new owner's.
    """
    if file.kind is TransferKind.STAGED:
        purge_staging(ports, file)  # under the old owner's name, which the document no longer shows afterwards
    # The file comes last: whoever repeats this finds it under the old owner until all is done.
    covers = ports.records.covers_of(file.upload_id, UploadStatus.ATTACHED) if file.cover_id else []
    for cover in covers:
        _change(ports, cover, owner)
    _change(ports, file, owner)


def _change(ports: Ports, upload: Upload, owner: str) -> None:
    # The revision, because a file that has got a cover since it was read must be read again, and take it along.
    expected: UploadChanges = {"owner": upload.owner, "status": upload.status, "revision": upload.revision}
    # The new owner may have used the same idempotency key.
    changes: UploadChanges = {
        "owner": owner,
        "idempotency_key": None,
        **announce(ports, upload, OutboxEvent.MOVED),
    }
    ports.records.change(upload.upload_id, expected, changes)
