"""The types that calls take and return. Sizes are bytes, times aware UTC, digests base64; the names are the API's."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal, TypedDict

from moodrop.errors import MoodropError

ChecksumAlgorithm = Literal["sha256", "crc32c", "md5"]
UploadChecksum = Literal["sha256", "crc32c"]
Visibility = Literal["private", "public"]
Sort = Literal["newest", "oldest", "title", "artist", "album", "longest"]
Source = str | Path | BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The metadata of a file, from its uploader. None means: not given, or not set."""

    mood: str | None = None
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    duration_seconds: float | None = None
    tags: Sequence[str] | None = None
    visibility: Visibility | None = None


METADATA_FIELDS = tuple(field.name for field in fields(Metadata))


class MetadataOptions(TypedDict, total=False):
    """The fields of Metadata as keyword arguments."""

    mood: str | None
    title: str | None
    artist: str | None
    album: str | None
    duration_seconds: float | None
    tags: Sequence[str] | None
    visibility: Visibility | None


class FileEdits(MetadataOptions, total=False):
    """The fields of a file that can be edited."""

    filename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """A digest of the whole file. `verified` means that the store has compared the bytes with it."""

    algorithm: ChecksumAlgorithm
    value_base64: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """The small picture of a file. `v` is an id of it, `width` and `height` are the whole picture's, in pixels."""

    v: str
    blurhash: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Metadata):
    """A confirmed file. `cover_id` is None without a cover.

    `revision` counts its changes; pass it to edit_file. `object_key` and `owner` are None for someone else's file.
    `duration_seconds` was measured if `duration_verified`; otherwise it comes from the uploader. `media_state` is
    "waiting", "working", "ready" or "failed", and a newer service may have more; None if nothing is made from the file.
    `waveform` is how loud a song is in each of 36 stretches, in base64 of a byte each. `threat` is what the virus
    scanner found; nobody can fetch such a file.
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
    duration_verified: bool = False
    media_state: str | None = None
    thumbnail: Thumbnail | None = None
    waveform: str | None = None
    threat: str | None = None
    tags: tuple[str, ...] = ()
    visibility: Visibility = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """A part that the store has. `etag` is None if the parts are joined already."""

    part_number: int
    size_bytes: int
    etag: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload(Metadata):
    """An unfinished upload. The fields that begin with `part_` are None if it is sent in one piece."""

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
    """What the token is limited to, and what is left of it. None means: no limit."""

    prefix: str | None
    content_types: tuple[str, ...] | None
    max_bytes: int | None
    max_files: int | None
    left_bytes: int | None
    left_files: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account behind the token, where the service has accounts."""

    kind: str  # "user", or "guest" without an e-mail address; a newer service may have more
    name: str | None
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What you may hold, unfinished uploads included, and what is left of it. None means: no limit."""

    max_bytes: int | None
    left_bytes: int | None
    max_files: int | None
    left_files: int | None
    max_pending: int | None
    left_pending: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What the service offers besides uploads and files."""

    media: bool = False
    history: bool = False
    recommendations: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who you are to the service. `owner` is None without a token that the service accepts."""

    # "open": no sign-in; "jwt": with a bearer token; "accounts": with an API key. A newer service may have more.
    auth_mode: str
    owner: str | None
    scopes: tuple[str, ...]
    limits: Limits
    grant: Grant | None = None
    account: Account | None = None
    quota: Quota | None = None  # None if the service has no quotas
    features: Features = field(default_factory=Features)
    server_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLogin:
    """A request to be signed in, which waits until a person allows it on the page."""

    device_code: str  # a secret: whoever has it collects the key
    user_code: str  # show it to the person, who compares it with what the page shows
    url: str  # where the person allows it
    expires_in: int  # in seconds
    interval: int  # ask again after so many seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadUrl:
    """A URL that anybody may GET until `expires_at`, or the `error` if there is none."""

    file_id: str | None
    filename: str | None = None
    url: str | None = None
    expires_at: datetime | None = None
    error: MoodropError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Progress of an upload or a download: `sent_bytes` of `size_bytes`. `sent_bytes` may shrink after a retry."""

    source: Source
    sent_bytes: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class NewFile(Metadata):
    """A file to upload, with its metadata. None means: take the value from the file.

    A link that leads out of the folder `within` is refused.
    """

    source: Source
    _: KW_ONLY
    filename: str | None = None
    content_type: str | None = None
    checksum: UploadChecksum | None = "crc32c"
    resume: bool = True
    read_tags: bool = True
    within: Path | None = None


@dataclass(frozen=True, slots=True)
class UploadResult:
    """The result of one of many uploads: its `file` or its `error`."""

    source: Source
    file: File | None = None
    error: MoodropError | None = None
