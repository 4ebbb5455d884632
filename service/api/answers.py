"""What goes out over the wire: each model checks an answer, and makes its part of OpenAPI. Requests: schemas.py."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from service.api.schemas import ChecksumBody
from service.errors import catalogue
from service.model import FileMetadata, PartChecksumAlgorithm, Visibility


class PutTransfer(BaseModel):
    """The request that moves the bytes. Its headers were signed and must be sent as they are."""

    kind: Literal["put", "staged"]
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: datetime


class PartTransfer(BaseModel):
    """The request that moves one part. Its headers were signed and must be sent as they are."""

    part_number: int
    size_bytes: int
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: datetime


class MultipartTransfer(BaseModel):
    """How the file is cut: part 1 has its first `part_size_bytes`, the last part the rest."""

    kind: Literal["multipart"]
    part_size_bytes: int
    part_count: int
    part_checksum_algorithm: PartChecksumAlgorithm | None
    parts: list[PartTransfer] = Field(description="Those that were asked for; at the start up to 100.")
    expires_at: datetime = Field(description="When these URLs die; ask for others at POST /v1/uploads/{id}/urls.")


Transfer = Annotated[PutTransfer | MultipartTransfer, Field(discriminator="kind")]


class UploadStarted(BaseModel):
    upload_id: str
    object_key: str
    expires_at: datetime = Field(description="Confirm before then.")
    server_time: datetime
    url: str | None = Field(None, description="The transfer's own, to PUT the file to; null if the file goes in parts.")
    transfer: Transfer


class UrlsAnswer(BaseModel):
    upload_id: str
    expires_at: datetime
    server_time: datetime
    transfer: Transfer


class ChecksumAnswer(ChecksumBody):
    """A digest of the whole file, as the client declared it, or as it follows from the CRC-32C of each part."""

    verified: bool = Field(description="Whether the store has checked the bytes against it.")


class Described(FileMetadata):
    """What every answer about an upload or a file tells."""

    filename: str
    content_type: str
    size_bytes: int
    checksum: ChecksumAnswer | None
    created_at: datetime
    tags: list[str] = Field(default_factory=list)
    visibility: Visibility = "private"


class StoredPartAnswer(BaseModel):
    """A part that the store has."""

    part_number: int
    size_bytes: int
    etag: str | None = Field(description="Null where the parts are joined already: confirm.")


class UploadAnswer(Described):
    """An upload in whatever state. What begins with part_ is null where it has no parts."""

    upload_id: str
    object_key: str
    owner: str
    status: str
    kind: Literal["put", "multipart", "staged"]
    expires_at: datetime | None
    fingerprint: str | None
    cover_of: str | None = Field(description="The file whose cover it is to be.")
    part_size_bytes: int | None
    part_count: int | None
    part_checksum_algorithm: PartChecksumAlgorithm | None
    stored_parts: list[StoredPartAnswer] | None = Field(
        description="What is there of a pending upload in parts; the store is asked for a single upload, not for lists."
    )


class FileAnswer(Described):
    file_id: str
    object_key: str | None = Field(description="Where it lies in the store: told to its owner alone, null to others.")
    owner: str | None = Field(description="The same. So it is yours where it is not null.")
    revision: int = Field(
        description='Counts its states. With If-Match: "{file_id}.{revision}", only this one is edited.'
    )
    etag: str = Field(description="Of the bytes, as the store names them; opaque.")
    confirmed_at: datetime
    cover_id: str | None = Field(description="Names its cover, if it has one: GET /v1/files/{file_id}/cover shows it.")


class UploadsPage(BaseModel):
    uploads: list[UploadAnswer]
    next_cursor: str | None


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


class Limits(BaseModel):
    max_upload_bytes: int
    put_max_bytes: int = Field(description="Larger files go in parts.")
    allowed_content_types: list[str]
    max_cover_bytes: int
    cover_content_types: list[str] = Field(description="Those of the allowed ones that a cover may have.")
    moods: list[str]


class SessionGrant(BaseModel):
    """What the token narrows itself to, and what is left of it. Null: not narrowed in that."""

    prefix: str | None = Field(description="Of the keys that it may name.")
    content_types: list[str] | None
    max_bytes: int | None = Field(description="Of all its uploads together.")
    max_files: int | None
    left_bytes: int | None
    left_files: int | None


class SessionAnswer(BaseModel):
    """Who the caller is to us, and what may be uploaded. Needs no token."""

    auth_mode: Literal["open", "jwt"]
    owner: str | None
    scopes: list[str]
    limits: Limits
    grant: SessionGrant | None = Field(description="Null where `scopes` and `limits` are all the limits there are.")
    server_time: datetime


class UploadTokenAnswer(BaseModel):
    """A token that stands in the address of Uppy's calls. Whoever has the address may upload for you until then."""

    upload_token: str
    companion_url: str = Field(description="Uppy's `companionEndpoint`; holds the token.")
    expires_at: datetime
    server_time: datetime


class SeedUrl(BaseModel):
    """The seed's answer, `url`, with what else a script may want."""

    url: str
    key: str
    upload_id: str | None = None
    file_id: str | None = None
    expires_at: datetime
    server_time: datetime


class Song(BaseModel):
    """A file in the seed client's words."""

    id: str
    title: str | None
    artist: str | None
    mood: str | None
    key: str
    audioFile: str | None = Field(  # noqa: N815  the seed's name
        description="A presigned URL to play, good for an hour; null where the token lacks files:read."
    )


class SongAnswer(BaseModel):
    message: str
    song: Song


class SongsAnswer(BaseModel):
    message: str
    songs: list[Song]


class Health(BaseModel):
    status: Literal["ok"]


class ReadyCheck(BaseModel):
    name: str
    ok: bool
    detail: str


class Ready(BaseModel):
    status: Literal["ready", "not_ready"]
    checks: list[ReadyCheck]


class ProblemField(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """Every error (RFC 9457). `error` and `message` repeat `detail` for clients that look there."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(
        description="Stable; switch on it. A newer service may have more.",
        json_schema_extra={"enum": [*sorted({kind.code for kind in catalogue()})]},
    )
    hint: str
    retryable: bool
    errors: list[ProblemField] = Field(default_factory=list)
    request_id: str
    error: str
    message: str


class BatchRow(BaseModel):
    """One row of a batch: its upload, or what is wrong with it."""

    upload: UploadStarted | None = None
    error: Problem | None = None


class BatchAnswer(BaseModel):
    results: list[BatchRow] = Field(description="In the order of the request.")
    server_time: datetime


class ConfirmedRow(BaseModel):
    upload_id: str
    file: FileAnswer | None = None
    error: Problem | None = None


class ConfirmedAnswer(BaseModel):
    results: list[ConfirmedRow] = Field(description="In the order of the request.")
    server_time: datetime


class DownloadRow(BaseModel):
    """One file's URL, or what is wrong; file_id or object_key as asked for. Its key is told to the owner alone."""

    file_id: str | None = None
    object_key: str | None = None
    filename: str | None = None
    method: Literal["GET"] = "GET"
    url: str | None = None
    expires_at: datetime | None = None
    error: Problem | None = None


class DownloadUrlsAnswer(BaseModel):
    results: list[DownloadRow]
    server_time: datetime
