"""What a caller reaches of its owner's uploads and files, beyond what the scope of a call says by itself.

A token that is narrowed reaches the uploads that it started. And `uploads:write` is for what is on its way: it neither
changes a file that is there, but for the first word of whoever sent it, nor shows what others said of it.
"""

from dataclasses import replace
from datetime import timedelta

from service.errors import ScopeMissing
from service.model import PUBLIC, Caller, ConfirmedBy, FileMetadata, Upload, UploadStatus
from service.object_keys import is_made_here
from service.ports import Ports
from service.scopes import FILES_READ, FILES_WRITE, may

# Those who find that the bytes are there, and say nothing of the file.
FINDERS: tuple[ConfirmedBy, ...] = ("event", "sweep", "look")


def is_narrowed(caller: Caller) -> bool:
    """Whether the caller reaches only the uploads that it started."""
    return caller.grant is not None or caller.token_id is not None


def reaches(caller: Caller, upload: Upload) -> bool:
    """Whether the upload is the caller's own and, where the caller is narrowed, was started with the same token."""
    if upload.owner != caller.owner:
        return False
    return not is_narrowed(caller) or (caller.token_id is not None and upload.started_with == caller.token_id)


def has_first_word(ports: Ports, file: Upload) -> bool:
    """Whether the file was found before its uploader said that it is sent, who may still say what it is.

    That is so until the time at which the upload was to be confirmed, and until somebody else says something.
    """
    until = file.created_at + timedelta(seconds=ports.policy.pending_expires_in)
    is_found = file.status is UploadStatus.READY and file.confirmed_by in FINDERS
    return is_found and not is_edited(file) and ports.now() < until


def may_describe(ports: Ports, caller: Caller, file: Upload) -> bool:
    """Whether the caller, who may upload, may say something of a file that was there before."""
    return may(caller, FILES_WRITE) or (reaches(caller, file) and has_first_word(ports, file))


def require_may_describe(ports: Ports, caller: Caller, file: Upload, said: FileMetadata) -> None:
    """For a call that names a file by its key, which others may know. Raises ScopeMissing.

    There is a first word then only where the uploader named the key, and who may see the file is no part of it.
    """
    if may(caller, FILES_WRITE):
        return
    if is_made_here(file.object_key) or not may_describe(ports, caller, file):
        raise ScopeMissing(f"the key has a file already: to change it the token needs the scope {FILES_WRITE!r}")
    if said.visibility:
        raise ScopeMissing(f"the key has a file already: for its visibility the token needs the scope {FILES_WRITE!r}")


def late_word(caller: Caller, said: FileMetadata) -> FileMetadata:
    """What of a first word still counts for a file that is there: without files:write nobody publishes one."""
    if may(caller, FILES_WRITE) or said.visibility != PUBLIC:
        return said
    return said.model_copy(update={"visibility": None})


def speaks_for(caller: Caller, upload: Upload) -> bool:
    """Whether what the caller says may go where the bytes go, which for some staged uploads is a file that is there."""
    return not upload.replaces or may(caller, FILES_WRITE)


def is_edited(file: Upload) -> bool:
    """Whether its metadata is more than what its uploader said. Of files of older versions their revision tells."""
    return file.revision > 1 if file.edited is None else file.edited


def shown_to(caller: Caller, file: Upload, asked: Upload) -> Upload:
    """The file as an answer about the upload `asked` shows it: without files:read, nothing that others said of it."""
    is_own_word = file.upload_id == asked.upload_id and not is_edited(file)
    if file.status is not UploadStatus.READY or is_own_word or may(caller, FILES_READ):
        return file
    return replace(file, metadata=FileMetadata(visibility=file.metadata.visibility))
