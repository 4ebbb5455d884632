"""Starts uploads of clients that speak Companion's protocol, as Uppy does.

Such a client declares a name and a type, and the file's size only if it is configured to. It confirms nothing: a file
in one piece is discovered by the store's event or by the sweeper, and a file in parts is completed (parts.py).
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE, require
from service.store.errors import StoreUnsafe
from service.store.model import PresignedPost, PresignedRequest
from service.uploads import file_names, object_keys
from service.uploads.errors import GrantNeedsDeclaration
from service.uploads.metadata import FileMetadata
from service.uploads.model import MultipartState, StagedState, TransferKind, Upload, UploadChanges, UploadStatus
from service.uploads.part_plan import plan_chunks
from service.uploads.ports import Ports
from service.uploads.usecases import grants
from service.uploads.usecases.access import own_upload
from service.uploads.usecases.refusals import refusal
from service.uploads.usecases.starting.declare import pending_upload
from service.uploads.usecases.starting.multipart import ensure_open
from service.uploads.usecases.starting.pending import add_pending
from service.uploads.usecases.starting.signed_requests import sign_put
from service.uploads.usecases.transitions import reread


@dataclass(frozen=True, slots=True)
class FileToCome:
    """What such a client declares before it sends the first byte."""

    filename: str
    content_type: str | None  # None if it is declared when the parts are opened
    metadata: FileMetadata
    size_bytes: int | None = None
    chunk_bytes: int = 0  # of its parts; 0 for Uppy's default


class StartedSingle(NamedTuple):
    """An upload in one piece and the request that sends it."""

    upload: Upload
    request: PresignedRequest | PresignedPost


def start_single(ports: Ports, caller: Caller, file: FileToCome, *, sends_headers: bool) -> StartedSingle:
    """Start an upload in one piece: by a sealed PUT if that is possible, otherwise by a form that is staged.

    A PUT needs a client that sends the signed headers, a declared size, and a store that lets it happen once.
    Where the store takes no forms, a bare PUT takes their place, unless half a file could pass for a whole one.
    Raises what start_upload raises, GrantNeedsDeclaration, and StoreUnsafe.
    """
    sealed = sends_headers and file.size_bytes is not None and ports.objects.seals_puts
    if not (sealed or ports.objects.takes_forms or ports.objects.refuses_half_bodies):
        raise StoreUnsafe("this store takes no forms and keeps half a file as a whole one: declare the file's size")
    upload = _build_pending(ports, caller, file, TransferKind.PUT if sealed else TransferKind.STAGED)
    # The client will not confirm it, so without an event the sweeper's next round is the first to check.
    upload = replace(upload, next_check_at=upload.created_at)
    add_pending(ports, caller, upload)
    is_form = not sealed and ports.objects.takes_forms
    request = _form(ports, upload) if is_form else sign_put(ports, upload, upload.created_at)
    return StartedSingle(upload, request)


def _form(ports: Ports, upload: Upload) -> PresignedPost:
    size_bytes = upload.size_bytes
    return ports.objects.presign_post(
        upload.bucket,
        upload.object_key,
        fields={"content-type": upload.content_type or "", "success_action_status": "201"},
        min_size_bytes=size_bytes or 0,
        max_size_bytes=ports.policy.max_upload_bytes if size_bytes is None else size_bytes,
        at=upload.created_at,
        expires_in=ports.policy.upload_url_lifetime(size_bytes),
    )


def start_multipart(ports: Ports, caller: Caller, file: FileToCome) -> Upload:
    """Start an upload whose client cuts the parts, and open it in the store, so that signing a part does not ask it.

    Raises what start_single raises.
    """
    upload = _build_pending(ports, caller, file, TransferKind.MULTIPART)
    if file.size_bytes is None:
        # Nothing binds the length of the parts, so the sweeper checks them from its next round on.
        upload = replace(upload, next_check_at=upload.created_at)
    add_pending(ports, caller, upload)
    return ensure_open(ports, upload) if upload.content_type else upload


def open_multipart(ports: Ports, caller: Caller, upload_id: str, content_type: str) -> Upload:
    """Open the upload in the store; this is its content type if none was declared at the start.

    Raises UploadNotFound, ContentTypeNotAllowed, and what `refusal` says.
    """
    upload = own_upload(ports, caller, upload_id)
    if not upload.content_type:
        content_type = ports.policy.check_content_type(content_type)
        expected: UploadChanges = {"status": UploadStatus.PENDING, "content_type": None}
        changes: UploadChanges = {"content_type": content_type, "bucket": ports.policy.bucket_for(content_type)}
        upload = ports.records.change(upload_id, expected, changes) or reread(ports, upload)
    if upload.status is not UploadStatus.PENDING:
        raise refusal(upload)
    return ensure_open(ports, upload)


def _build_pending(ports: Ports, caller: Caller, file: FileToCome, kind: TransferKind) -> Upload:
    require(caller, UPLOADS_WRITE)
    content_type = _check_file(ports, caller, file, kind)
    upload_id, filename = ports.new_id(), file_names.clean(file.filename)
    final_key = object_keys.granted_key(caller, object_keys.final_key(caller.owner, upload_id, filename))
    staged = kind is TransferKind.STAGED
    return pending_upload(
        ports,
        upload_id=upload_id,
        owner=caller.owner,
        kind=kind,
        bucket=ports.policy.bucket_for(content_type or ""),
        object_key=object_keys.staging_key(caller.owner, upload_id) if staged else final_key,
        filename=filename,
        content_type=content_type,
        size_bytes=file.size_bytes,
        metadata=file.metadata,
        started_with=caller.token_id,
        multipart=MultipartState(part_size_bytes=_part_size(file)) if kind is TransferKind.MULTIPART else None,
        staged=StagedState(final_key) if staged else None,
    )


def _part_size(file: FileToCome) -> int | None:
    if file.size_bytes is None:
        return None
    return plan_chunks(file.size_bytes, file.chunk_bytes).part_size_bytes


def _check_file(ports: Ports, caller: Caller, file: FileToCome, kind: TransferKind) -> str | None:
    """Return the content type to record; None if it comes later."""
    comes_later = kind is TransferKind.MULTIPART and not file.content_type
    content_type = None if comes_later else ports.policy.check_content_type(file.content_type or "")
    if file.size_bytes is not None:
        ports.policy.check_size(file.size_bytes)
    ports.policy.check_mood(file.metadata.mood)
    grant = caller.grant
    if grant and grant.max_bytes is not None and file.size_bytes is None:
        raise GrantNeedsDeclaration("the token is limited in bytes: send the file's size as metadata[size]")
    if grant and grant.content_types and comes_later:
        raise GrantNeedsDeclaration("the token is limited in types: send the file's type as contentType")
    if content_type is not None:
        grants.check_declared(caller, content_type, file.size_bytes or 0)
    return content_type
