"""Staged uploads: clients that can sign no headers PUT to incoming/, and the service copies the bytes on.

The copy happens inside the store while the source still has the etag that was checked, so no holder of
the upload URL can change a file afterwards. A second upload to the same key becomes a new version of
the same file. Nothing is copied to a key that another upload has, or may get. docs/design/02-sealing.md describes
the order of the steps, and what a crash between two of them leaves.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from service.shared.errors import MoodropError
from service.shared.model import Caller
from service.store.model import StoredObject
from service.uploads.derived import OutboxEvent
from service.uploads.errors import ObjectKeyTaken, UploadExpired
from service.uploads.metadata import FileMetadata
from service.uploads.model import (
    ConfirmedBy,
    TransferKind,
    Upload,
    UploadChanges,
    UploadStatus,
)
from service.uploads.object_keys import may_hold
from service.uploads.ports import Ports
from service.uploads.usecases import allowance
from service.uploads.usecases.access import may_describe_target, reaches
from service.uploads.usecases.labelling import label_for
from service.uploads.usecases.lifetimes import first_emptying, tombstone_until
from service.uploads.usecases.purge import purge_older, purge_staging
from service.uploads.usecases.refusals import refusal
from service.uploads.usecases.replacements import confirmed_at_of, order_of, replaced_id_of
from service.uploads.usecases.transitions import (
    UNREADABLE,
    announce,
    change_pending,
    metadata_changes,
    note_stored,
    reject,
    reread,
    still_missing,
)


def finalize_staged(ports: Ports, upload: Upload, metadata: FileMetadata, *, by: ConfirmedBy = "client") -> Upload:
    """Make a staged upload a file, in whatever state the upload is. Safe to repeat.

    Returns the upload itself, or the older file of the same key that got its bytes.
    """
    if upload.status is UploadStatus.PENDING:
        upload = _promote(ports, upload, metadata, by)
    if upload.status is UploadStatus.REPLACED:
        return _hand_over(ports, upload)
    return upload


def trim_staged(ports: Ports, upload: Upload) -> Upload:
    """Remove all but the newest bytes of a pending staged upload; reject the upload if those are too large.

    For checks while the URL may still bring other bytes: nothing is recorded.
    """
    source = ports.objects.head(upload.bucket, upload.object_key)
    if source is None:
        return upload
    wrong = _not_allowed(ports, upload, source)
    if wrong and source.size_bytes > ports.policy.max_upload_bytes:
        return reject(ports, upload, wrong)
    purge_older(ports, upload, source)
    return note_stored(ports, upload, source.size_bytes)


def list_staged(ports: Ports, caller: Caller, target_key: str) -> list[Upload]:
    """Return the uploads that wait for a key and that the caller reaches, oldest first."""
    return [upload for upload in ports.records.staged_for(caller.owner, target_key) if reaches(caller, upload)]


def finalize_key(
    ports: Ports, caller: Caller, target_key: str, metadata: FileMetadata, *, by: ConfirmedBy
) -> Upload | None:
    """Finalize the caller's uploads that wait for a key, in the order sent; return the file of the key, if any."""
    waiting = [(ports.objects.head(u.bucket, u.object_key), u) for u in list_staged(ports, caller, target_key)]
    arrived = [(stored.modified_at, upload.upload_id, upload) for stored, upload in waiting if stored]
    refused: MoodropError | None = None
    for _, _, upload in sorted(arrived, key=lambda row: row[:2]):
        with suppress(ObjectKeyTaken):  # this upload may not replace the existing file, which is the answer
            after = _finalize_for(ports, caller, upload, metadata, by)
            refused = refusal(after) if after.status is UploadStatus.REJECTED else None
    if refused:
        raise refused
    return _finish_key(ports, caller.owner, target_key)


def _finalize_for(ports: Ports, caller: Caller, upload: Upload, metadata: FileMetadata, by: ConfirmedBy) -> Upload:
    if may_describe_target(caller, upload):
        return finalize_staged(ports, upload, metadata, by=by)
    return finalize_staged(ports, upload, FileMetadata(), by="look")


