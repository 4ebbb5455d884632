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


class FileAnswer(Described):
    file_id: str
    object_key: str | None = Field(description="Where it lies in the store: told to its owner alone, null to others.")
    owner: str | None = Field(description="The same. So it is yours where it is not null.")
    revision: int = Field(
        description='Counts its states. With If-Match: "{file_id}.{revision}", only this one is edited.'
    )
    etag: str = Field(description="The store's name for the bytes; opaque.")
    confirmed_at: datetime
    cover_id: str | None = Field(description="Names its cover, if it has one: GET /v1/files/{file_id}/cover shows it.")


class FilesPage(BaseModel):
    files: list[FileAnswer]
    next_cursor: str | None


class DownloadAnswer(BaseModel):
    file_id: str
    method: Literal["GET"]
    url: str
    headers: dict[str, str]
    expires_at: datetime
    server_time: datetime


class MoodCount(BaseModel):
    mood: str
    files: int


class MoodsAnswer(BaseModel):
    moods: list[MoodCount]
    server_time: datetime


SEVEN_DAYS_S = 604_800  # SigV4's own maximum


Sizes = Annotated[
    str,
    Field(
        pattern=SIZES_PATTERN,
        description=f"Files of exactly this size; or of one of up to {MAX_SIZES} sizes, with commas between them.",
        json_schema_extra={"example": "4011223,0"},
    ),
]


class FilesFilter(Body):
    """Which files; as the parameters of GET /v1/files."""

    mood: str | None = Field(None, max_length=40)
    q: str | None = Field(None, max_length=200)
    content_type: str | None = Field(None, pattern=CONTENT_TYPE_PATTERN)
    tag: str | None = Field(None, max_length=40)
    size_bytes: Sizes | None = None
    owner: Literal["me", "public"] = "me"
    sort: Literal["newest", "oldest", "title"] = "newest"
    limit: int = Field(100, ge=1, le=MAX_BATCH)


class FilePath(Params):
    file_id: UploadId


class FilesQuery(PageQuery):
    mood: str | None = Field(None, max_length=40)
    q: str | None = Field(
        None, max_length=200, description="Beginnings of words of title, artist, album, tags, file name."
    )
    content_type: str | None = Field(None, pattern=CONTENT_TYPE_PATTERN, description="A type, or audio/* and the like.")
    tag: str | None = Field(None, max_length=40)
    size_bytes: Sizes | None = None
    owner: Literal["me", "public"] = "me"
    sort: Literal["newest", "oldest", "title"] = "newest"


class FileEdits(FileMetadata):
    """What to change; null removes a field (but not the file name), a field left out stays."""

    filename: Filename = Field(default_factory=str)


class DownloadQuery(Params):
    disposition: Literal["attachment", "inline"] = "attachment"
    redirect: Literal["0", "1"] = Field("0", description="1 answers 302 to the URL: a stable address for players.")
    # Limits of the number itself, and before the validator: else the document loses them.
    expires_in: Annotated[int, Field(ge=1, le=SEVEN_DAYS_S), BeforeValidator(_in_digits)] | None = Field(
        None, description="Seconds; the default is configured."
    )


class CoverQuery(Params):
    cover_id: UploadId | None = Field(
        None, description="The one that the file tells: a new cover has a new address, for caches."
    )
