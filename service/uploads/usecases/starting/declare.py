"""Turns what a client declares about a file into an upload, after checking it against the policy."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import TypedDict, Unpack

from service.shared.model import Caller
from service.store.model import PartChecksumAlgorithm
from service.uploads import file_names, object_keys
from service.uploads.errors import IdempotencyKeyReused, PartChecksumRequired
from service.uploads.metadata import FileMetadata
from service.uploads.model import (
    Checksum,
    MultipartState,
    StagedState,
    TransferKind,
    Upload,
    UploadStatus,
)
from service.uploads.part_plan import plan_parts
from service.uploads.policy import check_checksum
from service.uploads.ports import Ports
from service.uploads.usecases import grants
from service.uploads.usecases.covers import check_cover
from service.uploads.usecases.lifetimes import url_times


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What a client declares before the first byte."""

    filename: str
    content_type: str
    size_bytes: int
    metadata: FileMetadata
    checksum: Checksum | None = None
    fingerprint: str | None = None
    part_checksum_algorithm: PartChecksumAlgorithm | None = None  # counts if the file goes in parts
    cover_of: str | None = None  # the file whose cover it becomes


def build_upload(ports: Ports, caller: Caller, new: NewUpload) -> Upload:
    """Check the declaration and build its upload, which is not written yet. Raises what `start_upload` says."""
    content_type = _check(ports, caller, new)
    upload_id, filename = ports.new_id(), file_names.clean(new.filename)
    kind = ports.policy.kind_for(new.size_bytes, seals_puts=ports.objects.seals_puts)
    if kind is TransferKind.MULTIPART and not (new.part_checksum_algorithm or ports.objects.refuses_half_bodies):
        raise PartChecksumRequired("this store keeps half a part as a whole one: declare part_checksum_algorithm")
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
        started_with=caller.token_id,
        multipart=_cut(new) if kind is TransferKind.MULTIPART else None,
    )


def _cut(new: NewUpload) -> MultipartState:
    plan = plan_parts(new.size_bytes)
    return MultipartState(part_size_bytes=plan.part_size_bytes, part_checksum_algorithm=new.part_checksum_algorithm)


def _check(ports: Ports, caller: Caller, new: NewUpload) -> str:
    """Return the content type to record."""
    content_type = ports.policy.check_content_type(new.content_type)
    ports.policy.check_size(new.size_bytes)
    ports.policy.check_mood(new.metadata.mood)
    check_checksum(new.checksum)
    grants.check_declared(caller, content_type, new.size_bytes)
    if new.cover_of:
        ports.policy.check_cover(content_type, new.size_bytes)
        check_cover(ports, caller, new.cover_of, new.metadata)
    return content_type


def with_key(upload: Upload, idempotency_key: str, new: NewUpload) -> Upload:
    """Return the upload with its idempotency key, to recognize a repeated request; a narrowed token has its own keys.

    No client's key begins with a line end, so no client's key can equal one of a narrowed token.
    """
    key = f"\n{upload.started_with}\n{idempotency_key}" if upload.started_with else idempotency_key
    return replace(upload, idempotency_key=key, request_digest=digest_of(new))


def same_request(earlier: Upload, upload: Upload) -> Upload:
    """Return the earlier upload. Raises IdempotencyKeyReused if another request started it."""
    if earlier.request_digest != upload.request_digest:
        raise IdempotencyKeyReused(f"this key started upload {earlier.upload_id}, with another body")
    return earlier


def digest_of(new: NewUpload) -> str:
    """Return a short text that is the same only for the same declaration."""
    checksum = new.checksum and (new.checksum.algorithm, new.checksum.value_base64)
    parts: tuple[str | None, ...] = (new.fingerprint, new.part_checksum_algorithm)
    if new.cover_of:
        parts = (*parts, new.cover_of)
    declaration: list[object] = [
        new.filename,
        new.content_type,
        new.size_bytes,
        new.metadata.model_dump(exclude_none=True),
        checksum,
        parts,
    ]
    return sha256(json.dumps(declaration, sort_keys=True).encode()).hexdigest()


class _OtherFields(TypedDict, total=False):
    checksum: Checksum | None
    fingerprint: str | None
    cover_of: str | None
    started_with: str | None
    staged: StagedState | None


def pending_upload(
    ports: Ports,
    *,
    upload_id: str,
    owner: str,
    kind: TransferKind,
    bucket: str,
    object_key: str,
    filename: str,
    content_type: str | None,
    size_bytes: int | None,
    metadata: FileMetadata,
    multipart: MultipartState | None = None,
    is_checked_at_once: bool = False,
    **others: Unpack[_OtherFields],
) -> Upload:
    """Build an upload that gets its first URL now, with the times that follow. It gets its words when it is a file.

    It is built in one step, because a batch builds a thousand.
    """
    now = ports.now()
    expires_at = now + timedelta(seconds=ports.policy.pending_expires_in)
    part_size_bytes = multipart.part_size_bytes if multipart else None
    times = url_times(ports, kind, size_bytes, part_size_bytes, now=now, expires_at=expires_at)
    return Upload(
        upload_id=upload_id,
        owner=owner,
        status=UploadStatus.PENDING,
        kind=kind,
        bucket=bucket,
        object_key=object_key,
        filename=filename,
        content_type=content_type,
        size_bytes=size_bytes,
        metadata=metadata,
        created_at=now,
        urls_expire_at=times.urls_expire_at,
        expires_at=times.expires_at,
        next_check_at=now if is_checked_at_once else times.next_check_at,
        multipart=multipart,
        **others,
    )
