"""Signs fresh URLs for a live upload and extends its deadlines."""

from collections.abc import Sequence
from datetime import datetime

from service.shared.model import Caller
from service.uploads.model import TransferKind, Upload, UploadChanges, UploadStatus
from service.uploads.part_plan import plan_of
from service.uploads.ports import Ports
from service.uploads.usecases.access import own_upload
from service.uploads.usecases.lifetimes import url_times
from service.uploads.usecases.refusals import refusal
from service.uploads.usecases.starting.signed_requests import (
    PartRequest,
    StartedUpload,
    check_requested,
    first_parts,
    open_and_sign,
    urls_end_at,
)
from service.uploads.usecases.transitions import change_pending


def renew_urls(
    ports: Ports, caller: Caller, upload_id: str, requested: Sequence[PartRequest] | None = None
) -> StartedUpload:
    """Sign fresh URLs for a live upload: its PUT, or the requested parts; None stands for the first parts.

    Raises NotMultipart, PartNumberInvalid, PartChecksumRequired, ChecksumInvalid, and what `refusal` says if the
    upload is no longer live.
    """
    upload = own_upload(ports, caller, upload_id)
    if requested is not None or upload.kind is TransferKind.MULTIPART:
        check_requested(upload, requested or ())
    return sign_again(ports, upload, first_parts(upload) if requested is None else requested)


def sign_again(ports: Ports, upload: Upload, requested: Sequence[PartRequest]) -> StartedUpload:
    """Extend the deadlines of the caller's upload and sign its requests."""
    now = ports.now()
    return open_and_sign(ports, extend_deadlines(ports, upload, requested, now), requested, now)


def extend_deadlines(ports: Ports, upload: Upload, requested: Sequence[PartRequest], now: datetime) -> Upload:
    """Let the upload live as long as the URLs that are requested now. Raises what `refusal` says."""
    # Most URLs of single parts expire before others that were issued already: then there is nothing to write.
    if upload.status is UploadStatus.PENDING and urls_end_at(ports, upload, requested, now) > upload.urls_expire_at:
        upload = change_pending(ports, upload, _new_deadlines(ports, upload, now))
    if upload.status is not UploadStatus.PENDING:
        raise refusal(upload)
    return upload


def _new_deadlines(ports: Ports, upload: Upload, now: datetime) -> UploadChanges:
    plan = plan_of(upload)
    part_size_bytes = plan.part_size_bytes if plan else None
    times = url_times(ports, upload.kind, upload.size_bytes, part_size_bytes, now=now, expires_at=upload.expires_at)
    changes: UploadChanges = {"urls_expire_at": times.urls_expire_at, "expires_at": times.expires_at}
    # Otherwise nothing limits the length of what such URLs bring, so the sweeper goes on checking.
    if upload.kind is TransferKind.PUT or plan:
        changes["next_check_at"] = times.next_check_at
    return changes
