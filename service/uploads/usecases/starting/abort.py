"""Ends an upload that is not confirmed."""

from service.shared.model import Caller
from service.uploads.errors import UploadFinished
from service.uploads.model import UploadStatus
from service.uploads.ports import Ports
from service.uploads.usecases.access import own_upload
from service.uploads.usecases.purge import purge_objects
from service.uploads.usecases.transitions import await_durable, end_pending


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
