"""Signs, lists, completes and aborts the parts of clients that speak Companion's protocol."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from service.shared.model import Caller
from service.store.limits import MAX_PARTS, SMALLEST_PART_BYTES
from service.store.model import PresignedRequest, StoredPart
from service.uploads.errors import (
    FileTooLarge,
    PartMismatch,
    PartNumberInvalid,
    PartsMissing,
    UploadAborted,
    UploadNotFound,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import (
    SignedParts,
    TransferKind,
    Upload,
    UploadChanges,
    UploadStatus,
)
from service.uploads.part_plan import plan_of, require_plan
from service.uploads.ports import Ports
from service.uploads.usecases import allowance
from service.uploads.usecases.access import own_upload
from service.uploads.usecases.confirming.complete_parts import SentPart, require_etag, require_parts
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.refusals import refusal
from service.uploads.usecases.starting.multipart import (
    is_open,
    list_stored,
    measure_parts,
    reject_beyond_limit,
    resume,
)
from service.uploads.usecases.starting.renew import sign_again
from service.uploads.usecases.starting.signed_requests import PartRequest, check_requested
from service.uploads.usecases.transitions import await_durable, reject, reread

# Uppy 5 aborts when it did not hear the answer to its complete, which may still be running.
ABORT_GRACE = timedelta(seconds=600)
# Without a plan nothing binds a part's length, so signing checks the parts received: at each of the first parts, then
# only at every few, because listing a thousand parts is slow. The sweeper checks every minute.
CHECK_EVERY = 16
# Stands for the etag of a part that is in the object already.
COMPLETED = "joined"


def own_multipart(ports: Ports, caller: Caller, upload_id: str, object_key: str | None) -> Upload:
    """Return the caller's upload in parts, of that key if one is given. Raises UploadNotFound."""
    upload = own_upload(ports, caller, upload_id)
    if upload.kind is not TransferKind.MULTIPART or object_key not in (None, upload.object_key):
        raise UploadNotFound(f"there is no upload {upload_id} in parts with that key")
    return upload


def sign_parts(
    ports: Ports, caller: Caller, upload_id: str, object_key: str | None, numbers: Sequence[int]
) -> dict[int, PresignedRequest]:
    """Return the requests that send these parts, by number. If the parts have a plan, the store is not asked.

    Raises PartNumberInvalid, FileTooLarge, UploadAborted, and what `refusal` says.
    """
    upload = own_multipart(ports, caller, upload_id, object_key)
    if is_open(upload) and upload.multipart and upload.multipart.abort_at:
        raise UploadAborted(f"upload {upload_id} was aborted")
    requested = [PartRequest(number) for number in numbers]
    if plan_of(upload):
        check_requested(upload, requested)
    else:
        _check_undeclared(ports, numbers)
        if any(number <= CHECK_EVERY or number % CHECK_EVERY == 0 for number in numbers):
            measure_parts(ports, upload)
    _, transfer = sign_again(ports, upload, requested)
    assert isinstance(transfer, SignedParts)
    return {part.part_number: part.request for part in transfer.parts}


def _check_undeclared(ports: Ports, numbers: Sequence[int]) -> None:
    for number in numbers:
        if not 1 <= number <= MAX_PARTS:
            raise PartNumberInvalid(f"there is no part {number}; the parts are 1 to {MAX_PARTS}")
        # The parts before it have at least the smallest size that a store accepts.
        least = (number - 1) * SMALLEST_PART_BYTES
        if least >= max(ports.policy.max_upload_bytes, 1):
            raise FileTooLarge(f"part {number} is beyond the {ports.policy.max_upload_bytes} bytes that are allowed")


def list_parts(ports: Ports, caller: Caller, upload_id: str, object_key: str | None) -> list[StoredPart]:
    """Return the parts in the store, to continue from; for a file all parts: its client did not hear that it is one."""
    upload = own_multipart(ports, caller, upload_id, object_key)
    if upload.status is UploadStatus.PENDING:
        upload, parts = resume(ports, upload)
        stored = parts or []
        reject_beyond_limit(ports, upload, stored)
        return [replace(part, etag=part.etag or COMPLETED) for part in stored]
    if upload.status is not UploadStatus.READY:
        raise refusal(upload)
    plan = require_plan(upload)
    return [StoredPart(number, plan.size_of(number), COMPLETED) for number in plan.part_numbers]


