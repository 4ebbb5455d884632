"""Opens multipart uploads in the store when they are needed, lists their parts, and reopens those that it dropped.

The document exists before the store's upload and names it afterwards. A crash between the two leaves an upload in the
store that no document names; purge.py aborts all uploads that are open for the key.
"""

from collections.abc import Sequence
from typing import NamedTuple

from service.store.model import StoredPart
from service.uploads.errors import FileTooLarge
from service.uploads.model import MultipartState, Upload, UploadChanges, UploadStatus
from service.uploads.part_plan import plan_of, require_plan
from service.uploads.ports import Ports
from service.uploads.usecases.labelling import label_for
from service.uploads.usecases.refusals import refusal
from service.uploads.usecases.transitions import reject, reread


def ensure_open(ports: Ports, upload: Upload) -> Upload:
    """Return the upload with the store's id for it, opening it now if it has none; or as somebody else ended it."""
    if upload.multipart is None or upload.multipart.store_upload_id:
        return upload
    return open_anew(ports, upload)


def open_anew(ports: Ports, upload: Upload) -> Upload:
    """Open a new, empty multipart upload in the store behind the same id, unless another call was first.

    This ends the lease of a confirm: there is nothing to complete.
    """
    state = upload.multipart or MultipartState()
    store_upload_id = ports.objects.create_multipart(
        upload.bucket,
        upload.object_key,
        content_type=upload.content_type or "",
        part_checksum_algorithm=state.part_checksum_algorithm,
        label=label_for(ports, upload, upload.object_key),
    )
    expected: UploadChanges = {
        "status": upload.status,
        "store_upload_id": state.store_upload_id,
        "completing_until": state.completing_until,
    }
    changes: UploadChanges = {"store_upload_id": store_upload_id, "completing_until": None}
    changed = ports.records.change(upload.upload_id, expected, changes)
    if changed is not None:
        return changed
    ports.objects.abort_multipart(upload.bucket, upload.object_key, store_upload_id)
    now = reread(ports, upload)
    # It has no store id if a killed database forgot the upload and the process that inserted it wrote it again.
    return ensure_open(ports, now) if is_open(now) else now


def list_stored(ports: Ports, upload: Upload) -> list[StoredPart] | None:
    """Return the parts that the store has; None if it no longer knows the upload: completed, or dropped."""
    if upload.multipart is None or upload.multipart.store_upload_id is None:
        return []
    return ports.objects.list_parts(upload.bucket, upload.object_key, upload.multipart.store_upload_id)


class InspectedUpload(NamedTuple):
    """An upload and its parts in the store; None unless it is pending and goes in parts."""

    upload: Upload
    stored: list[StoredPart] | None


def resume(ports: Ports, upload: Upload) -> InspectedUpload:
    """Return a pending upload and its parts in the store, to continue from anywhere.

    If the store has completed it, its parts have no etag. If the store has dropped it, it is opened anew.
    """
    stored = list_stored(ports, upload)
    if stored is not None:
        return InspectedUpload(upload, stored)
    if ports.objects.head(upload.bucket, upload.object_key) is not None:
        plan = require_plan(reread(ports, upload))  # its client may have named the parts meanwhile
        return InspectedUpload(upload, [StoredPart(number, plan.size_of(number), "") for number in plan.part_numbers])
    # If a confirm is at work, it deals with that itself.
    is_completing = upload.multipart is not None and upload.multipart.completing_until is not None
    return InspectedUpload(upload if is_completing else open_anew(ports, upload), [])


def reject_beyond_limit(ports: Ports, upload: Upload, stored: Sequence[StoredPart]) -> None:
    """Reject a pending upload without a plan if its parts together are too large for a file, and remove them.

    No URL bound the parts' lengths, so this check is the first to know them. Raises what `refusal` says.
    """
    if plan_of(upload) is not None or upload.status is not UploadStatus.PENDING:
        return
    try:
        ports.policy.check_size(sum(part.size_bytes for part in stored))
    except FileTooLarge as too_large:
        raise refusal(reject(ports, upload, too_large.detail)) from too_large


def measure_parts(ports: Ports, upload: Upload) -> int:
    """Ask the store for the parts, do what `reject_beyond_limit` does, and return the bytes of all parts."""
    if not is_open(upload) or plan_of(upload) is not None:
        return 0
    stored = list_stored(ports, upload) or []
    reject_beyond_limit(ports, upload, stored)
    return sum(part.size_bytes for part in stored)


def is_open(upload: Upload) -> bool:
    """Whether the upload is pending and goes in parts."""
    return upload.multipart is not None and upload.status is UploadStatus.PENDING
