"""A file's cover: a picture that is uploaded like a file but becomes none; the file names it by `cover_id`.

Two documents change one after the other, so every later call finishes what a crash cut off. The cover started last
wins, in whatever order they arrive: see docs/design/11-covers.md.
"""

from contextlib import suppress

from service.shared.errors import FieldError, ValidationFailed
from service.shared.model import Caller
from service.shared.scopes import FILES_WRITE, require
from service.uploads.derived import OutboxEvent
from service.uploads.errors import CoverMissing, UploadExpired
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadChanges, UploadStatus
from service.uploads.ports import Ports
from service.uploads.usecases.access import own_file
from service.uploads.usecases.lifetimes import tombstone_until
from service.uploads.usecases.purge import purge_objects
from service.uploads.usecases.transitions import announce, await_durable, end_pending, reread


def check_cover(ports: Ports, caller: Caller, file_id: str, metadata: FileMetadata) -> None:
    """Check that the caller may start a cover of that file. Raises ScopeMissing, FileNotFound, ValidationFailed."""
    require(caller, FILES_WRITE)
    require_no_metadata(metadata)
    own_file(ports, caller, file_id)


def require_no_metadata(metadata: FileMetadata) -> None:
    """Raise ValidationFailed if a cover is given metadata: nobody would ever see its title."""
    if names := list(metadata.model_dump(exclude_none=True)):
        message = "a cover has no metadata of its own"
        raise ValidationFailed(f"{', '.join(names)}: {message}", fields=tuple(FieldError(n, message) for n in names))


def finalize_cover(ports: Ports, cover: Upload) -> Upload:
    """Return the file that has this attached cover now; or the cover, which is over, if the file may not have it."""
    file = _attach(ports, cover)
    if file is None:
        return _mark_deleted(ports, cover)
    if cover.owner != file.owner:  # the file changed hands while the cover was on its way
        ports.records.change(cover.upload_id, {"owner": cover.owner}, {"owner": file.owner, "idempotency_key": None})
    for other in ports.records.covers_of(file.upload_id, UploadStatus.ATTACHED):
        if other.upload_id < cover.upload_id:
            with suppress(UploadExpired):
                _mark_deleted(ports, other)
    cover = reread(ports, cover)
    if cover.status is UploadStatus.ATTACHED:
        return file
    _clear_dead_cover(ports, file.upload_id)  # the cover was removed while the file got it
    return cover


def _attach(ports: Ports, cover: Upload) -> Upload | None:
    """Give the file this cover and return it; None if the file is gone or has a cover that was started later."""
    while file := ports.records.get(cover.cover_of or ""):
        too_late = file.status is not UploadStatus.READY or (file.cover_id or "") > cover.upload_id
        if too_late or file.cover_id == cover.upload_id:
            await_durable(ports, file)
            return None if too_late else file
        if changed := _set_cover(ports, file, cover.upload_id):
            return changed
    return None


def _set_cover(ports: Ports, file: Upload, cover_id: str | None) -> Upload | None:
    expected: UploadChanges = {"status": file.status, "revision": file.revision}
    # A cover's picture may have been made already: the file shows it only if it is looked at once more.
    changes: UploadChanges = {"cover_id": cover_id, "revision": file.revision + 1}
    return ports.records.change(file.upload_id, expected, changes | announce(ports, file, OutboxEvent.COVERED))


def _mark_deleted(ports: Ports, cover: Upload) -> Upload:
    """Make the attached cover a tombstone and remove its bytes. Raises UploadExpired if it has been swept."""
    changes: UploadChanges = {
        "status": UploadStatus.DELETED,
        "expires_at": tombstone_until(cover),
        **announce(ports, cover, OutboxEvent.DELETED),
    }
    after = ports.records.change(cover.upload_id, {"status": UploadStatus.ATTACHED}, changes) or reread(ports, cover)
    if after.status is UploadStatus.DELETED:
        purge_objects(ports, after)
    return after


def find_cover(ports: Ports, file: Upload, cover_id: str | None = None) -> Upload:
    """Return the file's cover. Raises CoverMissing if it has none, or not the one of that id."""
    current_id = file.cover_id if cover_id in (None, file.cover_id) else None
    cover = ports.records.get(current_id) if current_id else None
    if cover is None or cover.status is not UploadStatus.ATTACHED:
        raise CoverMissing(f"file {file.upload_id} has no cover{f' {cover_id}' if cover_id else ''}")
    return cover


def remove_cover(ports: Ports, caller: Caller, file_id: str) -> None:
    """Remove the cover of the caller's file, and those that are still being sent. Safe to repeat."""
    require(caller, FILES_WRITE)
    own_file(ports, caller, file_id)
    remove_covers(ports, file_id)
    _clear_dead_cover(ports, file_id)


def remove_covers(ports: Ports, file_id: str) -> None:
    """End every upload that is a cover of that file or is meant to become one."""
    for status in (UploadStatus.PENDING, UploadStatus.ATTACHED):
        while covers := ports.records.covers_of(file_id, status):
            for cover in covers:
                with suppress(UploadExpired):
                    _end(ports, cover)


def _end(ports: Ports, cover: Upload) -> None:
    if cover.status is UploadStatus.ATTACHED:
        _mark_deleted(ports, cover)
    elif (after := end_pending(ports, cover, UploadStatus.ABORTED)).status is UploadStatus.ABORTED:
        purge_objects(ports, after)


def _clear_dead_cover(ports: Ports, file_id: str) -> None:
    """Clear the file's `cover_id` if that cover is over."""
    while (file := ports.records.get(file_id)) and file.cover_id:
        try:
            find_cover(ports, file)
        except CoverMissing:
            _set_cover(ports, file, None)
        else:
            return


def release_covers(ports: Ports, upload: Upload) -> None:
    """Remove what refers to a deleted file or cover, before its document is removed."""
    if upload.cover_of:
        _clear_dead_cover(ports, upload.cover_of)
    else:
        remove_covers(ports, upload.upload_id)
