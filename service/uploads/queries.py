"""Which uploads or files a list shows, and in which order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.uploads.model import Upload, UploadStatus


class Sort(StrEnum):
    """The order of a list. The id breaks ties."""

    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the sort key of its last row."""

    value: datetime | str  # created_at, or sort_title where the list is sorted by title
    upload_id: str

    @classmethod
    def of(cls, upload: Upload, sort: Sort) -> "Position":
        return cls(upload.sort_title if sort is Sort.TITLE else upload.created_at, upload.upload_id)


@dataclass(frozen=True, slots=True)
class UploadQuery:
    """Which uploads or files to list, in which order, from where. All that is set must hold."""

    owner: str | None  # None: the public ones of everybody
    status: UploadStatus = UploadStatus.READY
    fingerprint: str | None = None
    started_with: str | None = None  # None: any token
    mood: str | None = None
    tag: str | None = None
    content_type: str | None = None  # audio/mpeg, or audio/* for all audio
    sizes: tuple[int, ...] = ()  # of one of them; empty: of any size
    prefixes: tuple[str, ...] = ()  # folded beginnings of words
    sort: Sort = Sort.NEWEST
    after: Position | None = None
    limit: int = 50
