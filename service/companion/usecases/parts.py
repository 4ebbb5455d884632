"""Parts of a client that speaks Companion's protocol: signed one by one, listed, completed, given up."""

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
from service.uploads.usecases.confirming.complete_parts import SentPart, require_etag, require_parts
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.files import DownloadWish, presign_download
from service.uploads.usecases.starting.multipart import (
    held_parts,
    is_open,
    look_beyond_limit,
    refuse_beyond_limit,
    resume,
)
from service.uploads.usecases.starting.renew import renewed
from service.uploads.usecases.starting.signed_requests import PartWish, check_wishes
from service.uploads.usecases.transitions import (
    await_durable,
    own_upload,
    refusal,
    reread,
)

# Uppy 5 aborts when it merely did not hear the answer to its complete, which may be at work still.
ABORT_GRACE = timedelta(seconds=600)
# Without a plan nothing binds a part's length, so signing checks the parts received: at each of the first parts, then
# only at every few, because listing a thousand parts is slow. The sweeper checks every minute.
LOOK_EVERY = 16
# What stands for the etag of a part that is in the object already.
JOINED = "joined"


def own_multipart(ports: Ports, caller: Caller, upload_id: str, object_key: str | None) -> Upload:
    """The caller's upload in parts, of that key where one is said. Raises UploadNotFound."""
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
    wanted = [PartWish(number) for number in numbers]
    if plan_of(upload):
        check_wishes(upload, wanted)
    else:
        _check_undeclared(ports, numbers)
        if any(number <= LOOK_EVERY or number % LOOK_EVERY == 0 for number in numbers):
            look_beyond_limit(ports, upload)
    _, transfer = renewed(ports, upload, wanted)
    assert isinstance(transfer, SignedParts)
    return {part.part_number: part.request for part in transfer.parts}


def _check_undeclared(ports: Ports, numbers: Sequence[int]) -> None:
    for number in numbers:
        if not 1 <= number <= MAX_PARTS:
            raise PartNumberInvalid(f"there is no part {number}; the parts are 1 to {MAX_PARTS}")
        # Those before it have the least that a store takes, or more.
        least = (number - 1) * SMALLEST_PART_BYTES
        if least >= max(ports.policy.max_upload_bytes, 1):
            raise FileTooLarge(f"part {number} is beyond the {ports.policy.max_upload_bytes} bytes that are allowed")


def list_parts(ports: Ports, caller: Caller, upload_id: str, object_key: str | None) -> list[StoredPart]:
    """What the store has, to go on from; of a file all of it, for its client did not hear that it is complete."""
    upload = own_multipart(ports, caller, upload_id, object_key)
    if upload.status is UploadStatus.PENDING:
        upload, held = resume(ports, upload)
        refuse_beyond_limit(ports, upload, held)
        return [replace(part, etag=part.etag or JOINED) for part in held]
    if upload.status is not UploadStatus.READY:
        raise refusal(upload)
    plan = require_plan(upload)
    return [StoredPart(number, plan.size_of(number), JOINED) for number in plan.part_numbers]


def complete(ports: Ports, caller: Caller, upload_id: str, object_key: str | None, sent: Sequence[SentPart]) -> Upload:
    """The file. Any number of completes give the same one, also after an abort, while that is not done.

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

    From then on it is as any other: its plan is known, and whoever confirms it, or again, comes to the same file.
    """
    held = held_parts(ports, upload)
    if held is None:
        resume(ports, upload)  # opened anew where the store has dropped it
        if plan_of(reread(ports, upload)) is None:
            raise PartsMissing("the store has dropped all parts; send them again")
        return  # joined by another complete
    refuse_beyond_limit(ports, upload, held)  # parts that the client does not name count, too
    parts = _named(held, dict(sent))
    size_bytes, part_size_bytes = sum(part.size_bytes for part in parts), parts[0].size_bytes
    if parts[-1].size_bytes > part_size_bytes or any(part.size_bytes != part_size_bytes for part in parts[:-1]):
        raise PartMismatch("all parts but the last must have the same size")
    expected: UploadChanges = {"status": UploadStatus.PENDING, "size_bytes": upload.size_bytes}
    changes: UploadChanges = {"size_bytes": size_bytes, "part_size_bytes": max(part_size_bytes, 1)}
    ports.records.change(upload.upload_id, expected, changes)


def _named(held: Sequence[StoredPart], etags: dict[int, str]) -> list[StoredPart]:
    """The parts that the client names, from 1 on without a gap. Raises PartsMissing, PartMismatch."""
    by_number = {part.part_number: part for part in held}
    numbers = range(1, max(etags, default=1) + 1)
    require_parts(by_number.keys() & etags.keys(), numbers)
    for number in numbers:
        require_etag(by_number[number], etags[number])
    return [by_number[number] for number in numbers]


def give_up(ports: Ports, caller: Caller, upload_id: str, object_key: str | None) -> None:
    """Have the upload ended when the grace is over, unless it is completed before. Of one that is over, nothing."""
    upload = own_multipart(ports, caller, upload_id, object_key)
    abort_at = ports.now() + ABORT_GRACE
    expected: UploadChanges = {"status": UploadStatus.PENDING, "abort_at": None}
    # Parts that nothing binds may go on coming: the sweeper goes on looking at them.
    look_at = None if plan_of(upload) else upload.look_at
    ports.records.change(upload_id, expected, {"abort_at": abort_at, "expires_at": abort_at, "look_at": look_at})


def location(ports: Ports, caller: Caller, file: Upload) -> str:
    """Where the file lies in the store, as S3 tells it; nobody reads it there without a signature."""
    return presign_download(ports, caller, file, DownloadWish()).url.partition("?")[0]
