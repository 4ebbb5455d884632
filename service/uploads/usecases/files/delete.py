"""Deletes a file with its bytes and its cover."""

from service.shared.model import Caller
from service.shared.scopes import FILES_WRITE, require
from service.uploads import object_keys
from service.uploads.derived import OutboxEvent
from service.uploads.model import TransferKind, Upload, UploadChanges, UploadStatus
from service.uploads.ports import Ports
from service.uploads.usecases.access import own_file
from service.uploads.usecases.covers import remove_covers
from service.uploads.usecases.lifetimes import first_emptying, tombstone_until
from service.uploads.usecases.purge import purge_objects
from service.uploads.usecases.transitions import announce, await_durable


def delete_file(ports: Ports, caller: Caller, file_id: str) -> None:
    """Remove the file, its bytes and its cover. Safe to repeat.

    The document stays as a tombstone until the last URL that could re-create the object has expired, and until all
    who made something of the file know that it is gone.
    """
    require(caller, FILES_WRITE)
    states = (UploadStatus.READY, UploadStatus.DELETED)
    upload = own_file(ports, caller, file_id, states)
    if upload.status is UploadStatus.DELETED:
        await_durable(ports, upload)
    while upload.status is UploadStatus.READY:
        upload = _mark_deleted(ports, upload) or own_file(ports, caller, file_id, states)
    purge_objects(ports, upload)
    remove_covers(ports, file_id)
    if tombstone_until(upload) <= ports.now():
        ports.records.remove(file_id, {"status": UploadStatus.DELETED, "outbox": ()})


def _mark_deleted(ports: Ports, upload: Upload) -> Upload | None:
    changes: UploadChanges = {
        "status": UploadStatus.DELETED,
        "expires_at": first_emptying(ports, upload),
        **announce(ports, upload, OutboxEvent.DELETED),
    }
    if upload.kind is TransferKind.STAGED:
        # The owner may upload to the same key again, so the tombstone must not keep it; no client can name this key.
        changes["object_key"] = object_keys.staging_key(upload.owner, upload.upload_id)
    # The version too: a newer upload to a staged key may be taking the file over right now.
    expected: UploadChanges = {"status": UploadStatus.READY, "version_id": upload.version_id, "etag": upload.etag}
    return ports.records.change(upload.upload_id, expected, changes)
