"""A file's cover: a picture that is uploaded like any file and then is none; the file names it by `cover_id`.

Two documents change one after the other, so whoever comes later finishes what a crash cut off. Of several covers of one
file that one stays which was started last, whoever finds first that it has arrived: see docs/design/11-covers.md.
"""

from contextlib import suppress

from service.shared.errors import FieldError, ValidationFailed
from service.shared.model import Caller
from service.shared.scopes import FILES_WRITE, require
from service.uploads.errors import CoverMissing, UploadExpired
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadChanges, UploadStatus
from service.uploads.ports import Ports
from service.uploads.usecases.purge import purge_objects
from service.uploads.usecases.transitions import (
    await_durable,
    end_pending,
    own_file,
    reread,
    tombstone_until,
)


def check_cover(ports: Ports, caller: Caller, file_id: str, said: FileMetadata) -> None:
    """Whether the caller may start a cover of that file. Raises ScopeMissing, FileNotFound, ValidationFailed."""
    require(caller, FILES_WRITE)
    check_nothing_said(said)
    own_file(ports, caller, file_id)


def check_nothing_said(said: FileMetadata) -> None:
    """Raises ValidationFailed: nobody would ever see the title of a cover."""
    if names := list(said.model_dump(exclude_none=True)):
        message = "a cover has no metadata of its own"
        raise ValidationFailed(f"{', '.join(names)}: {message}", fields=tuple(FieldError(n, message) for n in names))


def settle_cover(ports: Ports, cover: Upload) -> Upload:
    """The file that has this attached cover now; or the cover, which is over, where the file is not to have it."""
    file = _given(ports, cover)
    if file is None:
        return _bury(ports, cover)
    for other in ports.records.covers_of(file.upload_id, UploadStatus.ATTACHED):
        if other.upload_id < cover.upload_id:
            with suppress(UploadExpired):
                _bury(ports, other)
    cover = reread(ports, cover)
    if cover.status is UploadStatus.ATTACHED:
        return file
    _forget_dead(ports, file.upload_id)  # it was removed while the file got it
    return cover


def _given(ports: Ports, cover: Upload) -> Upload | None:
    """The file with this cover; None where it is gone, or has a cover that was started later."""
    while file := ports.records.get(cover.cover_of or ""):
        too_late = file.status is not UploadStatus.READY or (file.cover_id or "") > cover.upload_id
        if too_late or file.cover_id == cover.upload_id:
            await_durable(ports, file)
            return None if too_late else file
        if changed := _change(ports, file, cover.upload_id):
            return changed
    return None


def _change(ports: Ports, file: Upload, cover_id: str | None) -> Upload | None:
    expected: UploadChanges = {"status": file.status, "revision": file.revision}
    return ports.records.change(file.upload_id, expected, {"cover_id": cover_id, "revision": file.revision + 1})


def _bury(ports: Ports, cover: Upload) -> Upload:
    """The attached cover as a tombstone, without its bytes. Raises UploadExpired where it is swept by now."""
    changes: UploadChanges = {"status": UploadStatus.DELETED, "expires_at": tombstone_until(cover)}
    after = ports.records.change(cover.upload_id, {"status": UploadStatus.ATTACHED}, changes) or reread(ports, cover)
    if after.status is UploadStatus.DELETED:
        purge_objects(ports, after)
    return after


def find_cover(ports: Ports, file: Upload, cover_id: str | None = None) -> Upload:
    """The file's cover. Raises CoverMissing where it has none, or not the one of that id."""
    wanted = file.cover_id if cover_id in (None, file.cover_id) else None
    cover = ports.records.get(wanted) if wanted else None
    if cover is None or cover.status is not UploadStatus.ATTACHED:
        raise CoverMissing(f"file {file.upload_id} has no cover{f' {cover_id}' if cover_id else ''}")
    return cover


def remove_cover(ports: Ports, caller: Caller, file_id: str) -> None:
    """Take the cover of the caller's file away, and those that are on their way. Safe to repeat."""
    require(caller, FILES_WRITE)
    own_file(ports, caller, file_id)
    remove_covers(ports, file_id)
    _forget_dead(ports, file_id)


def remove_covers(ports: Ports, file_id: str) -> None:
    """End what is, or is to be, a cover of that file."""
    for status in (UploadStatus.PENDING, UploadStatus.ATTACHED):
        while found := ports.records.covers_of(file_id, status):
            for cover in found:
                with suppress(UploadExpired):
                    _end(ports, cover)


def _end(ports: Ports, cover: Upload) -> None:
    if cover.status is UploadStatus.ATTACHED:
        _bury(ports, cover)
    elif (after := end_pending(ports, cover, UploadStatus.ABORTED)).status is UploadStatus.ABORTED:
        purge_objects(ports, after)


def _forget_dead(ports: Ports, file_id: str) -> None:
    """The file names no cover that is over."""
    while (file := ports.records.get(file_id)) and file.cover_id:
        try:
            find_cover(ports, file)
        except CoverMissing:
            _change(ports, file, None)
        else:
            return


def release_covers(ports: Ports, upload: Upload) -> None:
    """Before the document of a deleted file or cover goes: nothing is left that refers to it."""
    if upload.cover_of:
        _forget_dead(ports, upload.cover_of)
    else:
        remove_covers(ports, upload.upload_id)
