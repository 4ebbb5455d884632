"""Confirms an upload: the client says that it is done, and the service checks the store before it records a file."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from service.shared.model import Caller
from service.store.model import StoredObject
from service.uploads.derived import OutboxEvent
from service.uploads.errors import PartsMissing, UploadExpired
from service.uploads.metadata import FileMetadata
from service.uploads.model import (
    Checksum,
    ConfirmedBy,
    TransferKind,
    Upload,
    UploadChanges,
    UploadStatus,
)
from service.uploads.part_plan import plan_of
from service.uploads.ports import Ports
from service.uploads.usecases.access import (
    FINDERS,
    late_metadata,
    may_describe,
    may_describe_target,
    own_upload,
    shown_to,
)
from service.uploads.usecases.confirming.complete_parts import SentPart, check_sent, complete_parts
from service.uploads.usecases.confirming.staged import finalize_staged
from service.uploads.usecases.covers import finalize_cover, require_no_metadata
from service.uploads.usecases.lifetimes import tombstone_until
from service.uploads.usecases.purge import purge_objects
from service.uploads.usecases.refusals import refusal
from service.uploads.usecases.starting.signed_requests import part_algorithm
from service.uploads.usecases.transitions import (
    UNREADABLE,
    announce,
    await_durable,
    change_pending,
    metadata_changes,
    reject,
    reread,
    still_missing,
)

NO_METADATA = FileMetadata()


def confirm_upload(
    ports: Ports, caller: Caller, upload_id: str, metadata: FileMetadata, sent: Sequence[SentPart] | None = None
) -> Upload:
    """Confirm the upload and return its file; for a cover, the file that has it now.

    Any number of confirms, at once or later, return the same file; the first client's metadata stays. Only callers who
    may read files see what others have edited since.

    Raises ObjectMissing, PartsMissing, UploadBusy (retryable), PartMismatch, ObjectMismatch, MoodNotAllowed,
    NotMultipart, PartNumberInvalid, and what `refusal` says of an upload that is over.
    """
    ports.policy.check_mood(metadata.mood)
    upload = own_upload(ports, caller, upload_id)
    if upload.cover_of:
        require_no_metadata(metadata)
    if upload.status is not UploadStatus.PENDING:
        await_durable(ports, upload)
    if sent is not None:
        check_sent(upload, sent)
    file = _finalize_for(ports, caller, upload, metadata, sent or ())
    if file.status is not UploadStatus.READY:
        raise refusal(file)
    return shown_to(caller, file if upload.cover_of else _adopt_metadata(ports, caller, file, metadata), upload)


def _finalize_for(
    ports: Ports, caller: Caller, upload: Upload, metadata: FileMetadata, sent: Sequence[SentPart]
) -> Upload:
    if may_describe_target(caller, upload):
        return finalize(ports, upload, metadata, by="client", sent=sent)
    # If it becomes a new file, the caller's metadata is set afterwards.
    return finalize(ports, upload, NO_METADATA, by="look")


def finalize(
    ports: Ports, upload: Upload, metadata: FileMetadata, *, by: ConfirmedBy, sent: Sequence[SentPart] = ()
) -> Upload:
    """Record the file if the bytes of a pending upload have arrived; return any other upload as it is.

    Called when they may have arrived: by the client, the store's event, the sweeper. Raises ObjectMissing,
    PartsMissing, PartMismatch, UploadBusy.
    """
    if upload.kind is TransferKind.STAGED:
        return finalize_staged(ports, upload, metadata, by=by)
    if upload.multipart and upload.status is UploadStatus.PENDING:
        if plan_of(upload) is None:
            raise PartsMissing(f"the client of upload {upload.upload_id} has not said yet how many parts it has")
        upload, stored = complete_parts(ports, upload, sent)
    elif upload.status is UploadStatus.PENDING:
        # The sweeper ends an upload that is not there, so it waits for a PUT that is still running.
        head = ports.objects.head if by == "sweep" else ports.objects.arrived
        stored = head(upload.bucket, upload.object_key)
    if upload.status is UploadStatus.PENDING:
        upload = _record(ports, upload, stored, metadata, by)
    return finalize_cover(ports, upload) if upload.status is UploadStatus.ATTACHED else upload


def _record(
    ports: Ports, upload: Upload, stored: StoredObject | None, metadata: FileMetadata, by: ConfirmedBy
) -> Upload:
    if stored is None:
        return still_missing(ports, upload)
    wrong = mismatch(upload, stored)
    if wrong:
        return reject(ports, upload, wrong)
    facts = _file_changes(ports, upload, stored, metadata, by)
    if upload.kind is TransferKind.PUT:
        return change_pending(ports, upload, facts)
    return _record_completed(ports, upload, facts)


def _file_changes(
    ports: Ports, upload: Upload, stored: StoredObject, metadata: FileMetadata, by: ConfirmedBy
) -> UploadChanges:
    """Return the changes that make the upload a file, once its bytes are known to be as declared."""
    return {
        "status": UploadStatus.ATTACHED if upload.cover_of else UploadStatus.READY,
        "etag": stored.etag,
        "version_id": stored.version_id,
        "checksum": proven_checksum(upload, stored),
        "confirmed_at": ports.now(),
        "confirmed_by": by,
        "edited": False,
        # More remains to be done for a cover; if this confirm dies first, the sweeper does it.
        "expires_at": tombstone_until(upload) if upload.cover_of else None,
        **announce(ports, upload, OutboxEvent.READY),
        **metadata_changes(upload, metadata),
    }


def confirm_puts(ports: Ports, caller: Caller, arrived: Iterable[tuple[Upload, StoredObject | None]]) -> list[Upload]:
    """Record, by one write, the pending uploads of kind `put` that arrived as declared; return their files.

    The others, and those that someone else has ended meanwhile, are left to `confirm_upload`.
    """
    facts = {
        upload.upload_id: _file_changes(ports, upload, stored, NO_METADATA, "client")
        for upload, stored in arrived
        if stored is not None and mismatch(upload, stored) is None
    }
    after = ports.records.change_many(facts, {"status": UploadStatus.PENDING})
    files = [_adopt_metadata(ports, caller, file, NO_METADATA) for file in after if file.status is UploadStatus.READY]
    return [shown_to(caller, file, file) for file in files]


def _record_completed(ports: Ports, upload: Upload, facts: UploadChanges) -> Upload:
    # A part that was still being sent may reopen the multipart upload (VersityGW), so the sweeper checks once more.
    after_all: UploadChanges = {
        **facts,
        "expires_at": tombstone_until(upload),
        "next_check_at": None,
        "completing_until": None,
        "abort_at": None,
    }
    try:
        after = change_pending(ports, upload, after_all)
    except UploadExpired:
        # A sweeper has ended it meanwhile, so no document names the object.
        purge_objects(ports, upload)
        raise
    if after.status is not facts["status"]:
        purge_objects(ports, after)
    return after


def _adopt_metadata(ports: Ports, caller: Caller, file: Upload, metadata: FileMetadata) -> Upload:
    """Set the client's metadata on a file discovered before its client confirmed it, if the client still may."""
    while file.status is UploadStatus.READY and file.confirmed_by in FINDERS and may_describe(ports, caller, file):
        expected: UploadChanges = {
            "status": file.status,
            "revision": file.revision,
            "confirmed_by": file.confirmed_by,
        }
        changes: UploadChanges = {"confirmed_by": "client", **metadata_changes(file, late_metadata(caller, metadata))}
        file = ports.records.change(file.upload_id, expected, changes) or reread(ports, file)
    return file