def complete(ports: Ports, caller: Caller, upload_id: str, object_key: str | None, sent: Sequence[SentPart]) -> Upload:
    """Complete the upload and return its file; any number of times, and even after an abort that has not taken effect.

    Raises what confirm_upload raises.
    """
    upload = own_multipart(ports, caller, upload_id, object_key)
    if plan_of(upload) is None:
        if not is_open(upload):
            await_durable(ports, upload)
            raise refusal(upload)
        _declare(ports, upload, sent)
    return confirm_upload(ports, caller, upload_id, FileMetadata(), sent)


def _declare(ports: Ports, upload: Upload, sent: Sequence[SentPart]) -> None:
    """Give an upload that began without its size the one that follows from the parts its client names.

    From then on it is like any other upload: its plan is known, and every confirm gives the same file.
    """
    stored = list_stored(ports, upload)
    if stored is None:
        resume(ports, upload)  # reopened if the store has dropped it
        if plan_of(reread(ports, upload)) is None:
            raise PartsMissing("the store has dropped all parts; send them again")
        return  # completed by another call
    reject_beyond_limit(ports, upload, stored)  # parts that the client does not name count too
    parts = _named(stored, dict(sent))
    size_bytes, part_size_bytes = sum(part.size_bytes for part in parts), parts[0].size_bytes
    if parts[-1].size_bytes > part_size_bytes or any(part.size_bytes != part_size_bytes for part in parts[:-1]):
        raise PartMismatch("all parts but the last must have the same size")
    _reserve_size(ports, upload, size_bytes)
    expected: UploadChanges = {"status": UploadStatus.PENDING, "size_bytes": upload.size_bytes}
    changes: UploadChanges = {"size_bytes": size_bytes, "part_size_bytes": max(part_size_bytes, 1)}
    ports.records.change(upload.upload_id, expected, changes)


def _reserve_size(ports: Ports, upload: Upload, size_bytes: int) -> None:
    """Let the upload count for its true size. Raises QuotaExceeded if there is no room, and removes the parts."""
    beyond = allowance.enlarge(ports, upload, size_bytes)
    # Another call may have named fewer parts, and completes them.
    if beyond and plan_of(reread(ports, upload)) is None:
        raise refusal(reject(ports, upload, beyond.detail, code=beyond.code))


def _named(stored: Sequence[StoredPart], etags: dict[int, str]) -> list[StoredPart]:
    """Return the parts that the client names, from 1 on without a gap. Raises PartsMissing, PartMismatch."""
    by_number = {part.part_number: part for part in stored}
    numbers = range(1, max(etags, default=1) + 1)
    require_parts(by_number.keys() & etags.keys(), numbers)
    for number in numbers:
        require_etag(by_number[number], etags[number])
    return [by_number[number] for number in numbers]


def give_up(ports: Ports, caller: Caller, upload_id: str, object_key: str | None) -> None:
    """Let the upload end after the grace period unless it is completed before. One that is over stays as it is."""
    upload = own_multipart(ports, caller, upload_id, object_key)
    abort_at = ports.now() + ABORT_GRACE
    expected: UploadChanges = {"status": UploadStatus.PENDING, "abort_at": None}
    # Parts of unbound length may still arrive, so the sweeper goes on checking them.
    next_check_at = None if plan_of(upload) else upload.next_check_at
    ports.records.change(
        upload_id, expected, {"abort_at": abort_at, "expires_at": abort_at, "next_check_at": next_check_at}
    )


def location(ports: Ports, caller: Caller, file: Upload) -> str:
    """Return the file's address in the store, as S3 reports it; reading it needs a signature."""
    return presign_download(ports, caller, file, DownloadOptions()).url.partition("?")[0]
