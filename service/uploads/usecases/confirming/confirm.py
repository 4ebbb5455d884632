"""Confirm: the client says it is done, and we look for ourselves before anything is recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from service.shared.model import Caller
from service.store.model import StoredObject
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
    late_word,
    may_describe,
    shown_to,
    speaks_for,
)
from service.uploads.usecases.confirming.complete_parts import SentPart, check_sent, joined
from service.uploads.usecases.confirming.staged import settle_staged
from service.uploads.usecases.covers import check_nothing_said, settle_cover
from service.uploads.usecases.purge import purge_objects
from service.uploads.usecases.starting.multipart import is_open
from service.uploads.usecases.starting.signed_requests import part_algorithm
from service.uploads.usecases.transitions import (
    UNREADABLE,
    await_durable,
    change_pending,
    described,
    own_upload,
    refusal,
    reject,
    reread,
    still_missing,
    tombstone_until,
)

NOTHING_SAID = FileMetadata()


def confirm_upload(
    ports: Ports, caller: Caller, upload_id: str, said: FileMetadata, sent: Sequence[SentPart] | None = None
) -> Upload:
    """Confirm the upload and return its file; for a cover, the file that has it now.

    Any number of confirms, at once or later, return the same file; the first client's metadata stays. Only callers who
    may read files see what others have edited since.

    Raises ObjectMissing, PartsMissing, UploadBusy (retryable), PartMismatch, ObjectMismatch, MoodNotAllowed,
    NotMultipart, PartNumberInvalid, and what `refusal` says of an upload that is over.
    """
    ports.policy.check_mood(said.mood)
    upload = own_upload(ports, caller, upload_id)
    if upload.cover_of:
        check_nothing_said(said)
    if upload.status is not UploadStatus.PENDING:
        await_durable(ports, upload)
    if sent is not None:
        check_sent(upload, sent)
    file = _settled(ports, caller, upload, said, sent or ())
    if file.status is not UploadStatus.READY:
        raise refusal(file)
    return shown_to(caller, file if upload.cover_of else _taken_over(ports, caller, file, said), upload)


def _settled(ports: Ports, caller: Caller, upload: Upload, said: FileMetadata, sent: Sequence[SentPart]) -> Upload:
    if speaks_for(caller, upload):
        return settle(ports, upload, said, by="client", sent=sent)
    # If it becomes a new file, the caller's metadata is set afterwards.
    return settle(ports, upload, NOTHING_SAID, by="look")


def settle(
    ports: Ports, upload: Upload, said: FileMetadata, *, by: ConfirmedBy, sent: Sequence[SentPart] = ()
) -> Upload:
    """The file, where the bytes of a pending upload have arrived; an upload in any other state as it is.

    For whoever learns that they may have: the client, the store's event, the sweeper. Raises ObjectMissing,
    PartsMissing, PartMismatch, UploadBusy.
    """
    if upload.kind is TransferKind.STAGED:
        return settle_staged(ports, upload, said, by=by)
    if is_open(upload):
        if plan_of(upload) is None:
            raise PartsMissing(f"how many parts upload {upload.upload_id} has, its client has not said yet")
        upload, stored = joined(ports, upload, sent)
    elif upload.status is UploadStatus.PENDING:
        # The sweeper ends what is not there, and so waits for what is under way.
        look = ports.objects.head if by == "sweep" else ports.objects.arrived
        stored = look(upload.bucket, upload.object_key)
    if upload.status is UploadStatus.PENDING:
        upload = _record(ports, upload, stored, said, by)
    return settle_cover(ports, upload) if upload.status is UploadStatus.ATTACHED else upload


def _record(ports: Ports, upload: Upload, stored: StoredObject | None, said: FileMetadata, by: ConfirmedBy) -> Upload:
    if stored is None:
        return still_missing(ports, upload)
    wrong = mismatch(upload, stored)
    if wrong:
        return reject(ports, upload, wrong)
    facts = _as_file(ports, upload, stored, said, by)
    if upload.kind is TransferKind.PUT:
        return change_pending(ports, upload, facts)
    return _record_joined(ports, upload, facts)


def _as_file(ports: Ports, upload: Upload, stored: StoredObject, said: FileMetadata, by: ConfirmedBy) -> UploadChanges:
    """What changes when its bytes were found as declared."""
    return {
        "status": UploadStatus.ATTACHED if upload.cover_of else UploadStatus.READY,
        "etag": stored.etag,
        "version_id": stored.version_id,
        "checksum": _proven_checksum(upload, stored),
        "confirmed_at": ports.now(),
        "confirmed_by": by,
        "edited": False,
        # Of a cover there is more to do: the sweeper does it, if this confirm does not live to.
        "expires_at": tombstone_until(upload) if upload.cover_of else None,
        **described(upload, said),
    }


def confirm_puts(ports: Ports, caller: Caller, found: Iterable[tuple[Upload, StoredObject | None]]) -> list[Upload]:
    """The files of those pending `put`s whose bytes were found as declared, recorded by one write.

    The others, and those that somebody else has ended meanwhile, are left to `confirm_upload`.
    """
    facts = {
        upload.upload_id: _as_file(ports, upload, stored, NOTHING_SAID, "client")
        for upload, stored in found
        if stored is not None and mismatch(upload, stored) is None
    }
    after = ports.records.change_many(facts, {"status": UploadStatus.PENDING})
    files = [_taken_over(ports, caller, file, NOTHING_SAID) for file in after if file.status is UploadStatus.READY]
    return [shown_to(caller, file, file) for file in files]


def _record_joined(ports: Ports, upload: Upload, facts: UploadChanges) -> Upload:
    # A part that was under way may open the multipart upload anew (VersityGW): the sweeper looks once more.
    after_all: UploadChanges = {
        **facts,
        "expires_at": tombstone_until(upload),
        "look_at": None,
        "completing_until": None,
        "abort_at": None,
    }
    try:
        after = change_pending(ports, upload, after_all)
    except UploadExpired:
        # A sweeper has ended it meanwhile: no document names the object.
        purge_objects(ports, upload)
        raise
    if after.status is not facts["status"]:
        purge_objects(ports, after)
    return after


def _taken_over(ports: Ports, caller: Caller, file: Upload, said: FileMetadata) -> Upload:
    """Return the file found before its client confirmed it, with the client's metadata if it may still set it."""
    while file.status is UploadStatus.READY and file.confirmed_by in FINDERS and may_describe(ports, caller, file):
        expected: UploadChanges = {
            "status": file.status,
            "revision": file.revision,
            "confirmed_by": file.confirmed_by,
        }
        changes: UploadChanges = {"confirmed_by": "client", **described(file, late_word(caller, said))}
        file = ports.records.change(file.upload_id, expected, changes) or reread(ports, file)
    return file


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


