"""An upload's life, but for its confirm (confirm.py): started, given fresh URLs, aborted, listed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from service import file_names, object_keys
from service.errors import IdempotencyKeyReused, MoodropError, Unavailable, UploadFinished
from service.model import (
    Caller,
    Checksum,
    FileMetadata,
    Position,
    PresignedRequest,
    TransferKind,
    Upload,
    UploadQuery,
    UploadStatus,
)
from service.policy import check_checksum
from service.ports import Ports
from service.scopes import UPLOADS_WRITE, require
from service.search import index_fields
from service.usecases import grants
from service.usecases.purge import purge_objects
from service.usecases.transitions import (
    await_durable,
    change_pending,
    own_upload,
    refusal,
    tombstone_until,
    url_times,
)

# What the client declared, as the headers that the store checks against the bytes.
CHECKSUM_HEADERS = {"sha256": "x-amz-checksum-sha256", "crc32c": "x-amz-checksum-crc32c", "md5": "content-md5"}


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What a client declares before the first byte."""

    filename: str
    content_type: str
    size_bytes: int
    metadata: FileMetadata
    checksum: Checksum | None = None


def start_upload(
    ports: Ports, caller: Caller, new: NewUpload, idempotency_key: str | None = None
) -> tuple[Upload, PresignedRequest]:
    """Check the policy and the token's grant, sign the PUT, write the pending document.

    With an idempotency key, the same request again gets the upload of the first one, with a fresh URL.
    Raises ContentTypeNotAllowed, FileTooLarge, MoodNotAllowed, ChecksumInvalid, KeyOutsideGrant,
    GrantTypeNotAllowed, GrantTooLarge, GrantExhausted; then nothing is written.
    With a key also IdempotencyKeyReused, and what `refusal` says where that upload is over.
    """
    require(caller, UPLOADS_WRITE)
    upload = _declared(ports, caller, new)
    if idempotency_key is None:
        grants.spend_one(ports, caller, new.size_bytes)
        return issue(ports, upload)
    upload = replace(upload, idempotency_key=idempotency_key, request_digest=digest_of(new))
    # A repeated request takes nothing more from its token, and works though the first one used it up.
    if grants.is_counted(caller) and (earlier := _earlier(ports, upload)):
        return _renewed(ports, earlier)
    grants.spend_one(ports, caller, new.size_bytes)
    return _issue_once(ports, upload)


def _issue_once(ports: Ports, upload: Upload) -> tuple[Upload, PresignedRequest]:
    # The database's unique index decides which of two requests at once is the first.
    try:
        return issue(ports, upload)
    except IdempotencyKeyReused:
        earlier = _earlier(ports, upload)
    # None: it was swept since, and the key is free again.
    return _renewed(ports, earlier) if earlier else _issue_once(ports, upload)


def _earlier(ports: Ports, upload: Upload) -> Upload | None:
    """What the same request started before. Raises IdempotencyKeyReused where that was another request."""
    earlier = ports.records.started_by(upload.owner, cast(str, upload.idempotency_key))
    if earlier and earlier.request_digest != upload.request_digest:
        raise IdempotencyKeyReused(f"this key started upload {earlier.upload_id}, with another body")
    return earlier


def digest_of(new: NewUpload) -> str:
    """A short text that is the same for the same declaration alone."""
    checksum = new.checksum and (new.checksum.algorithm, new.checksum.value_base64)
    said = [new.filename, new.content_type, new.size_bytes, new.metadata.model_dump(), checksum]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def start_uploads(
    ports: Ports, caller: Caller, many: Sequence[NewUpload | MoodropError]
) -> list[tuple[Upload, PresignedRequest] | MoodropError]:
    """The same for many, with one insert; in the same order, each with its URL or what is wrong with it.

    What comes in as an error (a row that was refused before) goes out as it is.
    """
    require(caller, UPLOADS_WRITE)
    results = _granted(
        ports, caller, [new if isinstance(new, MoodropError) else _begun(ports, caller, new) for new in many]
    )
    ports.records.add_many([result[0] for result in results if not isinstance(result, MoodropError)])
    return results


def _begun(ports: Ports, caller: Caller, new: NewUpload) -> tuple[Upload, PresignedRequest] | MoodropError:
    try:
        upload = _declared(ports, caller, new)
        return upload, presign(ports, upload, upload.created_at)
    except Unavailable:
        raise
    except MoodropError as error:
        return error


def _granted(
    ports: Ports, caller: Caller, rows: list[tuple[Upload, PresignedRequest] | MoodropError]
) -> list[tuple[Upload, PresignedRequest] | MoodropError]:
    sizes = [row[0].size_bytes for row in rows if not isinstance(row, MoodropError)]
    refused = iter(grants.spend(ports, caller, sizes))
    return [row if isinstance(row, MoodropError) else next(refused) or row for row in rows]


