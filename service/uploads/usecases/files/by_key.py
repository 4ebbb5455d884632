"""Finds the file of a key that its client named, after finalizing what was staged for the key."""

from service.shared.model import Caller
from service.shared.scopes import FILES_READ, UPLOADS_WRITE, require
from service.uploads import object_keys
from service.uploads.errors import FileNotFound, ObjectMissing
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadChanges, UploadStatus
from service.uploads.ports import Ports
from service.uploads.usecases.access import FINDERS, is_edited, own_file, require_may_describe
from service.uploads.usecases.confirming.staged import finalize_key, list_staged
from service.uploads.usecases.transitions import metadata_changes


def find_by_key(ports: Ports, caller: Caller, object_key: str, metadata: FileMetadata | None = None) -> Upload:
    """Finalize what the caller staged for a key, set the metadata if given, and return the file of the key.

    Raises InvalidObjectKey or KeyOutsidePrefix for a key that the caller may not name, ObjectMissing if an upload was
    started but nothing has arrived, FileNotFound if none was started. With metadata for a file that existed before the
    call, it also raises what `require_may_describe` raises.
    """
    require(caller, FILES_READ if metadata is None else UPLOADS_WRITE)
    object_keys.named_key(caller, object_key)
    if metadata:
        ports.policy.check_mood(metadata.mood)
        if before := ports.records.file_by_key(caller.owner, object_key):
            require_may_describe(ports, caller, before, metadata)
    upload = finalize_key(ports, caller, object_key, metadata or FileMetadata(), by="client" if metadata else "look")
    if upload is None:
        if list_staged(ports, caller, object_key):
            raise ObjectMissing(f"nothing has arrived for {object_key!r} yet")
        raise FileNotFound(f"there is no file {object_key!r}")
    return _with_metadata(ports, caller, upload, metadata) if metadata else upload


def _with_metadata(ports: Ports, caller: Caller, upload: Upload, metadata: FileMetadata) -> Upload:
    while upload.metadata.merged_with(metadata) != upload.metadata or upload.confirmed_by in FINDERS:
        # The file may have been discovered and edited while this call finalized its own upload of the same key.
        require_may_describe(ports, caller, upload, metadata)
        changes: UploadChanges = {
            **metadata_changes(upload, metadata),
            "confirmed_by": "client",
            "edited": is_edited(upload) or upload.confirmed_by not in FINDERS,
        }
        expected: UploadChanges = {"status": UploadStatus.READY, "revision": upload.revision}
        changed = ports.records.change(upload.upload_id, expected, changes)
        upload = changed or own_file(ports, caller, upload.upload_id)
    return upload