def _proven_checksum(upload: Upload, stored: StoredObject) -> Checksum | None:
    """The declared one; where none was, the one that follows from the CRCs to which the parts were bound."""
    if upload.checksum:
        return replace(upload.checksum, verified=is_checkable(upload, stored))
    whole = stored.checksums.get("crc32c")
    if part_algorithm(upload) == "crc32c" and whole:
        return Checksum("crc32c", whole, verified=True)
    return None


def is_checkable(upload: Upload, stored: StoredObject) -> bool:
    """Whether the store has checked the bytes against the declared digest, or keeps one of its own to compare."""
    if upload.kind is TransferKind.PUT:
        return True
    # Of parts, only their CRCs add up to that of the whole.
    algorithm = upload.checksum and upload.checksum.algorithm
    return algorithm == part_algorithm(upload) == "crc32c" and "crc32c" in stored.checksums


def _checksum_mismatch(upload: Upload, stored: StoredObject) -> str | None:
    if upload.checksum is None or not is_checkable(upload, stored):
        return None
    # Where the store never keeps a digest of that kind, its check of the signed header is the proof. Where it
    # does, an object without one did not come by the URL that was signed.
    kept = stored.checksums.get(upload.checksum.algorithm, upload.checksum.value_base64)
    if kept != upload.checksum.value_base64:
        holds = kept or "none"
        return f"declared {upload.checksum.algorithm} {upload.checksum.value_base64}, the store holds {holds}"
    return None
