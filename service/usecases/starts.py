"""An upload's start: declared by its client, held against the policy and the token's grant, written, and signed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, cast

from service import file_names, object_keys
from service.errors import IdempotencyKeyReused, MoodropError
from service.model import (
    Caller,
    Checksum,
    FileMetadata,
    PartChecksumAlgorithm,
    PresignedRequest,
    TransferKind,
    Upload,
    UploadStatus,
)
from service.part_plan import plan_parts
from service.policy import check_checksum
from service.ports import Ports
from service.scopes import UPLOADS_WRITE, require
from service.usecases import grants
from service.usecases.covers import check_cover
from service.usecases.transfers import first_parts, put_request, transfer_of
from service.usecases.transitions import url_times
from service.usecases.uploads import Started, kept_alive, opened, renewed


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What a client declares before the first byte."""

    filename: str
    content_type: str
    size_bytes: int
    metadata: FileMetadata
    checksum: Checksum | None = None
    fingerprint: str | None = None
    part_checksum_algorithm: PartChecksumAlgorithm | None = None  # counts where the file goes in parts
    cover_of: str | None = None  # the file whose cover it is to be


def start_upload(ports: Ports, caller: Caller, new: NewUpload, idempotency_key: str | None = None) -> Started:
    """Check the policy and the token's grant, write the pending document, sign the PUT or the first parts.

    With an idempotency key, the same request again gets the upload of the first one, with a fresh URL.
    Raises ContentTypeNotAllowed, FileTooLarge, MoodNotAllowed, ChecksumInvalid, KeyOutsideGrant,
    GrantTypeNotAllowed, GrantTooLarge, GrantExhausted, of a cover what `check_cover` says; then nothing is written.
    With a key also IdempotencyKeyReused, and what `refusal` says where that upload is over.
    """
    require(caller, UPLOADS_WRITE)
    upload = _declared(ports, caller, new)
    if idempotency_key is None:
        grants.spend_one(ports, caller, new.size_bytes)
        return issue(ports, upload)
    upload = _named(upload, idempotency_key, new)
    # A repeated request takes nothing more from its token, and works though the first one used it up.
    if grants.is_counted(caller) and (earlier := _earlier(ports, upload)):
        return renewed(ports, earlier, first_parts(earlier))
    grants.spend_one(ports, caller, new.size_bytes)
    return _issue_once(ports, upload)


def _issue_once(ports: Ports, upload: Upload) -> Started:
    # The database's unique index decides which of two requests at once is the first.
    try:
        return issue(ports, upload)
    except IdempotencyKeyReused:
        earlier = _earlier(ports, upload)
    # None: it was swept since, and the key is free again.
    return renewed(ports, earlier, first_parts(earlier)) if earlier else _issue_once(ports, upload)


def _earlier(ports: Ports, upload: Upload) -> Upload | None:
    """What the same request started before. Raises IdempotencyKeyReused where that was another request."""
    earlier = ports.records.started_by(upload.owner, cast(str, upload.idempotency_key))
    return earlier and _same(earlier, upload)


def _same(earlier: Upload, upload: Upload) -> Upload:
    """The earlier one. Raises IdempotencyKeyReused where that was another request."""
    if earlier.request_digest != upload.request_digest:
        raise IdempotencyKeyReused(f"this key started upload {earlier.upload_id}, with another body")
    return earlier


def _named(upload: Upload, idempotency_key: str, new: NewUpload) -> Upload:
    return replace(upload, idempotency_key=idempotency_key, request_digest=digest_of(new))


def digest_of(new: NewUpload) -> str:
    """A short text that is the same for the same declaration alone."""
    checksum = new.checksum and (new.checksum.algorithm, new.checksum.value_base64)
    parts: tuple[str | None, ...] = (new.fingerprint, new.part_checksum_algorithm)
    if new.cover_of:
        parts = (*parts, new.cover_of)
    said: list[object] = [
        new.filename,
        new.content_type,
        new.size_bytes,
        new.metadata.model_dump(exclude_none=True),
        checksum,
        parts,
    ]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def start_uploads(
    ports: Ports, caller: Caller, many: Sequence[NewUpload | MoodropError], idempotency_key: str | None = None
) -> list[Started | MoodropError]:
    """The same for many, with one insert; in the same order, each with its URL or what is wrong with it.

    What comes in as an error (a row that was refused before) goes out as it is. What goes in parts gets none of
    its URLs yet, and is opened in the store when the first are asked for: a thousand would take seconds.
    """
    require(caller, UPLOADS_WRITE)
    rows = [new if isinstance(new, MoodropError) else _begun(ports, caller, new) for new in many]
    if idempotency_key is None:
        return _inserted(ports, caller, rows)
    named = [
        row
        if isinstance(row, MoodropError)
        else _named(row, f"{idempotency_key}\n{index}", cast(NewUpload, many[index]))
        for index, row in enumerate(rows)
    ]
    return _inserted_once(ports, caller, named)


