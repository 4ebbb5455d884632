"""What a list shows of a file, in plain values under the names of the API: a page has a hundred, and no model of them.

schemas/files.py describes it as FileAnswer, and a test holds the two together.
"""

from dataclasses import asdict, dataclass
from typing import Any

from service.uploads.derived import Derived
from service.uploads.metadata import PRIVATE
from service.uploads.model import Upload
from service.uploads.queries import Position
from service.uploads.thumbnails import id_of, shown_thumbnail

FileRow = dict[str, Any]
# Stands for an unknown size in answers; an unknown type is empty.
UNKNOWN_SIZE = -1
NOTHING_DERIVED: FileRow = {
    "duration_verified": False,
    "media_state": None,
    "thumbnail": None,
    "waveform": None,
    "threat": None,
}


@dataclass(frozen=True, slots=True)
class FilePage:
    """A page of a list of files."""

    rows: list[FileRow]
    end: Position | None  # of its last row; None if there is none


def row_of(file: Upload) -> FileRow:
    """Return what a list shows of the file to its owner."""
    return {
        "file_id": file.upload_id,
        **described(file),
        **_derived(file),
        "object_key": file.object_key,
        "owner": file.owner,
        "revision": file.revision,
        "etag": file.etag,
        "confirmed_at": file.confirmed_at,
        "cover_id": file.cover_id,
    }


def described(upload: Upload) -> FileRow:
    """Return what answers about uploads and about files share."""
    metadata = vars(upload.metadata)
    return {
        "filename": upload.filename,
        "content_type": upload.content_type or "",
        "size_bytes": UNKNOWN_SIZE if upload.size_bytes is None else upload.size_bytes,
        "checksum": asdict(upload.checksum) if upload.checksum else None,
        "created_at": upload.created_at,
        **metadata,
        "tags": metadata["tags"] or [],
        "visibility": metadata["visibility"] or PRIVATE,
    }


def _derived(file: Upload) -> FileRow:
    derived = file.current_derived
    if derived is None:
        return NOTHING_DERIVED
    return summary_of(derived) | ({} if shown_thumbnail(file) else {"thumbnail": None})


def summary_of(derived: Derived) -> FileRow:
    """Return what a row shows of what was made from the present bytes, with the thumbnail, whichever file it is of."""
    thumbnail = None if derived.threat else derived.thumbnail
    values: FileRow = {
        "duration_verified": derived.duration_seconds is not None,
        "media_state": derived.state.value,
        "thumbnail": thumbnail
        and {
            "v": id_of(thumbnail),
            "blurhash": thumbnail.blurhash,
            "width": thumbnail.width,
            "height": thumbnail.height,
        },
        "waveform": None if derived.threat else derived.waveform,
        "threat": derived.threat,
    }
    if derived.duration_seconds is not None:
        values["duration_seconds"] = derived.duration_seconds
    return values
