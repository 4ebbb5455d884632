"""The words of the service as plain data: an upload that becomes a file, and what is known of both."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

ChecksumAlgorithm = Literal["sha256", "crc32c", "md5"]
PartChecksumAlgorithm = Literal["sha256", "crc32c"]
# One line of text: control characters would end up in terminals, logs and headers.
LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
LONGEST_DURATION_S = 7 * 24 * 3600
Tag = Annotated[str, Field(max_length=40, pattern=LINE)]


class UploadStatus(StrEnum):
    """Where an upload stands. Only pending, ready and attached are alive; the rest wait for the sweeper.

    pending -> ready -> deleted;  pending -> attached -> deleted;  pending -> rejected | aborted | expired | replaced
    """

    PENDING = "pending"
    READY = "ready"
    ATTACHED = "attached"  # the cover of a file, and no file of its own: see usecases/covers.py
    REJECTED = "rejected"  # the object was not what was declared
    ABORTED = "aborted"
    EXPIRED = "expired"
    DELETED = "deleted"
    REPLACED = "replaced"  # a staged upload whose bytes became a new version of an older file


# The bytes of such an upload never become a file: its tombstone waits for them and has them removed.
OVER = (UploadStatus.REJECTED, UploadStatus.ABORTED, UploadStatus.EXPIRED, UploadStatus.DELETED)


class TransferKind(StrEnum):
    """How the bytes travel."""

    PUT = "put"  # one PUT whose signed headers seal it, straight to the final key
    MULTIPART = "multipart"  # one PUT a part; there is no object before the service completes it
    STAGED = "staged"  # a bare PUT to incoming/, copied to the final key when confirmed


# Who found the bytes: the client that sent them, the store's notification, the sweeper, or a caller who asked for the
# file of a key.
ConfirmedBy = Literal["client", "event", "sweep", "look"]
# Who may list and fetch a file besides its owner: nobody, or whoever may read files here.
Visibility = Literal["private", "public"]
PUBLIC: Visibility = "public"


class FileMetadata(BaseModel):
    """What a person says about a file. A new field is one line here: JSON, MongoDB and OpenAPI follow.

    A blank text is no text.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", str_strip_whitespace=True)

    mood: str | None = Field(
        None, max_length=40, description="One of GET /v1/moods.", json_schema_extra={"example": "happy"}
    )
    title: str | None = Field(None, max_length=200, pattern=LINE, json_schema_extra={"example": "Tönë"})
    artist: str | None = Field(None, max_length=200, pattern=LINE, json_schema_extra={"example": "Moody"})
    album: str | None = Field(None, max_length=200, pattern=LINE, json_schema_extra={"example": "Blue"})
    duration_seconds: float | None = Field(
        None,
        ge=0,
        le=LONGEST_DURATION_S,
        allow_inf_nan=False,
        description="As the client read it from the file; never verified.",
        json_schema_extra={"example": 215.4},
    )
    tags: list[Tag] | None = Field(
        None, max_length=20, description="Each at most 40 characters.", json_schema_extra={"example": ["live"]}
    )
    visibility: Visibility | None = Field(None, description="private where it is not said.")

    @field_validator("title", "artist", "album")
    @classmethod
    def _blank_is_none(cls, text: str | None) -> str | None:
        return text if text and _is_visible(text) else None

    @field_validator("tags")
    @classmethod
    def _drop_blanks(cls, tags: list[str] | None) -> list[str] | None:
        return tags and [tag for tag in tags if _is_visible(tag)]

    def merged_with(self, said: "FileMetadata") -> "FileMetadata":
        """This metadata, with what `said` says in place of its own."""
        return self.model_copy(update=said.model_dump(exclude_none=True))


def _is_visible(text: str) -> bool:
    """Return whether the text has a character that a reader can see: spaces and marks of direction are none."""
    return any(character.isprintable() and not character.isspace() for character in text)


