"""Requests and answers of the seed's own client, with its field names."""

from datetime import datetime

from pydantic import BaseModel, Field

from service.shared.api.schemas import MAX_NAME, Params
from service.shared.model import LINE
from service.uploads.metadata import FileMetadata


class SeedUrl(BaseModel):
    """The seed's answer, `url`, and more that a script may need."""

    url: str
    key: str
    upload_id: str | None = None
    file_id: str | None = None
    expires_at: datetime
    server_time: datetime


class Song(BaseModel):
    """A file, with the seed client's field names."""

    id: str
    title: str | None
    artist: str | None
    mood: str | None
    key: str
    audioFile: str | None = Field(  # noqa: N815  the seed's name
        description="A presigned URL to play, valid for an hour; null if the token lacks files:read."
    )


class SongAnswer(BaseModel):
    message: str
    song: Song


class SongsAnswer(BaseModel):
    message: str
    songs: list[Song]


class SongRequest(FileMetadata):
    """The seed client's request to record the song that was sent to a key."""

    title: str | None = Field(max_length=200, pattern=LINE, json_schema_extra={"example": "A B"})
    artist: str | None = Field(None, max_length=200, pattern=LINE, json_schema_extra={"example": "C"})
    mood: str = Field(max_length=40, json_schema_extra={"example": "happy"})
    key: str = Field(min_length=1, max_length=1024, json_schema_extra={"example": "uploads/local/a b.mp3"})


class KeyQuery(Params):
    key: str | None = Field(None, max_length=MAX_NAME)


class UploadKeyQuery(KeyQuery):
    filename: str | None = Field(
        None, max_length=MAX_NAME, description="Instead of `key`: the file goes under your own prefix."
    )


class SongsQuery(Params):
    mood: str | None = Field(None, max_length=40)