def mismatch(upload: Upload, stored: StoredObject) -> str | None:
    """Return in words, with both values, how the stored object differs from the declared one; None if it does not."""
    if not stored.is_readable:
        return UNREADABLE
    if stored.size_bytes != upload.size_bytes:
        return f"declared {upload.size_bytes} bytes, the store holds {stored.size_bytes}"
    if stored.content_type != upload.content_type:
        return f"declared type {upload.content_type!r}, the store holds {stored.content_type!r}"
    if stored.content_encoding:
        # It was not signed, and a browser would decode the bytes before it saves them.
        return f"declared no content encoding, the store holds {stored.content_encoding!r}"
    return _checksum_mismatch(upload, stored)


def proven_checksum(upload: Upload, stored: StoredObject) -> Checksum | None:
    """Return the declared checksum, or the one that follows from the CRCs to which the parts were bound."""
    if upload.checksum:
        return replace(upload.checksum, verified=is_checkable(upload, stored))
    whole = stored.checksums.get("crc32c")
    if upload.multipart and upload.multipart.part_checksum_algorithm == "crc32c" and whole:
        return Checksum("crc32c", whole, verified=True)
    return None


def is_checkable(upload: Upload, stored: StoredObject) -> bool:
    """Return whether the store checked the bytes against the declared digest, or keeps one to compare with."""
    if upload.kind is TransferKind.PUT:
        return True
    # Only the CRCs of parts add up to the CRC of the whole file.
    algorithm = upload.checksum and upload.checksum.algorithm
    return algorithm == part_algorithm(upload) == "crc32c" and "crc32c" in stored.checksums


def _checksum_mismatch(upload: Upload, stored: StoredObject) -> str | None:
    if upload.checksum is None or not is_checkable(upload, stored):
        return None
    # If the store never keeps a digest of that kind, its check of the signed header is the proof. If it does, an object
    # without one did not come by the signed URL.
    digest = stored.checksums.get(upload.checksum.algorithm, upload.checksum.value_base64)
    if digest != upload.checksum.value_base64:
        holds = digest or "none"
        return f"declared {upload.checksum.algorithm} {upload.checksum.value_base64}, the store holds {holds}"
    return None
