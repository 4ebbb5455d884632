"""Records in the words of the API."""

from dataclasses import asdict
from datetime import datetime

from service.api.answers import Described, FileAnswer, Transfer, UploadAnswer, UploadStarted
from service.model import PresignedRequest, TransferKind, Upload


def transfer_answer(kind: TransferKind, transfer: PresignedRequest) -> Transfer:
    """The request that the client is to send."""
    return Transfer.model_validate(_transfer(kind, transfer))


def _transfer(kind: TransferKind, transfer: PresignedRequest) -> dict[str, object]:
    return {
        "kind": kind.value,
        "method": "PUT",
        "url": transfer.url,
        "headers": transfer.headers,
        "expires_at": transfer.expires_at,
    }


def started_answer(upload: Upload, transfer: PresignedRequest, server_time: datetime) -> UploadStarted:
    """A new upload, with its first URL. Checked as a whole: a batch has a thousand."""
    started = {
        "upload_id": upload.upload_id,
        "object_key": upload.object_key,
        "expires_at": upload.expires_at,
        "server_time": server_time,
        "transfer": _transfer(upload.kind, transfer),
    }
    return UploadStarted.model_validate(started)


def upload_answer(upload: Upload) -> UploadAnswer:
    """An upload, in whatever state."""
    own = {
        "upload_id": upload.upload_id,
        "status": upload.status.value,
        "kind": upload.kind.value,
        "expires_at": upload.expires_at,
    }
    return UploadAnswer.model_validate(_described(upload) | own)


def file_answer(upload: Upload) -> FileAnswer:
    """A confirmed upload as a file."""
    own = {"file_id": upload.upload_id, "etag": upload.etag, "confirmed_at": upload.confirmed_at}
    return FileAnswer.model_validate(_described(upload) | own)


# The fields that are the same in the record and in the answer.
_SHARED = ("object_key", "filename", "content_type", "size_bytes", "owner", "created_at")


def _described(upload: Upload) -> dict[str, object]:
    checksum = asdict(upload.checksum) if upload.checksum else None
    metadata = {name: value for name, value in upload.metadata if name in Described.model_fields and value is not None}
    return {name: getattr(upload, name) for name in _SHARED} | metadata | {"checksum": checksum}
