"""Why an upload that is over cannot go on."""

from service.shared.errors import MoodropError
from service.uploads.errors import (
    FileDeleted,
    ObjectMismatch,
    QuotaExceeded,
    UploadAborted,
    UploadExpired,
    UploadFinished,
)
from service.uploads.model import Upload, UploadStatus


def refusal(upload: Upload) -> MoodropError:
    """Return the error to raise for an upload that is not pending and so cannot go on."""
    upload_id = upload.upload_id
    match upload.status:
        case UploadStatus.ABORTED:
            return UploadAborted(f"upload {upload_id} was aborted")
        case UploadStatus.EXPIRED:
            return UploadExpired(f"upload {upload_id} was not confirmed in time")
        case UploadStatus.DELETED if upload.cover_of:
            return FileDeleted(f"cover {upload_id} was removed: for a newer one, with its file, or by itself")
        case UploadStatus.DELETED:
            return FileDeleted(f"file {upload_id} was deleted")
        case UploadStatus.REJECTED if upload.rejection_code == QuotaExceeded.code:
            return QuotaExceeded(upload.rejection)
        case UploadStatus.REJECTED:
            return ObjectMismatch(upload.rejection)
        case UploadStatus.REPLACED:  # only where the file it became part of is gone
            return FileDeleted(f"file {upload.staged and upload.staged.replaced_id} was deleted")
        case _:
            return UploadFinished(f"upload {upload_id} is confirmed already")
