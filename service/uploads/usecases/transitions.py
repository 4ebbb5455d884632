"""How an upload moves from one state to the next: always one conditional update, never read-then-write."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.shared.errors import MoodropError
from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE, require
from service.uploads.errors import (
    FileDeleted,
    FileNotFound,
    ObjectMismatch,
    ObjectMissing,
    UploadAborted,
    UploadExpired,
    UploadFinished,
    UploadNotFound,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import TransferKind, Upload, UploadChanges, UploadStatus
from service.uploads.policy import in_flight_grace
from service.uploads.ports import Ports
from service.uploads.search import index_fields
from service.uploads.usecases.access import reaches
from service.uploads.usecases.purge import purge_objects

# What comes by the URL of a staged upload that is settled or over is removed so much later for the first time.
EMPTIED_AFTER = timedelta(seconds=60)
UNREADABLE = "the store holds an object that it cannot show: it came with headers that were not signed"


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
    """The caller's file of that id, in one of the states. Raises FileNotFound, also for somebody else's."""
    upload = ports.records.get(file_id)
    if upload is None or upload.owner != caller.owner or upload.status not in states or upload.cover_of:
        raise FileNotFound(f"there is no file {file_id}")
    return upload


def refusal(upload: Upload) -> MoodropError:
    """Why an upload that is not pending cannot go on, as the error to raise."""
    upload_id = upload.upload_id
    match upload.status:
        case UploadStatus.ABORTED:
            return UploadAborted(f"upload {upload_id} was aborted")
        case UploadStatus.EXPIRED:
            return UploadExpired(f"upload {upload_id} was not confirmed in time")
        case UploadStatus.DELETED if upload.cover_of:
            return FileDeleted(f"cover {upload_id} was removed: for a newer one, with its file, or by itself")
        case UploadStatus.DELETED:
            return FileDeleted(f"file {upload_id} was deleted")
        case UploadStatus.REJECTED:
            return ObjectMismatch(upload.rejection)
        case UploadStatus.REPLACED:  # only where the file it became part of is gone
            return FileDeleted(f"file {upload.staged and upload.staged.replaced_id} was deleted")
        case _:
            return UploadFinished(f"upload {upload_id} is confirmed already")


def change_pending(ports: Ports, upload: Upload, changes: UploadChanges) -> Upload:
    """The upload after this change of its pending state, or as whoever was first left it."""
    while True:
        if changed := ports.records.change(upload.upload_id, {"status": UploadStatus.PENDING}, changes):
            return changed
        now = reread(ports, upload)
        if now.status is not UploadStatus.PENDING:
            return now
        # A killed database forgot it, and whoever inserted it has written it again: nobody was first.


def await_durable(ports: Ports, upload: Upload) -> None:
    """Return when the state that was read of an upload would survive the loss of a server.

    The call that wrote it may still be waiting for that, or have given up: nobody is to be told, and nothing
    removed, because of a state that is then undone.
    """
    ports.records.change(upload.upload_id, {"status": upload.status}, {"status": upload.status})


def reread(ports: Ports, upload: Upload) -> Upload:
    """The document as it is now. Raises UploadExpired where the sweeper has removed it."""
    now = ports.records.get(upload.upload_id)
    if now is None:
        raise UploadExpired(f"upload {upload.upload_id} is over and was swept")
    return now


def note_stored(ports: Ports, upload: Upload, stored_bytes: int) -> Upload:
    """The pending upload, of a size that nobody declared, with what a look found of it; it counts for no less."""
    if stored_bytes == (upload.stored_bytes or 0):
        return upload
    return change_pending(ports, upload, {"stored_bytes": stored_bytes})


def still_missing(ports: Ports, upload: Upload) -> Upload:
    """What to go on with when the store has no object.

    A confirm beside this one may have rejected the upload and removed the object: then that state counts.
    Raises ObjectMissing where the upload is still pending.
    """
    now = reread(ports, upload)
    if now.status is UploadStatus.PENDING:
        raise ObjectMissing(f"the store has no object for upload {upload.upload_id} yet")
    return now


def reject(ports: Ports, upload: Upload, wrong: str) -> Upload:
    """Close the upload for what is `wrong`, and remove its object; or the state that someone else chose."""
    changes: UploadChanges = {
        "status": UploadStatus.REJECTED,
        "rejection": wrong,
        "expires_at": first_emptying(ports, upload),
    }
    after = change_pending(ports, upload, changes)
    if after.status is UploadStatus.REJECTED:
        purge_objects(ports, after)
    return after


def described(upload: Upload, said: FileMetadata) -> UploadChanges:
    """The next state of what is known of a file, with what was said just now: for one conditional update."""
    known = upload.metadata.merged_with(said)
    return {"metadata": known, "revision": upload.revision + 1, **index_fields(upload.filename, known)}


def end_pending(ports: Ports, upload: Upload, status: UploadStatus) -> Upload:
    """The pending upload as one that is over; or as it is by now, which may be pending still: then try again.

    A confirm that took its lease meanwhile may make the object after we have removed it: the tombstone counts with it.
    """
    expected: UploadChanges = {"status": UploadStatus.PENDING, "completing_until": _completing_until(upload)}
    changes: UploadChanges = {"status": status, "expires_at": first_emptying(ports, upload)}
    return ports.records.change(upload.upload_id, expected, changes) or reread(ports, upload)


def _completing_until(upload: Upload) -> datetime | None:
    return upload.multipart.completing_until if upload.multipart else None


def tombstone_until(upload: Upload) -> datetime:
    """Until then a URL or a confirm under way may re-create the object: the document stays to have it removed."""
    last = max(upload.urls_expire_at, _completing_until(upload) or upload.urls_expire_at)
    if upload.kind is TransferKind.STAGED and upload.confirmed_at:
        last = max(last, upload.confirmed_at)
    part_size_bytes = upload.multipart.part_size_bytes if upload.multipart else None
    # No one request carries more than a part.
    return last + timedelta(seconds=in_flight_grace(part_size_bytes or upload.size_bytes))


def first_emptying(ports: Ports, upload: Upload) -> datetime:
    """When the sweeper comes to an upload that is settled or over.

    The URL of a staged one may fill incoming/ again: that is emptied every now and then, until the URL is dead.
    """
    last = tombstone_until(upload)
    return min(ports.now() + EMPTIED_AFTER, last) if upload.kind is TransferKind.STAGED else last


@dataclass(frozen=True, slots=True)
class UrlTimes:
    """The times of an upload that follow from its URLs."""

    urls_expire_at: datetime
    expires_at: datetime
    look_at: datetime


def url_times(
    ports: Ports,
    kind: TransferKind,
    size_bytes: int | None,
    part_size_bytes: int | None,
    *,
    now: datetime,
    expires_at: datetime | None,
) -> UrlTimes:
    """The times of an upload that gets a URL now: the sweeper never ends it before the URL is dead.

    When it is, the sweeper looks whether the bytes came, for the client may never say so.
    """
    # Of a size that nobody said, the most: so that not every part that is signed moves these times.
    most = ports.policy.max_upload_bytes if kind is TransferKind.MULTIPART and size_bytes is None else size_bytes
    urls_expire_at = now + timedelta(seconds=ports.policy.upload_url_lifetime(most))
    dead_at = urls_expire_at + timedelta(seconds=in_flight_grace(part_size_bytes or size_bytes))
    if kind is TransferKind.MULTIPART:  # who goes on asking for parts goes on sending, be it for days
        dead_at = max(dead_at, now + timedelta(seconds=ports.policy.pending_expires_in))
    return UrlTimes(urls_expire_at, expires_at=max(expires_at or dead_at, dead_at), look_at=urls_expire_at)