def _declared(ports: Ports, caller: Caller, new: NewUpload) -> Upload:
    content_type = ports.policy.check_content_type(new.content_type)
    ports.policy.check_size(new.size_bytes)
    ports.policy.check_mood(new.metadata.mood)
    check_checksum(new.checksum)
    grants.check_declared(caller, content_type, new.size_bytes)
    upload_id, filename = ports.new_id(), file_names.clean(new.filename)
    return _pending(
        ports,
        upload_id=upload_id,
        owner=caller.owner,
        kind=TransferKind.PUT,
        bucket=ports.policy.bucket_for(content_type),
        object_key=object_keys.granted_key(caller, object_keys.final_key(caller.owner, upload_id, filename)),
        filename=filename,
        content_type=content_type,
        size_bytes=new.size_bytes,
        metadata=new.metadata,
        checksum=new.checksum,
    )


def start_staged(ports: Ports, caller: Caller, object_key: str) -> tuple[Upload, PresignedRequest]:
    """A bare PUT for a key that the client named.

    Raises InvalidObjectKey, KeyOutsidePrefix, KeyOutsideGrant, GrantNeedsDeclaration, GrantExhausted.
    """
    require(caller, UPLOADS_WRITE)
    grants.require_undeclared(caller)
    target_key, upload_id = object_keys.named_key(caller, object_key), ports.new_id()
    upload = _pending(
        ports,
        upload_id=upload_id,
        owner=caller.owner,
        kind=TransferKind.STAGED,
        bucket=ports.policy.bucket,
        object_key=object_keys.staging_key(caller.owner, upload_id),
        target_key=target_key,
        filename=file_names.clean(target_key),
        content_type="",
        size_bytes=-1,
        metadata=FileMetadata(),
    )
    grants.spend_one(ports, caller, 0)
    return issue(ports, upload)


def _pending(ports: Ports, *, filename: str, size_bytes: int, metadata: FileMetadata, **known: Any) -> Upload:
    """An upload that gets its first URL now, with the times and the words that follow from what is known.

    Made in one piece: a batch makes a thousand.
    """
    now = ports.now()
    times = url_times(ports, size_bytes, now, now + timedelta(seconds=ports.policy.pending_expires_in))
    return Upload(
        status=UploadStatus.PENDING,
        filename=filename,
        size_bytes=size_bytes,
        metadata=metadata,
        created_at=now,
        **times,
        **index_fields(filename, metadata),
        **known,
    )


def issue(ports: Ports, upload: Upload) -> tuple[Upload, PresignedRequest]:
    """Sign the first URL and write the document, which is there before the URL leaves."""
    transfer = presign(ports, upload, upload.created_at)
    ports.records.add(upload)
    return upload, transfer


def presign(ports: Ports, upload: Upload, now: datetime) -> PresignedRequest:
    """The PUT of this upload. Kind `put` is sealed: this length, this type, these bytes, once."""
    headers: dict[str, str] = {}
    if upload.kind is TransferKind.PUT:
        headers = {"content-length": str(upload.size_bytes), "content-type": upload.content_type, "if-none-match": "*"}
    if upload.checksum:
        headers[CHECKSUM_HEADERS[upload.checksum.algorithm]] = upload.checksum.value_base64
    lifetime = ports.policy.upload_url_lifetime(upload.size_bytes)
    return ports.objects.presign_put(upload.bucket, upload.object_key, headers=headers, at=now, expires_in=lifetime)


def renew_url(ports: Ports, caller: Caller, upload_id: str) -> tuple[Upload, PresignedRequest]:
    """A fresh URL for a live upload. Raises what `refusal` says where it is not live any more."""
    return _renewed(ports, own_upload(ports, caller, upload_id))


def _renewed(ports: Ports, upload: Upload) -> tuple[Upload, PresignedRequest]:
    now = ports.now()
    if upload.status is UploadStatus.PENDING:
        upload = change_pending(ports, upload, url_times(ports, upload.size_bytes, now, upload.expires_at))
    if upload.status is not UploadStatus.PENDING:
        raise refusal(upload)
    return upload, presign(ports, upload, now)


def abort_upload(ports: Ports, caller: Caller, upload_id: str) -> None:
    """End an upload that is not confirmed. Safe to repeat. Raises UploadFinished for a file."""
    upload = own_upload(ports, caller, upload_id)
    if upload.status is UploadStatus.PENDING:
        changes = {"status": UploadStatus.ABORTED, "expires_at": tombstone_until(upload)}
        upload = change_pending(ports, upload, changes)
    else:
        await_durable(ports, upload)
    if upload.status in (UploadStatus.READY, UploadStatus.REPLACED):
        raise UploadFinished(f"upload {upload_id} is confirmed already")
    purge_objects(ports, upload)


def list_uploads(
    ports: Ports, caller: Caller, status: UploadStatus, *, after: Position | None, limit: int
) -> list[Upload]:
    """The caller's uploads in that state, newest first."""
    require(caller, UPLOADS_WRITE)
    return ports.records.page(UploadQuery(caller.owner, status, after=after, limit=limit))