def _finish_key(ports: Ports, owner: str, target_key: str) -> Upload | None:
    """Return the owner's file of the key, after finishing the replacements that were cut off halfway."""
    uploads = [upload for upload in ports.records.at_key(target_key) if upload.owner == owner]
    file = next((upload for upload in uploads if upload.status is UploadStatus.READY), None)
    if file is None:
        return None
    cut_off = [u for u in uploads if replaced_id_of(u) == file.upload_id and order_of(u) > order_of(file)]
    for upload in sorted(cut_off, key=order_of):
        file = _hand_over(ports, upload)
    return file if file.status is UploadStatus.READY else None  # deleted meanwhile


def _promote(ports: Ports, upload: Upload, metadata: FileMetadata, by: ConfirmedBy) -> Upload:
    source = ports.objects.head(upload.bucket, upload.object_key)
    if source is None:
        return still_missing(ports, upload)
    wrong = _not_allowed(ports, upload, source)
    if wrong:
        return reject(ports, upload, wrong)
    try:
        older = _require_own_key(ports, upload)
    except ObjectKeyTaken:
        purge_older(ports, upload, source)
        raise
    if beyond := allowance.enlarge(ports, upload, source.size_bytes):
        return reject(ports, upload, beyond.detail, code=beyond.code)
    content_type = ports.policy.check_content_type(source.content_type)
    copied = ports.objects.copy(
        upload.bucket,
        upload.object_key,
        upload.target_key,
        if_match=source.etag,
        content_type=content_type,
        label=_label(ports, older or upload, upload, source, metadata),
    )
    if copied is None:  # the source was replaced or removed meanwhile
        purge_older(ports, upload, source)
        return still_missing(ports, upload)
    return _record(ports, upload, copied, metadata, by)


def _label(ports: Ports, file: Upload, upload: Upload, source: StoredObject, metadata: FileMetadata) -> str | None:
    """Return the label of the bytes that the file gets from this upload."""
    declared = file.metadata.merged_with(upload.metadata).merged_with(metadata)
    becoming = replace(file, kind=TransferKind.STAGED, size_bytes=source.size_bytes, metadata=declared, checksum=None)
    return label_for(ports, becoming, upload.target_key)


def _require_own_key(ports: Ports, upload: Upload) -> Upload | None:
    """Raise ObjectKeyTaken before the copy if another upload of the key would mistake the copy for its own bytes.

    Returns the file that gets them, if the key has one.

    Between this check and the copy only another staged upload can take the key: the service generates all other keys
    and reveals them only after writing their documents, and a staged upload never has such a key unless it is its own.
    """
    target = upload.target_key
    there = [other for other in ports.records.at_key(target) if other.object_key == target]
    if not may_hold(target, upload.upload_id) or not all(_gives_way(other, upload) for other in there):
        raise ObjectKeyTaken(f"the key {target!r} belongs to another upload, or to a file that it may not replace")
    return there[0] if there else None


def _gives_way(other: Upload, upload: Upload) -> bool:
    """Whether the upload may replace the file that has its key, or is that file already, by a simultaneous confirm."""
    is_staged_file = other.kind is TransferKind.STAGED and other.status is UploadStatus.READY
    is_replaceable = is_staged_file and other.owner == upload.owner and upload.staged and upload.staged.replaces
    return bool(is_replaceable) or other.upload_id == upload.upload_id


def _not_allowed(ports: Ports, upload: Upload, source: StoredObject) -> str | None:
    if not source.is_readable:
        return UNREADABLE
    try:
        content_type = ports.policy.check_content_type(source.content_type)
        ports.policy.check_size(source.size_bytes)
    except MoodropError as error:
        return error.detail
    if upload.size_bytes not in (None, source.size_bytes):
        return f"declared {upload.size_bytes} bytes, the store holds {source.size_bytes}"
    if upload.content_type not in (None, content_type):
        return f"declared type {upload.content_type!r}, the store holds {content_type!r}"
    return None


