"""How an upload moves from one state to the next: always by one conditional update, never by read-then-write."""

from service.uploads.derived import OutboxEvent
from service.uploads.errors import ObjectMissing, UploadExpired
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadChanges, UploadStatus
from service.uploads.ports import Ports
from service.uploads.search import index_fields
from service.uploads.usecases.access import require_may_publish
from service.uploads.usecases.lifetimes import completing_until, first_emptying
from service.uploads.usecases.purge import purge_objects

UNREADABLE = "the store holds an object that it cannot show: it came with headers that were not signed"


def change_pending(ports: Ports, upload: Upload, changes: UploadChanges) -> Upload:
    """Change a pending upload and return it; if it is no longer pending, return it as it is."""
    while True:
        if changed := ports.records.change(upload.upload_id, {"status": UploadStatus.PENDING}, changes):
            return changed
        now = reread(ports, upload)
        if now.status is not UploadStatus.PENDING:
            return now
        # A killed database forgot it, and the process that inserted it wrote it again: nobody was first.


def await_durable(ports: Ports, upload: Upload) -> None:
    """Return when the state that was read of an upload would survive the loss of a server.

    The call that wrote it may still be waiting for that, or may have given up. Nobody may be told of a state that is
    undone later, and nothing may be removed because of it.
    """
    ports.records.change(upload.upload_id, {"status": upload.status}, {"status": upload.status})


def reread(ports: Ports, upload: Upload) -> Upload:
    """Return the document as it is now. Raises UploadExpired if the sweeper has removed it."""
    now = ports.records.get(upload.upload_id)
    if now is None:
        raise UploadExpired(f"upload {upload.upload_id} is over and was swept")
    return now


def note_stored(ports: Ports, upload: Upload, stored_bytes: int) -> Upload:
    """Record how many bytes of a pending upload of undeclared size are in the store; it counts for at least these."""
    if stored_bytes == (upload.stored_bytes or 0):
        return upload
    return change_pending(ports, upload, {"stored_bytes": stored_bytes})


def still_missing(ports: Ports, upload: Upload) -> Upload:
    """Return the state to go on with when the store has no object. Raises ObjectMissing if it is still pending.

    Another confirm may have rejected the upload and removed the object meanwhile.
    """
    now = reread(ports, upload)
    if now.status is UploadStatus.PENDING:
        raise ObjectMissing(f"the store has no object for upload {upload.upload_id} yet")
    return now


def reject(ports: Ports, upload: Upload, wrong: str, *, code: str | None = None) -> Upload:
    """Reject the upload for what is `wrong` and remove its object, unless someone else ended it first.

    `code` is that of the error to answer with from then on; None: the object is not what was declared.
    """
    changes: UploadChanges = {
        "status": UploadStatus.REJECTED,
        "rejection": wrong,
        "rejection_code": code,
        "expires_at": first_emptying(ports, upload),
    }
    after = change_pending(ports, upload, changes)
    if after.status is UploadStatus.REJECTED:
        purge_objects(ports, after)
    return after


def metadata_changes(upload: Upload, metadata: FileMetadata) -> UploadChanges:
    """Return the changes that add this metadata to an upload: for one conditional update. Raises FileQuarantined."""
    require_may_publish(upload, metadata.visibility)
    known = upload.metadata.merged_with(metadata)
    indexed = index_fields(upload.filename, known, upload.measured_seconds)
    return {"metadata": known, "revision": upload.revision + 1, **indexed}


def end_pending(ports: Ports, upload: Upload, status: UploadStatus) -> Upload:
    """End a pending upload, unless someone else changed it first; it may still be pending then, so try again.

    A confirm that took its lease meanwhile may create the object after it is removed here, so nothing is changed then.
    """
    expected: UploadChanges = {"status": UploadStatus.PENDING, "completing_until": completing_until(upload)}
    changes: UploadChanges = {"status": status, "expires_at": first_emptying(ports, upload)}
    return ports.records.change(upload.upload_id, expected, changes) or reread(ports, upload)


def announce(ports: Ports, upload: Upload, event: OutboxEvent) -> UploadChanges:
    """Return the change that tells others of the event, for the update that it is about: so no crash can lose it.

    No change if nobody is to be told.
    """
    # What was made from a file has to follow it, even if nothing is made from new files any more.
    is_known = event is not OutboxEvent.READY and bool(upload.outbox or upload.derived)
    is_end = event is OutboxEvent.DELETED and ports.policy.announces_deletions
    if not (ports.policy.announces or is_known or is_end):
        return {}
    return {"outbox": (*(other for other in upload.outbox if other is not event), event)}
