"""Which uploads or files a list shows, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from service.uploads.model import Upload, UploadStatus


class Sort(StrEnum):
    """The order of a list. The id breaks ties."""

    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"
    ARTIST = "artist"  # and by album
    ALBUM = "album"  # an album in the order in which it was uploaded
    LONGEST = "longest"


DESCENDING = (Sort.NEWEST, Sort.LONGEST)
# The fields of the sort key.
SORT_FIELDS = {
    Sort.NEWEST: ("created_at",),
    Sort.OLDEST: ("created_at",),
    Sort.TITLE: ("sort_title",),
    Sort.ARTIST: ("sort_artist", "sort_album"),
    Sort.ALBUM: ("sort_album",),
    Sort.LONGEST: ("sort_length",),
}
# Between the texts of a sort key: below every other character, and in no text.
PARTING = "\0"
SortKey = datetime | str | float | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the sort key of its last row."""

    value: SortKey  # None: an older version wrote the row, without this key
    upload_id: str

    @classmethod
    def of(cls, upload: Upload, sort: Sort) -> "Position":
        return cls(sort_key(vars_of(upload, sort)), upload.upload_id)


def vars_of(upload: Upload, sort: Sort) -> list[Any]:
    """Return the values of the upload's sort key."""
    return [getattr(upload, name) for name in SORT_FIELDS[sort]]


def sort_key(values: Sequence[Any]) -> SortKey:
    """Return the values of a sort key as one."""
    if len(values) == 1:
        return cast(SortKey, values[0])
    return None if None in values else PARTING.join(values)


class GroupBy(StrEnum):
    """What puts files into groups: the field of its key."""

    ARTIST = "sort_artist"
    ALBUM = "sort_album"


@dataclass(frozen=True, slots=True)
class FileGroup:
    """The files of one artist, or of one album."""

    key: str
    files: int
    first_id: str  # the file that was uploaded first
    is_mixed: bool  # an album of several artists, or an artist with several albums


@dataclass(frozen=True, slots=True)
class UploadQuery:
    """Which uploads or files to list, in which order, from where. All that is set must hold."""

    owner: str | None  # None: the public ones of everybody
    status: UploadStatus = UploadStatus.READY
    fingerprint: str | None = None
    started_with: str | None = None  # None: any token
    mood: str | None = None
    tag: str | None = None
    artist: str | None = None  # folded: sort_artist
    album: str | None = None  # folded: sort_album
    content_type: str | None = None  # audio/mpeg, or audio/* for all audio
    sizes: tuple[int, ...] = ()  # of one of them; empty: of any size
    prefixes: tuple[str, ...] = ()  # folded beginnings of words
    sort: Sort = Sort.NEWEST
    after: Position | None = None
    limit: int = 50
