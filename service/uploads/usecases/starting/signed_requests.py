"""The requests that move the bytes: one PUT, or one a part, signed so that the store takes nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
)
from service.uploads.part_plan import PartPlan, plan_of, require_plan
from service.uploads.policy import check_checksum
from service.uploads.ports import Ports

# What the client declared, as the headers that the store checks against the bytes.
CHECKSUM_HEADERS = {"sha256": "x-amz-checksum-sha256", "crc32c": "x-amz-checksum-crc32c", "md5": "content-md5"}
# Signed at the start, so that most clients ask only once; a page of some 60 KB.
FIRST_PARTS = 100
# What a part is taken for whose size nobody said: a slow link gets so much through while its URL lives.
UNDECLARED_PART_BYTES = 100 * MIB


@dataclass(frozen=True, slots=True)
class PartWish:
    """A part whose URL is asked for, with the digest of its bytes where the upload binds them."""

    part_number: int
    checksum_base64: str | None = None


def first_parts(upload: Upload) -> list[PartWish]:
    """What a client gets without asking for anything; nothing where each part needs a digest that we do not know."""
    plan = plan_of(upload)
    if plan is None or part_algorithm(upload):
        return []
    return [PartWish(number) for number in plan.part_numbers[:FIRST_PARTS]]


def check_wishes(upload: Upload, wanted: Sequence[PartWish]) -> None:
    """Raises NotMultipart, PartNumberInvalid, PartChecksumRequired, ChecksumInvalid, ValidationFailed."""
    plan = require_plan(upload)
    for wish in wanted:
        _part_headers(upload, plan, wish)


def transfer_of(ports: Ports, upload: Upload, wanted: Sequence[PartWish], at: datetime) -> Transfer:
    """The requests of this upload, signed now; `wanted` counts where it goes in parts. No network.

    All URLs of one call live as long as a slow link needs for all of them together.
    """
    if upload.kind is not TransferKind.MULTIPART:
        return put_request(ports, upload, at)
    plan = plan_of(upload)
    expires_in = _lifetime(ports, upload, wanted)
    signed = tuple(_part(ports, upload, plan, wish, at, expires_in) for wish in wanted)
    return SignedParts(signed, at + timedelta(seconds=expires_in))


def dead_at(ports: Ports, upload: Upload, wanted: Sequence[PartWish], at: datetime) -> datetime:
    """When the URLs die that `transfer_of` would sign."""
    return at + timedelta(seconds=_lifetime(ports, upload, wanted))


def _lifetime(ports: Ports, upload: Upload, wanted: Sequence[PartWish]) -> int:
    plan = plan_of(upload)
    if plan is None and upload.kind is TransferKind.MULTIPART:
        return ports.policy.upload_url_lifetime(UNDECLARED_PART_BYTES)
    if plan is None:
        return ports.policy.upload_url_lifetime(upload.size_bytes)
    # A part may be asked for twice; the document counts with no more than all of the file.
    size_bytes = min(sum(plan.size_of(wish.part_number) for wish in wanted), plan.size_bytes)
    return ports.policy.upload_url_lifetime(size_bytes)


def put_request(ports: Ports, upload: Upload, at: datetime) -> PresignedRequest:
    """The one PUT. Kind `put` is sealed: this length, this type, these bytes, once. A staged one is not.

    A staged one is held to what its client declared, if it did: that is the fresh URL of a form.
    """
    headers: dict[str, str] = {}
    if upload.size_bytes is not None:
        headers["content-length"] = str(upload.size_bytes)
    if upload.content_type:
        headers["content-type"] = upload.content_type
    if upload.kind is TransferKind.PUT:
        headers["if-none-match"] = "*"
    if upload.checksum:
        headers[CHECKSUM_HEADERS[upload.checksum.algorithm]] = upload.checksum.value_base64
    expires_in = _lifetime(ports, upload, ())
    return ports.objects.presign_put(upload.bucket, upload.object_key, headers=headers, at=at, expires_in=expires_in)


def _part(
    ports: Ports, upload: Upload, plan: PartPlan | None, wish: PartWish, at: datetime, expires_in: int
) -> SignedPart:
    request = ports.objects.presign_part(
        upload.bucket,
        upload.object_key,
        store_id(upload),
        wish.part_number,
        headers=_part_headers(upload, plan, wish),
        at=at,
        expires_in=expires_in,
    )
    return SignedPart(wish.part_number, plan.size_of(wish.part_number) if plan else None, request)


def _part_headers(upload: Upload, plan: PartPlan | None, wish: PartWish) -> dict[str, str]:
    headers = {"content-length": str(plan.size_of(wish.part_number))} if plan else {}
    algorithm, digest = part_algorithm(upload), wish.checksum_base64
    if algorithm and digest is None:
        raise PartChecksumRequired(f"part {wish.part_number} was asked for without its {algorithm}")
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
