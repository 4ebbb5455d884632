"""The order of the uploads that gave a file its bytes: a staged upload may replace what an earlier one brought."""

from datetime import datetime

from service.uploads.model import Upload, UploadStatus
from service.uploads.ports import Ports


def replaced_id_of(upload: Upload) -> str | None:
    """Return the id of the file that a staged upload became a version of."""
    return upload.staged.replaced_id if upload.staged else None


def confirmed_at_of(upload: Upload) -> datetime:
    """Return when a file or a replaced upload was confirmed."""
    return upload.confirmed_at or upload.created_at  # each of them was confirmed


def order_of(upload: Upload) -> tuple[datetime, str]:
    """Return what orders two uploads to a key: the later wins, and in one millisecond always the same one."""
    return confirmed_at_of(upload), upload.source


def is_handed_over(ports: Ports, upload_id: str) -> bool:
    """Return whether the file of a replaced upload has its bytes, or later ones, or is gone."""
    upload = ports.records.get(upload_id)
    older = upload and ports.records.get(replaced_id_of(upload) or "")
    if not upload or not older or older.status is not UploadStatus.READY:
        return True
    return order_of(older) >= order_of(upload)