@dataclass(frozen=True, slots=True)
class Checksum:
    """A digest of the whole file, declared by the client, or following from those that it declared of the parts."""

    algorithm: ChecksumAlgorithm
    value_base64: str
    verified: bool = False  # by the store, against the bytes: known once the file is confirmed


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token narrows itself to, for uploads. None and empty: not narrowed in that."""

    prefix: str = ""  # of the keys that it may name, and of those that its uploads get; ends with '/'
    max_bytes: int | None = None  # of all its uploads together
    max_files: int | None = None  # likewise; 1 for a one-time token
    content_types: tuple[str, ...] = ()
    usage_id: str = ""  # the token, where something is counted
    expires_at: datetime | None = None  # when the token is dead


@dataclass(frozen=True, slots=True)
class Spent:
    """What was started with a token so far."""

    files: int = 0
    size_bytes: int = 0


# What a caller is known by; the local user of open mode by nothing.
Credential = Literal["bearer", "cookie", "upload_token"]


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request. `owner` is the token's sub; `any_prefix` is true for the one local user of open mode.

    A caller with a grant or a token_id is narrowed: it reaches only the uploads that it started.
    """

    owner: str
    scopes: frozenset[str]
    any_prefix: bool = False
    grant: Grant | None = None
    credential: Credential | None = None
    expires_at: datetime | None = None  # when the credential is no longer good
    token_id: str | None = None  # identifies a narrowed token; None for a token without limits


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brings to say who asks."""

    authorization: str | None = None  # the header
    session_id: str | None = None  # of the cookie
    upload_token: str | None = None  # of the address


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in by a cookie."""

    digest: str  # of the id, which nobody but the browser knows
    caller: Caller
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PresignedRequest:
    """A request that anybody may send until `expires_at`. The headers were signed and must be sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PresignedPost:
    """A form that anybody may POST until `expires_at`: all `fields` as they are, then the `file`."""

    url: str
    fields: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedPart:
    """A part of a multipart upload, and the request that sends it."""

    part_number: int  # from 1
    size_bytes: int  # -1 where the client did not declare the file's
    request: PresignedRequest


@dataclass(frozen=True, slots=True)
class SignedParts:
    """The parts that were asked for; all their URLs live until `expires_at`."""

    parts: tuple[SignedPart, ...]
    expires_at: datetime


# How a file is read: HEAD tells its size and type. A URL is signed for one of the two.
ReadMethod = Literal["GET", "HEAD"]
# What moves the bytes of an upload.
Transfer = PresignedRequest | SignedParts


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What the store says it holds."""

    size_bytes: int
    content_type: str
    etag: str  # opaque, without quotes; never a checksum
    version_id: str | None
    # algorithm -> base64, or None where the object came without one. What the store never keeps is left out.
    checksums: Mapping[str, str | None]
    content_encoding: str | None
    modified_at: datetime
    is_readable: bool = True  # False: it is there, and the store cannot show it, for its sender took care of that


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part of an open multipart upload, as the store lists it."""

    part_number: int  # from 1
    size_bytes: int
    etag: str  # opaque, without quotes
    checksum_base64: str | None = None  # of the algorithm that the multipart upload was created with


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """An object as a listing of the bucket shows it."""

    object_key: str
    size_bytes: int
    etag: str
    modified_at: datetime
    version_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedObject:
    """What a document says of the object that lies under its key."""

    object_key: str
    upload_id: str
    status: UploadStatus
    etag: str | None
    version_id: str | None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """One document: an upload from the moment its URL is issued; once confirmed, the file."""

    upload_id: str  # ULID
    owner: str
    status: UploadStatus
    kind: TransferKind
    bucket: str
    object_key: str
    filename: str
    content_type: str  # empty where the client has not declared it (staged: until confirmed)
    size_bytes: int  # -1 likewise (multipart: until its client names the parts)
    metadata: FileMetadata
    created_at: datetime
    urls_expire_at: datetime  # no URL issued for this object lives longer
    expires_at: datetime | None  # when the sweeper ends it; None for a file at rest
    look_at: datetime | None = None  # pending: when the sweeper looks whether the bytes have come
    stored_bytes: int | None = None  # pending, of a size that nobody declared: what that look found in the store
    checksum: Checksum | None = None
    target_key: str | None = None  # staged: the key the client named
    cover_of: str | None = None  # the file whose cover it is to be
    cover_id: str | None = None  # of a file: the upload that is its cover
    fingerprint: str | None = None  # the client's own name for the file, to find the upload again from anywhere
    store_upload_id: str | None = None  # multipart: the store's name for it
    part_size_bytes: int | None = None  # multipart: of every part but the last
    part_checksum_algorithm: PartChecksumAlgorithm | None = None  # multipart: every part is declared with one
    abort_at: datetime | None = None  # multipart: its client gave it up; ended then, unless it is completed before
    completing_until: datetime | None = None  # multipart: a confirm is at work; no other one completes it until then
    etag: str | None = None
    version_id: str | None = None
    confirmed_at: datetime | None = None
    confirmed_by: ConfirmedBy | None = None
    rejection: str | None = None  # both values, in words
    replaced_id: str | None = None  # the file that a staged upload became a version of
    replaces: bool = False  # staged: it may replace an existing file, because files:write started it
    started_with: str | None = None  # the token_id of the caller; None if the caller was not narrowed
    edited: bool | None = None  # of a file: whether anyone but its uploader edited it; None: unknown
    revision: int = 0  # counts the states of a file, from 1 when it is confirmed; its ETag
    words: tuple[str, ...] = ()  # what it is found by
    sort_title: str = ""  # what it is sorted by
    idempotency_key: str | None = None  # the client's own name for the request that started it
    request_digest: str | None = None  # of that request, to tell a repeated one from another


# Names every check in WAIVED_CHECKS.
WAIVE_ALL = "all"


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """One thing that was looked at (mostly: that the store was asked to enforce), and what was found."""

    name: str
    ok: bool
    must: bool
    found: str
    mend: str
    note: bool = False  # where it is not ok, that is to be known and nothing to be mended

    def is_named_in(self, waived: Collection[str]) -> bool:
        """Return whether WAIVED_CHECKS names this check, or all."""
        return self.name in waived or WAIVE_ALL in waived


class Sort(StrEnum):
    """The order of a list. Ties are settled by the id."""

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
