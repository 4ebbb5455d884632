"""Renders records in the words of the API."""

from collections.abc import Sequence
from datetime import datetime

from service.shared.model import Caller
from service.store.model import PresignedRequest, StoredPart
from service.uploads.api.schemas.uploads import (
    MultipartTransfer,
    PutTransfer,
    StoredPartAnswer,
    UploadAnswer,
)
from service.uploads.model import (
    SignedPart,
    SignedParts,
    Transfer,
    Upload,
)
from service.uploads.part_plan import plan_of
from service.uploads.queries import FileGroup, GroupBy
from service.uploads.rows import UNKNOWN_SIZE, FileRow, described, row_of

_HIDDEN_PLACE: FileRow = {"object_key": None, "owner": None}


def transfer_answer(upload: Upload, transfer: Transfer) -> PutTransfer | MultipartTransfer:
    """Return the request that the client has to send, or the requests of the parts."""
    kind = MultipartTransfer if isinstance(transfer, SignedParts) else PutTransfer
    return kind.model_validate(_transfer(upload, transfer))


def _transfer(upload: Upload, transfer: Transfer) -> dict[str, object]:
    if isinstance(transfer, SignedParts):
        parts = [_part(part) for part in transfer.parts]
        return {"kind": upload.kind.value, "parts": parts, "expires_at": transfer.expires_at, **_plan(upload)}
    return {"kind": upload.kind.value, **_request(transfer)}


def _part(part: SignedPart) -> dict[str, object]:
    return {"part_number": part.part_number, "size_bytes": _size(part.size_bytes), **_request(part.request)}


def _size(size_bytes: int | None) -> int:
    return UNKNOWN_SIZE if size_bytes is None else size_bytes


def _request(request: PresignedRequest) -> dict[str, object]:
    headers = dict(request.headers)
    return {"method": request.method, "url": request.url, "headers": headers, "expires_at": request.expires_at}


def _plan(upload: Upload) -> dict[str, object]:
    plan = plan_of(upload)
    return {
        "part_size_bytes": plan and plan.part_size_bytes,
        "part_count": plan and plan.part_count,
        "part_checksum_algorithm": upload.multipart and upload.multipart.part_checksum_algorithm,
    }


def started_answer(upload: Upload, transfer: Transfer, server_time: datetime) -> dict[str, object]:
    """Return an UploadStarted: a new upload with its first URLs. In plain values, because a batch has a thousand."""
    return {
        "upload_id": upload.upload_id,
        "object_key": upload.object_key,
        "expires_at": upload.expires_at,
        "server_time": server_time,
        "url": None if isinstance(transfer, SignedParts) else transfer.url,
        "transfer": _transfer(upload, transfer),
    }


def upload_answer(upload: Upload, stored: Sequence[StoredPart] | None = None) -> UploadAnswer:
    """Return an upload in any state, with its parts in the store."""
    own = {
        "upload_id": upload.upload_id,
        "status": upload.status.value,
        "kind": upload.kind.value,
        "expires_at": upload.expires_at,
        "fingerprint": upload.fingerprint,
        "cover_of": upload.cover_of,
        "stored_parts": None if stored is None else [_stored_part(part) for part in stored],
    }
    return UploadAnswer.model_validate(described(upload) | _place(upload) | _plan(upload) | own)


def _stored_part(part: StoredPart) -> StoredPartAnswer:
    return StoredPartAnswer(part_number=part.part_number, size_bytes=part.size_bytes, etag=part.etag or None)


def file_answer(upload: Upload, caller: Caller) -> FileRow:
    """Return a FileAnswer: a confirmed upload as a file. In plain values, because a batch has a thousand."""
    return shown_to(caller, row_of(upload))


def group_answer(group: FileGroup, by: GroupBy, file: Upload, caller: Caller) -> FileRow:
    """Return a GroupAnswer: an artist or an album."""
    metadata = file.metadata
    name = metadata.artist if by is GroupBy.ARTIST else metadata.album
    artist = None if group.is_mixed and by is GroupBy.ALBUM else metadata.artist
    return {"name": name or group.key, "artist": artist, "files": group.files, "example": file_answer(file, caller)}


def shown_to(caller: Caller, row: FileRow) -> FileRow:
    """Return the row as the caller may see it. Only its owner sees `owner`, and `object_key`, which shows the owner."""
    return row if row["owner"] == caller.owner else row | _HIDDEN_PLACE


def _place(upload: Upload) -> dict[str, object]:
    return {"object_key": upload.object_key, "owner": upload.owner}
