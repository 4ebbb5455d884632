"""Confirm: the client says it is done, and we look for ourselves before anything is recorded."""

from service.model import Caller, FileMetadata, StoredObject, TransferKind, Upload, UploadStatus
from service.ports import Ports
from service.usecases.staged import settle_staged
from service.usecases.transitions import (
    UNREADABLE,
    await_durable,
    change_pending,
    described,
    own_upload,
    refusal,
    reject,
    still_missing,
)


def confirm_upload(ports: Ports, caller: Caller, upload_id: str, said: FileMetadata) -> Upload:
    """The file. Any number of confirms, at once or later, give the same one; the first one's metadata stays.

    Raises ObjectMissing (retryable), ObjectMismatch, MoodNotAllowed, and what `refusal` says of an upload
    that is over.
    """
    ports.policy.check_mood(said.mood)
    upload = own_upload(ports, caller, upload_id)
    if upload.status is not UploadStatus.PENDING:
        await_durable(ports, upload)
    if upload.kind is TransferKind.STAGED:
        upload = settle_staged(ports, upload, said)
    elif upload.status is UploadStatus.PENDING:
        upload = _verify(ports, upload, said)
    if upload.status is not UploadStatus.READY:
        raise refusal(upload)
    return upload


def _verify(ports: Ports, upload: Upload, said: FileMetadata) -> Upload:
    stored = ports.objects.head(upload.bucket, upload.object_key)
    if stored is None:
        return still_missing(ports, upload)
    wrong = mismatch(upload, stored)
    if wrong:
        return reject(ports, upload, wrong)
    facts = {
        "status": UploadStatus.READY,
        "etag": stored.etag,
        "version_id": stored.version_id,
        "confirmed_at": ports.now(),
        "expires_at": None,
        **described(upload, said),
    }
    return change_pending(ports, upload, facts)


def mismatch(upload: Upload, stored: StoredObject) -> str | None:
    """What differs between declared and stored, with both values, in words; None where nothing does."""
    if not stored.is_readable:
        return UNREADABLE
    if stored.size_bytes != upload.size_bytes:
        return f"declared {upload.size_bytes} bytes, the store holds {stored.size_bytes}"
    if stored.content_type != upload.content_type:
        return f"declared type {upload.content_type!r}, the store holds {stored.content_type!r}"
    if stored.content_encoding:
        # Nobody signed it, and a browser would decode the bytes before saving them.
        return f"declared no content encoding, the store holds {stored.content_encoding!r}"
    return _checksum_mismatch(upload, stored)


def _checksum_mismatch(upload: Upload, stored: StoredObject) -> str | None:
    if upload.checksum is None:
        return None
    # Where the store never keeps a digest of that kind, its check of the signed header is the proof. Where it
    # does, an object without one did not come by the URL that was signed.
    kept = stored.checksums.get(upload.checksum.algorithm, upload.checksum.value_base64)
    if kept != upload.checksum.value_base64:
        holds = kept or "none"
        return f"declared {upload.checksum.algorithm} {upload.checksum.value_base64}, the store holds {holds}"
    return None
