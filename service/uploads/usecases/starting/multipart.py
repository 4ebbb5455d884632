"""A multipart upload in the store: opened when it is needed, looked at, and opened anew where the store dropped it.

The document is there first and names it afterwards. What a crash leaves between the two, no document names:
purge.py drops all that is open for the key.
"""

from collections.abc import Sequence

from service.store.model import StoredPart
from service.uploads.errors import FileTooLarge
from service.uploads.model import MultipartState, Upload, UploadChanges, UploadStatus
from service.uploads.part_plan import plan_of, require_plan
from service.uploads.ports import Ports
from service.uploads.usecases.transitions import refusal, reject, reread


def ensure_open(ports: Ports, upload: Upload) -> Upload:
    """The upload with the store's id for it, asked for now where it has none; or as somebody else ended it."""
    if upload.multipart is None or upload.multipart.store_upload_id:
        return upload
    return open_anew(ports, upload)


def open_anew(ports: Ports, upload: Upload) -> Upload:
    """The upload with a new, empty multipart upload of the store behind the same id, unless another call was first.

    A confirm's lease ends with it: there is nothing to complete.
    """
    state = upload.multipart or MultipartState()
    made = ports.objects.create_multipart(
        upload.bucket,
        upload.object_key,
        content_type=upload.content_type or "",
        part_checksum_algorithm=state.part_checksum_algorithm,
    )
    expected: UploadChanges = {
        "status": upload.status,
        "store_upload_id": state.store_upload_id,
        "completing_until": state.completing_until,
    }
    changes: UploadChanges = {"store_upload_id": made, "completing_until": None}
    changed = ports.records.change(upload.upload_id, expected, changes)
    if changed is not None:
        return changed
    ports.objects.abort_multipart(upload.bucket, upload.object_key, made)
    now = reread(ports, upload)
    # Without one where a killed database forgot the upload, and whoever inserted it has written it again.
    return ensure_open(ports, now) if is_open(now) else now


def held_parts(ports: Ports, upload: Upload) -> list[StoredPart] | None:
    """What the store has of the upload; None where it knows it no more: joined, or dropped."""
    if upload.multipart is None or upload.multipart.store_upload_id is None:
        return []
    return ports.objects.list_parts(upload.bucket, upload.object_key, upload.multipart.store_upload_id)


def resume(ports: Ports, upload: Upload) -> tuple[Upload, list[StoredPart]]:
    """A pending upload and what the store has of it, to go on from anywhere. The parts of a joined one have no etag."""
    held = held_parts(ports, upload)
    if held is not None:
        return upload, held
    if ports.objects.head(upload.bucket, upload.object_key) is not None:
        plan = require_plan(reread(ports, upload))  # its client may have named the parts meanwhile
        return upload, [StoredPart(number, plan.size_of(number), "") for number in plan.part_numbers]
    # Where a confirm is at work, it is for that one to find out.
    is_completing = upload.multipart is not None and upload.multipart.completing_until is not None
    return (upload, []) if is_completing else (open_anew(ports, upload), [])


def refuse_beyond_limit(ports: Ports, upload: Upload, held: Sequence[StoredPart]) -> None:
    """Reject a pending upload without a plan if its parts together are too large for a file, and remove them.

    No URL bound the parts' lengths, so this check is the first to know them. Raises what `refusal` says.
    """
    if plan_of(upload) is not None or upload.status is not UploadStatus.PENDING:
        return
    try:
        ports.policy.check_size(sum(part.size_bytes for part in held))
    except FileTooLarge as too_large:
        raise refusal(reject(ports, upload, too_large.detail)) from too_large


def look_beyond_limit(ports: Ports, upload: Upload) -> int:
    """The same, where the store has to be asked for the parts first; return how much they are together."""
    if not is_open(upload) or plan_of(upload) is not None:
        return 0
    held = held_parts(ports, upload) or []
    refuse_beyond_limit(ports, upload, held)
    return sum(part.size_bytes for part in held)


def is_open(upload: Upload) -> bool:
    """Whether the upload is pending and goes in parts."""
    return upload.multipart is not None and upload.status is UploadStatus.PENDING