def _record(ports: Ports, upload: Upload, copied: StoredObject, metadata: FileMetadata, by: ConfirmedBy) -> Upload:
    facts: UploadChanges = {
        "etag": copied.etag,
        "version_id": copied.version_id,
        "size_bytes": copied.size_bytes,
        "content_type": copied.content_type,
        "confirmed_at": ports.now(),
        "confirmed_by": by,
        "edited": False,
        "expires_at": first_emptying(ports, replace(upload, confirmed_at=ports.now())),
        **metadata_changes(upload, metadata),
    }
    try:
        after = _become_file(ports, upload, facts)
    except (ObjectKeyTaken, UploadExpired):
        # The key belongs to another upload, or a sweeper has ended this one: no document names the copy.
        _drop_version(ports, upload, copied.version_id)
        raise
    if after.version_id != copied.version_id:
        # Another confirm was first, with a copy of its own.
        _drop_version(ports, upload, copied.version_id)
    purge_staging(ports, upload)
    return after


def _become_file(ports: Ports, upload: Upload, facts: UploadChanges) -> Upload:
    became: UploadChanges = {
        **facts,
        "status": UploadStatus.READY,
        "object_key": upload.target_key,
        **announce(ports, upload, OutboxEvent.READY),
    }
    try:
        return change_pending(ports, upload, became)
    except ObjectKeyTaken:
        return _become_version(ports, upload, facts)


def _become_version(ports: Ports, upload: Upload, facts: UploadChanges) -> Upload:
    older = ports.records.file_by_key(upload.owner, upload.target_key)
    if older is None or not _gives_way(older, upload):
        raise ObjectKeyTaken(f"the key {upload.target_key!r} belongs to another upload")
    # Later than the older one, even if the clock has not moved or is behind the clock of another server.
    confirmed_at = max(ports.now(), confirmed_at_of(older) + timedelta(milliseconds=1))
    became: UploadChanges = {
        **facts,
        "status": UploadStatus.REPLACED,
        "replaced_id": older.upload_id,
        "confirmed_at": confirmed_at,
    }
    return change_pending(ports, upload, became)


def _hand_over(ports: Ports, upload: Upload) -> Upload:
    """Give the older file of the key the bytes of this upload, unless a later upload did so already."""
    older = ports.records.get(replaced_id_of(upload) or "")
    same = older is not None and _bytes_of(older) == _bytes_of(upload)
    if older is None or older.status is not UploadStatus.READY or order_of(older) > order_of(upload):
        if not same:
            _drop_version(ports, upload, upload.version_id)
        return older or upload
    if same:
        return older
    # The older one's own URL may be the last to die.
    latest = replace(upload, urls_expire_at=max(upload.urls_expire_at, older.urls_expire_at))
    changes: UploadChanges = {
        # New files may go to another store than the older one's.
        "bucket": upload.bucket,
        "etag": upload.etag,
        "version_id": upload.version_id,
        "size_bytes": upload.size_bytes,
        "content_type": upload.content_type,
        "confirmed_at": upload.confirmed_at,
        "confirmed_by": upload.confirmed_by,
        # These bytes were never anywhere else.
        "moved_at": None,
        "moved_source": None,
        "left": None,
        "urls_expire_at": latest.urls_expire_at,
        # The file no longer has only its uploader's words, whoever confirmed these bytes.
        "edited": True,
        # If the sweeper comes sooner, for the older one's own URL, it stays so.
        "expires_at": older.expires_at or tombstone_until(latest),
        **metadata_changes(older, upload.metadata),
        **announce(ports, older, OutboxEvent.READY),
    }
    expected: UploadChanges = {"status": UploadStatus.READY, "revision": older.revision}
    changed = ports.records.change(older.upload_id, expected, changes)
    if changed is None:
        return _hand_over(ports, reread(ports, upload))
    if older.bucket == upload.bucket:
        _drop_version(ports, upload, older.version_id)
    else:
        ports.objects.delete_version(older.bucket, older.object_key, older.version_id)
    if older.left and (older.left.version_id or older.left.bucket != upload.bucket):
        ports.objects.delete_version(older.left.bucket, older.object_key, older.left.version_id)
    return changed


def _bytes_of(upload: Upload) -> tuple[datetime | None, str]:
    """Return what tells the bytes of two uploads apart, wherever they have moved meanwhile."""
    return upload.confirmed_at, upload.source


def _drop_version(ports: Ports, upload: Upload, version_id: str | None) -> None:
    """Remove a copy that no document names. Without versions there is only the file itself, which stays."""
    if version_id:
        ports.objects.delete_version(upload.bucket, upload.target_key, version_id)