def _inserted(ports: Ports, caller: Caller, rows: Sequence[Upload | MoodropError]) -> list[Started | MoodropError]:
    granted = _granted(ports, caller, rows)
    started = [
        row if isinstance(row, MoodropError) else (row, transfer_of(ports, row, (), row.created_at)) for row in granted
    ]
    ports.records.add_many([row for row in granted if not isinstance(row, MoodropError)])
    return started


def _inserted_once(ports: Ports, caller: Caller, rows: Sequence[Upload | MoodropError]) -> list[Started | MoodropError]:
    """Those rows inserted that the same request has not started before; the others as it started them."""
    keys = [cast(str, row.idempotency_key) for row in rows if not isinstance(row, MoodropError)]
    earlier = {upload.idempotency_key: upload for upload in ports.records.started_by_many(caller.owner, keys)}
    new = [row for row in rows if isinstance(row, MoodropError) or row.idempotency_key not in earlier]
    try:
        inserted = iter(_inserted(ports, caller, new))
    except IdempotencyKeyReused:
        # The same request came twice at once: now the other one's are there.
        return _inserted_once(ports, caller, rows)
    return [
        next(inserted)
        if isinstance(row, MoodropError) or row.idempotency_key not in earlier
        else _again(ports, row, earlier[row.idempotency_key])
        for row in rows
    ]


def _again(ports: Ports, row: Upload, earlier: Upload) -> Started | MoodropError:
    now = ports.now()
    try:
        upload = kept_alive(ports, _same(earlier, row), (), now)
    except MoodropError as error:
        return error
    return upload, transfer_of(ports, upload, (), now)


def _begun(ports: Ports, caller: Caller, new: NewUpload) -> Upload | MoodropError:
    try:
        return _declared(ports, caller, new)
    except MoodropError as error:
        return error


def _granted(ports: Ports, caller: Caller, rows: Sequence[Upload | MoodropError]) -> list[Upload | MoodropError]:
    sizes = [row.size_bytes for row in rows if not isinstance(row, MoodropError)]
    refused = iter(grants.spend(ports, caller, sizes))
    return [row if isinstance(row, MoodropError) else next(refused) or row for row in rows]


def _declared(ports: Ports, caller: Caller, new: NewUpload) -> Upload:
    content_type = ports.policy.check_content_type(new.content_type)
    ports.policy.check_size(new.size_bytes)
    ports.policy.check_mood(new.metadata.mood)
    check_checksum(new.checksum)
    grants.check_declared(caller, content_type, new.size_bytes)
    if new.cover_of:
        ports.policy.check_cover(content_type, new.size_bytes)
        check_cover(ports, caller, new.cover_of, new.metadata)
    upload_id, filename = ports.new_id(), file_names.clean(new.filename)
    kind = ports.policy.kind_for(new.size_bytes, seals_puts=ports.objects.seals_puts)
    return pending_upload(
        ports,
        upload_id=upload_id,
        owner=caller.owner,
        kind=kind,
        bucket=ports.policy.bucket_for(content_type),
        object_key=object_keys.granted_key(caller, object_keys.final_key(caller.owner, upload_id, filename)),
        filename=filename,
        content_type=content_type,
        size_bytes=new.size_bytes,
        metadata=new.metadata,
        checksum=new.checksum,
        fingerprint=new.fingerprint,
        cover_of=new.cover_of,
        **(_cut(new) if kind is TransferKind.MULTIPART else {}),
    )


def _cut(new: NewUpload) -> dict[str, Any]:
    plan = plan_parts(new.size_bytes)
    return {"part_size_bytes": plan.part_size_bytes, "part_checksum_algorithm": new.part_checksum_algorithm}


def start_staged(ports: Ports, caller: Caller, object_key: str) -> tuple[Upload, PresignedRequest]:
    """A bare PUT for a key that the client named.

    Raises InvalidObjectKey, KeyOutsidePrefix, KeyOutsideGrant, GrantNeedsDeclaration, GrantExhausted.
    """
    require(caller, UPLOADS_WRITE)
    grants.require_undeclared(caller)
    target_key, upload_id = object_keys.named_key(caller, object_key), ports.new_id()
    upload = pending_upload(
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
    ports.records.add(upload)
    return upload, put_request(ports, upload, upload.created_at)


def pending_upload(
    ports: Ports, *, kind: TransferKind, filename: str, size_bytes: int, metadata: FileMetadata, **known: Any
) -> Upload:
    """An upload that gets its first URL now, with the times that follow. It is found by words once it is a file.

    Made in one piece: a batch makes a thousand.
    """
    now = ports.now()
    part_size_bytes = known.get("part_size_bytes")
    expires_at = now + timedelta(seconds=ports.policy.pending_expires_in)
    return Upload(
        status=UploadStatus.PENDING,
        kind=kind,
        filename=filename,
        size_bytes=size_bytes,
        metadata=metadata,
        created_at=now,
        **url_times(ports, kind, size_bytes, part_size_bytes, now=now, expires_at=expires_at),
        **known,
    )


def issue(ports: Ports, upload: Upload) -> Started:
    """Write the document, which is there before a URL leaves, and sign its first URLs."""
    ports.records.add(upload)
    return opened(ports, upload, first_parts(upload), upload.created_at)
