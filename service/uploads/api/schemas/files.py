"""Requests and answers about files."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from service.shared.api.schemas import (
    CONTENT_TYPE_PATTERN,
    MAX_BATCH,
    MAX_SIZES,
    SIZES_PATTERN,
    Body,
    PageQuery,
    Params,
    UploadId,
    _in_digits,
)
from service.uploads.api.schemas.described import Described
from service.uploads.api.schemas.uploads import Filename
from service.uploads.metadata import FileMetadata


class ThumbnailAnswer(BaseModel):
    """GET /v1/files/{file_id}/thumbnail shows it in several widths."""

    v: str = Field(description="An id of the picture. As a parameter, it gives each picture an address of its own.")
    blurhash: str = Field(description="The picture in some 30 characters, to show until it is loaded: see blurha.sh.")
    width: int = Field(description="Of the whole picture, in pixels.")
    height: int


class FileAnswer(Described):
    file_id: str
    duration_seconds: float | None = Field(
        None,
        description="Measured if `duration_verified`; otherwise read from the file by the client.",
        json_schema_extra={"example": 215.4},
    )
    duration_verified: bool
    media_state: Literal["waiting", "working", "ready", "failed"] | None = Field(
        description="How far the work on thumbnails, waveform and renditions is; null if none was begun. A newer "
        "service may have more states."
    )
    thumbnail: ThumbnailAnswer | None
    waveform: str | None = Field(
        description="How loud a song is in each of 36 stretches of equal length, in base64 of a byte each: 255 in the "
        "loudest. GET /v1/files/{file_id}/media has it at full length.",
        json_schema_extra={"example": "IElTV4KZfonFv5W78cim5f+9t/zwq8T3yZnC1JiDpZZlYGND"},
    )
    threat: str | None = Field(
        description="What the virus scanner found. The file is private then, and nobody can fetch its bytes."
    )
    object_key: str | None = Field(description="The file's key in the store; null for everyone but the owner.")
    owner: str | None = Field(description="The file's owner; null for everyone else. So a file with an owner is yours.")
    revision: int = Field(
        description='Rises with every change. Send If-Match: "{file_id}.{revision}" to edit this revision only.'
    )
    etag: str = Field(description="The store's ETag of the bytes; opaque.")
    confirmed_at: datetime
    cover_id: str | None = Field(
        description="The id of the file's cover, if any; GET /v1/files/{file_id}/cover shows it."
    )


class FilesPage(BaseModel):
    files: list[FileAnswer]
    next_cursor: str | None


class GroupAnswer(BaseModel):
    """An artist or an album."""

    name: str
    artist: str | None = Field(description="Of an album: null if it has none, or several.")
    files: int
    example: FileAnswer = Field(description="The file of it that was uploaded first.")


class GroupsPage(BaseModel):
    groups: list[GroupAnswer]
    next_cursor: str | None


class DownloadAnswer(BaseModel):
    file_id: str
    method: Literal["GET"]
    url: str
    headers: dict[str, str]
    etag: str = Field(description="The ETag that the store will send with the bytes, without quotes.")
    confirmed_at: datetime = Field(
        description="As in the file. It changes with the bytes, and stays when they move to another store."
    )
    expires_at: datetime
    server_time: datetime


class MoodCount(BaseModel):
    mood: str
    files: int


class MoodsAnswer(BaseModel):
    moods: list[MoodCount]
    files: int = Field(description="All files that match, with or without a mood.")
    server_time: datetime


SEVEN_DAYS_S = 604_800  # SigV4's own maximum


Sizes = Annotated[
    str,
    Field(
        pattern=SIZES_PATTERN,
        description=f"Exact size in bytes, or up to {MAX_SIZES} sizes separated by commas.",
        json_schema_extra={"example": "4011223,0"},
    ),
]


SortName = Literal["newest", "oldest", "title", "artist", "album", "longest"]


class FilesFilter(Body):
    """Selects files, like the parameters of GET /v1/files."""

    mood: str | None = Field(None, max_length=40)
    q: str | None = Field(None, max_length=200)
    content_type: str | None = Field(None, pattern=CONTENT_TYPE_PATTERN)
    tag: str | None = Field(None, max_length=40)
    size_bytes: Sizes | None = None
    artist: str | None = Field(None, max_length=200)
    album: str | None = Field(None, max_length=200)
    owner: Literal["me", "public"] = "me"
    sort: SortName = "newest"
    limit: int = Field(100, ge=1, le=MAX_BATCH)


class FilePath(Params):
    file_id: UploadId


class FilesQuery(PageQuery):
    mood: str | None = Field(None, max_length=40)
    q: str | None = Field(
        None,
        max_length=200,
        description="Beginnings of words in the title, artist, album, tags, mood and file name. A word that no file of "
        "yours has stands for the most similar one.",
    )
    content_type: str | None = Field(
        None, pattern=CONTENT_TYPE_PATTERN, description="A content type, or a pattern such as audio/*."
    )
    tag: str | None = Field(None, max_length=40)
    size_bytes: Sizes | None = None
    artist: str | None = Field(
        None, max_length=200, description="An artist, without regard to case and accents; empty: files without one."
    )
    album: str | None = Field(None, max_length=200, description="An album, likewise.")
    owner: Literal["me", "public"] = "me"
    sort: SortName = Field(
        "newest", description="`artist` is by album within an artist; `album` is as uploaded within an album."
    )


class MoodsQuery(Params):
    """Filters, like those of GET /v1/files."""

    q: str | None = Field(None, max_length=200)
    content_type: str | None = Field(None, pattern=CONTENT_TYPE_PATTERN)
    tag: str | None = Field(None, max_length=40)
    artist: str | None = Field(None, max_length=200)
    album: str | None = Field(None, max_length=200)


class GroupsQuery(MoodsQuery, PageQuery):
    """The same, and a mood."""

    mood: str | None = Field(None, max_length=40)


class FileEdits(FileMetadata):
    """The fields to change. Null removes a field (except the file name); a field left out keeps its value."""

    filename: Filename = Field(default_factory=str)


class DownloadQuery(Params):
    disposition: Literal["attachment", "inline"] = "attachment"
    redirect: Literal["0", "1"] = Field(
        "0", description="1 redirects to the URL with a 302: a stable address for players."
    )
    # The limits must apply to the number itself and stand before the validator, or the document loses them.
    expires_in: Annotated[int, Field(ge=1, le=SEVEN_DAYS_S), BeforeValidator(_in_digits)] | None = Field(
        None, description="Lifetime of the URL in seconds; the default is DOWNLOAD_URL_EXPIRES_IN."
    )


class CoverQuery(Params):
    cover_id: UploadId | None = Field(
        None,
        description="The file's `cover_id`. It gives each cover an address of its own, for caches.",
    )
