"""Decides which of its owner's uploads and files a caller reaches, beyond the scope of a call.

A narrowed token reaches only the uploads that it started. `uploads:write` is for unfinished uploads: it cannot change
an existing file, except that the sender may describe it first, and it does not show what others wrote about it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from service.shared.errors import ScopeMissing
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, FILES_WRITE, UPLOADS_WRITE, may, require
from service.uploads.errors import FileNotFound, FileQuarantined, UploadNotFound
from service.uploads.metadata import PUBLIC, FileMetadata
from service.uploads.model import ConfirmedBy, Upload, UploadStatus
from service.uploads.object_keys import is_made_here
from service.uploads.ports import Ports

# Who may discover the bytes without describing the file.
FINDERS: tuple[ConfirmedBy, ...] = ("event", "sweep", "look")


def is_narrowed(caller: Caller) -> bool:
    """Return whether the caller reaches only uploads that it started."""
    return caller.grant is not None or caller.token_id is not None


def reaches(caller: Caller, upload: Upload) -> bool:
    """Return whether the upload is the caller's own and, if the caller is narrowed, was started with the same token."""
    if upload.owner != caller.owner:
        return False
    return not is_narrowed(caller) or (caller.token_id is not None and upload.started_with == caller.token_id)


def own_upload(ports: Ports, caller: Caller, upload_id: str) -> Upload:
    """Return the caller's document of that id. Raises UploadNotFound, even if it is someone else's.

    A narrowed token also gets UploadNotFound for uploads that it did not start.
    """
    require(caller, UPLOADS_WRITE)
    upload = ports.records.get(upload_id)
    if upload is None or not reaches(caller, upload):
        raise UploadNotFound(f"there is no upload {upload_id}")
    return upload


def own_file(
    ports: Ports, caller: Caller, file_id: str, states: tuple[UploadStatus, ...] = (UploadStatus.READY,)
) -> Upload:
    """Return the caller's file of that id in one of the states. Raises FileNotFound, even if it is someone else's."""
    upload = ports.records.get(file_id)
    if upload is None or upload.owner != caller.owner or upload.status not in states or upload.cover_of:
        raise FileNotFound(f"there is no file {file_id}")
    return upload


def may_describe_first(ports: Ports, file: Upload) -> bool:
    """Return whether the uploader may still describe the file, because it was found before its uploader confirmed it.

    This holds until the deadline of the confirm, and until someone else edits the file.
    """
    until = file.created_at + timedelta(seconds=ports.policy.pending_expires_in)
    was_discovered = file.status is UploadStatus.READY and file.confirmed_by in FINDERS
    return was_discovered and not is_edited(file) and ports.now() < until


def may_describe(ports: Ports, caller: Caller, file: Upload) -> bool:
    """Return whether the caller, who may upload, may describe a file that existed before."""
    return may(caller, FILES_WRITE) or (reaches(caller, file) and may_describe_first(ports, file))


def require_may_describe(ports: Ports, caller: Caller, file: Upload, metadata: FileMetadata) -> None:
    """Raise ScopeMissing unless the caller may describe the file; for calls by key, which others may know.

    Only an uploader who named the key may describe the file first, and may not set its visibility.
    """
    if may(caller, FILES_WRITE):
        return
    if is_made_here(file.object_key) or not may_describe(ports, caller, file):
        raise ScopeMissing(f"the key already has a file: to change it the token needs the scope {FILES_WRITE!r}")
    if metadata.visibility:
        raise ScopeMissing(f"the key already has a file: to set visibility the token needs the scope {FILES_WRITE!r}")


def late_metadata(caller: Caller, metadata: FileMetadata) -> FileMetadata:
    """Return the metadata that a first confirm may set on an existing file; without files:write it cannot publish."""
    if may(caller, FILES_WRITE) or metadata.visibility != PUBLIC:
        return metadata
    return metadata.model_copy(update={"visibility": None})


def may_describe_target(caller: Caller, upload: Upload) -> bool:
    """Return whether the caller's metadata may go where the bytes go: for some staged uploads, to an existing file."""
    return not (upload.staged and upload.staged.replaces) or may(caller, FILES_WRITE)


def require_may_publish(file: Upload, visibility: str | None) -> None:
    """Raise FileQuarantined if a file with a threat is to be public."""
    if visibility == PUBLIC and file.threat:
        raise FileQuarantined(f"file {file.upload_id} contains {file.threat}: it stays private")


def is_edited(file: Upload) -> bool:
    """Return whether anyone but the uploader edited the file. For files of older versions the revision tells."""
    return file.revision > 1 if file.edited is None else file.edited


def shown_to(caller: Caller, file: Upload, asked: Upload) -> Upload:
    """Return the file as answers about `asked` show it: once others have edited it, all but its key needs files:read.

    The name is then that of its key, which the uploader knows.
    """
    is_own_word = file.upload_id == asked.upload_id and not is_edited(file)
    if file.status is not UploadStatus.READY or is_own_word or may(caller, FILES_READ):
        return file
    metadata = FileMetadata(visibility=file.metadata.visibility)
    return replace(file, filename=_name_of_key(file), metadata=metadata, derived=None)


def shown_to_editor(caller: Caller, file: Upload, edits: Mapping[str, Any]) -> Upload:
    """Return the file as the answer to an edit shows it: without files:read, only what the edit itself said."""
    if may(caller, FILES_READ):
        return file
    edited = {name: getattr(file.metadata, name) for name in FileMetadata.model_fields if name in edits}
    metadata = FileMetadata(**{**edited, "visibility": file.metadata.visibility})
    filename = file.filename if "filename" in edits else _name_of_key(file)
    return replace(file, filename=filename, metadata=metadata, derived=None)


def _name_of_key(file: Upload) -> str:
    return file.object_key.rpartition("/")[2]
