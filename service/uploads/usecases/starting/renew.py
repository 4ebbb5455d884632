"""An upload under way: fresh URLs, a look at it, abort, lists. It begins in starts.py and ends in confirm.py."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE, require
from service.store.model import StoredPart
from service.uploads.errors import UploadFinished
from service.uploads.model import (
    Transfer,
    TransferKind,
    Upload,
    UploadChanges,
    UploadStatus,
)
from service.uploads.part_plan import plan_of
from service.uploads.ports import Ports
from service.uploads.queries import UploadQuery
from service.uploads.usecases.access import is_narrowed, shown_to
from service.uploads.usecases.purge import purge_objects
from service.uploads.usecases.starting.multipart import ensure_open, is_open, resume
from service.uploads.usecases.starting.signed_requests import (
    PartWish,
    check_wishes,
    dead_at,
    first_parts,
    transfer_of,
)
from service.uploads.usecases.transitions import (
    await_durable,
    change_pending,
    end_pending,
    own_upload,
    refusal,
    url_times,
)

Started = tuple[Upload, Transfer]


def renew_urls(ports: Ports, caller: Caller, upload_id: str, wanted: Sequence[PartWish] | None = None) -> Started:
    """Fresh URLs for a live upload: its PUT, or the parts that are wanted; None stands for the first ones.

    Raises NotMultipart, PartNumberInvalid, PartChecksumRequired, ChecksumInvalid, and what `refusal` says where
    the upload is not live any more.
    """
    upload = own_upload(ports, caller, upload_id)
    if wanted is not None or upload.kind is TransferKind.MULTIPART:
        check_wishes(upload, wanted or ())
    return renewed(ports, upload, first_parts(upload) if wanted is None else wanted)


def renewed(ports: Ports, upload: Upload, wanted: Sequence[PartWish]) -> Started:
    """The same for an upload that was found to be the caller's."""
    now = ports.now()
    return opened(ports, kept_alive(ports, upload, wanted, now), wanted, now)


def kept_alive(ports: Ports, upload: Upload, wanted: Sequence[PartWish], now: datetime) -> Upload:
    """The upload, which lives as long as the URLs that are wanted of it now. Raises what `refusal` says."""
    if upload.status is UploadStatus.PENDING:
        upload = _prolonged(ports, upload, wanted, now)
    if upload.status is not UploadStatus.PENDING:
        raise refusal(upload)
    return upload


def _prolonged(ports: Ports, upload: Upload, wanted: Sequence[PartWish], now: datetime) -> Upload:
    # Most URLs of single parts die before others that were issued already: then there is nothing to write.
    if dead_at(ports, upload, wanted, now) <= upload.urls_expire_at:
        return upload
    plan = plan_of(upload)
    part_size_bytes = plan.part_size_bytes if plan else None
    times = url_times(ports, upload.kind, upload.size_bytes, part_size_bytes, now=now, expires_at=upload.expires_at)
    changes: UploadChanges = {"urls_expire_at": times.urls_expire_at, "expires_at": times.expires_at}
    # Otherwise nothing limits the length of what such URLs bring, so the sweeper goes on checking.
    if upload.kind is TransferKind.PUT or plan:
        changes["look_at"] = times.look_at
    return change_pending(ports, upload, changes)


def abort_upload(ports: Ports, caller: Caller, upload_id: str) -> None:
    """End an upload that is not confirmed. Safe to repeat. Raises UploadFinished for a file."""
    upload = own_upload(ports, caller, upload_id)
    if upload.status is not UploadStatus.PENDING:
        await_durable(ports, upload)
    while upload.status is UploadStatus.PENDING:
        upload = end_pending(ports, upload, UploadStatus.ABORTED)
    if upload.status in (UploadStatus.READY, UploadStatus.ATTACHED, UploadStatus.REPLACED):
        raise UploadFinished(f"upload {upload_id} is confirmed already")
    purge_objects(ports, upload)


def list_uploads(ports: Ports, caller: Caller, query: UploadQuery) -> list[Upload]:
    """Return the caller's uploads that match, without covers; a narrowed token sees those that it started."""
    require(caller, UPLOADS_WRITE)
    if is_narrowed(caller) and caller.token_id is None:
        return []
    return ports.records.page(replace(query, owner=caller.owner, started_with=caller.token_id))


def look_at(ports: Ports, caller: Caller, upload_id: str) -> tuple[Upload, list[StoredPart] | None]:
    """The caller's upload; where it is pending and goes in parts, with those that the store has."""
    upload = own_upload(ports, caller, upload_id)
    return resume(ports, upload) if is_open(upload) else (shown_to(caller, upload, upload), None)


def opened(ports: Ports, upload: Upload, wanted: Sequence[PartWish], at: datetime) -> Started:
    """The upload, open in the store where it goes in parts, and its requests. Raises what `refusal` says."""
    upload = ensure_open(ports, upload)
    if upload.status is not UploadStatus.PENDING:
        raise refusal(upload)
    return upload, transfer_of(ports, upload, wanted, at)
