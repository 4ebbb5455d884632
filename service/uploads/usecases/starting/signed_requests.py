"""Signs the requests that send the bytes: one PUT, or one for each part. The store accepts nothing else by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from service.shared.errors import ValidationFailed
from service.store.limits import MIB
from service.store.model import PartChecksumAlgorithm, PresignedRequest
from service.uploads.errors import PartChecksumRequired
from service.uploads.model import (
    Checksum,
    SignedPart,
    SignedParts,
    Transfer,
    TransferKind,
    Upload,
    UploadStatus,
)
from service.uploads.part_plan import PartPlan, plan_of, require_plan
from service.uploads.policy import check_checksum
from service.uploads.ports import Ports
from service.uploads.usecases.labelling import label_headers
from service.uploads.usecases.refusals import refusal
from service.uploads.usecases.starting.multipart import ensure_open

# The headers that carry the declared digest; the store checks the bytes against them.
CHECKSUM_HEADERS = {"sha256": "x-amz-checksum-sha256", "crc32c": "x-amz-checksum-crc32c", "md5": "content-md5"}
# Signed at the start, so that most clients ask only once; a page of some 60 KB.
FIRST_PARTS = 100
# Assumed size of a part of unknown size: a slow link gets this much through before the URL expires.
UNDECLARED_PART_BYTES = 100 * MIB


@dataclass(frozen=True, slots=True)
class PartRequest:
    """A part to sign a URL for, with the digest of its bytes if the upload binds its parts to digests."""

    part_number: int
    checksum_base64: str | None = None


class StartedUpload(NamedTuple):
    """An upload and the requests that send its bytes."""

    upload: Upload
    transfer: Transfer


def first_parts(upload: Upload) -> list[PartRequest]:
    """Return the parts that are signed at the start; none if each part needs a digest that only the client knows."""
    if upload.multipart is None or upload.multipart.part_checksum_algorithm:
        return []
    plan = plan_of(upload)
    if plan is None:
        return []
    return [PartRequest(number) for number in plan.part_numbers[:FIRST_PARTS]]


def check_requested(upload: Upload, requested: Sequence[PartRequest]) -> None:
    """Check the requested parts against the plan.

    Raises NotMultipart, PartNumberInvalid, PartChecksumRequired, ChecksumInvalid, ValidationFailed.
    """
    plan = require_plan(upload)
    for part in requested:
        _part_headers(upload, plan, part)


def sign_transfer(ports: Ports, upload: Upload, requested: Sequence[PartRequest], at: datetime) -> Transfer:
    """Sign the requests of this upload: its PUT, or the requested parts. No network.

    All URLs of one call live as long as a slow link needs for all of them together.
    """
    if upload.kind is not TransferKind.MULTIPART:
        return sign_put(ports, upload, at)
    plan = plan_of(upload)
    expires_in = _lifetime(ports, upload, requested)
    signed = tuple(_part(ports, upload, plan, part, at, expires_in) for part in requested)
    return SignedParts(signed, at + timedelta(seconds=expires_in))


def urls_end_at(ports: Ports, upload: Upload, requested: Sequence[PartRequest], at: datetime) -> datetime:
    """Return when the URLs that `sign_transfer` would sign expire."""
    return at + timedelta(seconds=_lifetime(ports, upload, requested))


def _lifetime(ports: Ports, upload: Upload, requested: Sequence[PartRequest]) -> int:
    if upload.kind is not TransferKind.MULTIPART:
        return ports.policy.upload_url_lifetime(upload.size_bytes)
    plan = plan_of(upload)
    if plan is None:
        return ports.policy.upload_url_lifetime(UNDECLARED_PART_BYTES)
    # A part may be requested twice, but the document reckons with the file's size at most.
    size_bytes = min(sum(plan.size_of(part.part_number) for part in requested), plan.size_bytes)
    return ports.policy.upload_url_lifetime(size_bytes)


def sign_put(ports: Ports, upload: Upload, at: datetime) -> PresignedRequest:
    """Sign the one PUT. Kind `put` is sealed: this length, this type, these bytes, once. A staged PUT is not.

    A staged PUT is bound to the length and the type that its client declared, if any: that is a form's fresh URL.
    """
    headers: dict[str, str] = {}
    if upload.size_bytes is not None:
        headers["content-length"] = str(upload.size_bytes)
    if upload.content_type:
        headers["content-type"] = upload.content_type
    if upload.kind is TransferKind.PUT:
        headers["if-none-match"] = "*"
        headers |= label_headers(ports, upload)
    if upload.checksum:
        headers[CHECKSUM_HEADERS[upload.checksum.algorithm]] = upload.checksum.value_base64
    expires_in = _lifetime(ports, upload, ())
    return ports.objects.presign_put(upload.bucket, upload.object_key, headers=headers, at=at, expires_in=expires_in)


def _part(
    ports: Ports, upload: Upload, plan: PartPlan | None, part: PartRequest, at: datetime, expires_in: int
) -> SignedPart:
    request = ports.objects.presign_part(
        upload.bucket,
        upload.object_key,
        store_id(upload),
        part.part_number,
        headers=_part_headers(upload, plan, part),
        at=at,
        expires_in=expires_in,
    )
    return SignedPart(part.part_number, plan.size_of(part.part_number) if plan else None, request)


def _part_headers(upload: Upload, plan: PartPlan | None, part: PartRequest) -> dict[str, str]:
    headers = {"content-length": str(plan.size_of(part.part_number))} if plan else {}
    algorithm, digest = part_algorithm(upload), part.checksum_base64
    if algorithm and digest is None:
        raise PartChecksumRequired(f"part {part.part_number} was asked for without its {algorithm}")
    if algorithm is None and digest is not None:
        raise ValidationFailed("parts: the upload was started without part_checksum_algorithm")
    if algorithm and digest is not None:
        check_checksum(Checksum(algorithm, digest))
        headers[CHECKSUM_HEADERS[algorithm]] = digest
    return headers


def part_algorithm(upload: Upload) -> PartChecksumAlgorithm | None:
    """Return the algorithm of each part's declared digest; None if none is declared."""
    return upload.multipart.part_checksum_algorithm if upload.multipart else None


def store_id(upload: Upload) -> str:
    """Return the store's name for an upload in parts; empty if it is not open there."""
    return (upload.multipart and upload.multipart.store_upload_id) or ""


def open_and_sign(ports: Ports, upload: Upload, requested: Sequence[PartRequest], at: datetime) -> StartedUpload:
    """Open the upload in the store if it goes in parts, and sign its requests. Raises what `refusal` says."""
    if upload.multipart:
        upload = ensure_open(ports, upload)
    if upload.status is not UploadStatus.PENDING:
        raise refusal(upload)
    return StartedUpload(upload, sign_transfer(ports, upload, requested, at))
