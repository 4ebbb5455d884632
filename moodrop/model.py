"""What the calls take and give. Sizes are bytes, times aware UTC, digests base64; names as in the API."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal

from moodrop.errors import MoodropError

ChecksumAlgorithm = Literal["sha256", "crc32c", "md5"]
UploadChecksum = Literal["sha256", "crc32c"]
Visibility = Literal["private", "public"]
Sort = Literal["newest", "oldest", "title"]
Source = str | Path | BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """A digest of the whole file. `verified`: the store has compared the bytes with it."""

    algorithm: ChecksumAlgorithm
    value_base64: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A confirmed file. `duration_seconds` comes from its uploader; `cover_id` is None without a cover.

    `revision` counts its states and goes to edit_file. `object_key` and `owner` are None for someone else's file.
    """

    file_id: str
    object_key: str | None = None
    filename: str
    content_type: str
    size_bytes: int
    checksum: Checksum | None
    owner: str | None = None
    created_at: datetime
    confirmed_at: datetime
    revision: int
    etag: str
    cover_id: str | None = None
    mood: str | None = None
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    duration_seconds: float | None = None
    tags: tuple[str, ...] = ()
    visibility: Visibility = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """A part that the store has. `etag` is None where the parts are joined already."""

    part_number: int
    size_bytes: int
    etag: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An unfinished upload. What begins with part_ is None where it goes in one piece."""

    upload_id: str
    object_key: str
    filename: str
    content_type: str
    size_bytes: int
    checksum: Checksum | None
    created_at: datetime
    status: str
    kind: Literal["put", "multipart", "staged"]
    expires_at: datetime | None
    fingerprint: str | None
    cover_of: str | None = None
    part_size_bytes: int | None
    part_count: int | None
    part_checksum_algorithm: UploadChecksum | None
    stored_parts: tuple[StoredPart, ...] | None
    mood: str | None = None
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    duration_seconds: float | None = None
    tags: tuple[str, ...] = ()
    visibility: Visibility = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be uploaded."""

    max_upload_bytes: int
    put_max_bytes: int  # larger files go in parts
    allowed_content_types: tuple[str, ...]
    max_cover_bytes: int
    cover_content_types: tuple[str, ...]
    moods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the token narrows itself to, and what is left of it; None: not narrowed in that."""

    prefix: str | None
    content_types: tuple[str, ...] | None
    max_bytes: int | None
    max_files: int | None
    left_bytes: int | None
    left_files: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who you are to the service. `owner` is None without a token that it accepts."""

    auth_mode: str  # "open": no sign-in; "jwt": with a bearer token; a newer service may have more
    owner: str | None
    scopes: tuple[str, ...]
    limits: Limits
    grant: Grant | None = None
    server_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadUrl:
    """A URL that anybody may GET until `expires_at`; or else why there is none."""

    file_id: str | None
    filename: str | None = None
    url: str | None = None
    expires_at: datetime | None = None
    error: MoodropError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a transfer is: `sent_bytes` of `size_bytes`, also of a download. It may go back, after a retry."""

    source: Source
    sent_bytes: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to upload, with its metadata. None means: take the value from the file.

    No link may lead the source out of the folder `within`.
    """

    source: Source
    filename: str | None = None
    content_type: str | None = None
    mood: str | None = None
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    duration_seconds: float | None = None
    tags: tuple[str, ...] = ()
    visibility: Visibility | None = None
    checksum: UploadChecksum | None = "crc32c"
    resume: bool = True
    read_tags: bool = True
    within: Path | None = None


@dataclass(frozen=True, slots=True)
class UploadResult:
    """What became of one of many: its `file`, or else its `error`."""

    source: Source
    file: File | None = None
    error: MoodropError | None = None
