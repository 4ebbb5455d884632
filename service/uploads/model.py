"""An upload that becomes a file, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypedDict

from service.store.model import ChecksumAlgorithm, PartChecksumAlgorithm, PresignedRequest
from service.uploads.derived import Derived, OutboxEvent
from service.uploads.metadata import FileMetadata


class UploadStatus(StrEnum):
    """The state of an upload. Only pending, ready and attached are alive; the rest wait for the sweeper.

    pending -> ready -> deleted;  pending -> attached -> deleted;  pending -> rejected | aborted | expired | replaced
    """

    PENDING = "pending"
    READY = "ready"
    ATTACHED = "attached"  # the cover of a file, not a file itself: see usecases/covers.py
    REJECTED = "rejected"  # the object was not what was declared
    ABORTED = "aborted"
    EXPIRED = "expired"
    DELETED = "deleted"
    REPLACED = "replaced"  # a staged upload whose bytes became a new version of an older file


# The bytes of such an upload never become a file: its tombstone waits for them until they are removed.
OVER = (UploadStatus.REJECTED, UploadStatus.ABORTED, UploadStatus.EXPIRED, UploadStatus.DELETED)
# The bytes of such an upload exist.
AT_REST = (UploadStatus.READY, UploadStatus.ATTACHED)


class TransferKind(StrEnum):
    """How the bytes travel."""

    PUT = "put"  # one PUT whose signed headers seal it, straight to the final key
    MULTIPART = "multipart"  # one PUT a part; there is no object before the service completes it
    STAGED = "staged"  # a bare PUT to incoming/, copied to the final key when confirmed


# Who confirmed the bytes: the client that sent them, the store's notification, the sweeper, or a caller who asked for
# the file of a key.
ConfirmedBy = Literal["client", "event", "sweep", "look"]


@dataclass(frozen=True, slots=True)
class Checksum:
    """A digest of the whole file: declared by the client, or following from the declared digests of its parts."""

    algorithm: ChecksumAlgorithm
    value_base64: str
    verified: bool = False  # whether the store checked the bytes against it; known once the file is confirmed


@dataclass(frozen=True, slots=True)
class SignedPart:
    """A part of a multipart upload, and the request that sends it."""

    part_number: int  # from 1
    size_bytes: int | None  # None if the client did not declare the file's size
    request: PresignedRequest


@dataclass(frozen=True, slots=True)
class SignedParts:
    """The requested parts; all their URLs live until `expires_at`."""

    parts: tuple[SignedPart, ...]
    expires_at: datetime


# The requests that send the bytes of an upload.
Transfer = PresignedRequest | SignedParts


@dataclass(frozen=True, slots=True)
class RecordedObject:
    """What a document records about the object under its key."""

    object_key: str
    upload_id: str
    status: UploadStatus
    etag: str | None
    version_id: str | None
    confirmed_at: datetime | None = None  # or when the bytes moved to this store
    size_bytes: int | None = None
    bucket: str = ""


@dataclass(frozen=True, slots=True)
class UploadState:
    """What a quota has to know of an upload."""

    upload_id: str
    owner: str
    status: UploadStatus
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class MultipartState:
    """What an upload in parts has besides."""

    store_upload_id: str | None = None  # the store's name for it; None until it is opened there
    part_size_bytes: int | None = None  # of every part but the last; None until the client names its parts
    part_checksum_algorithm: PartChecksumAlgorithm | None = None  # every part is declared with one
    abort_at: datetime | None = None  # its client gave it up; it ends then unless it is completed before
    completing_until: datetime | None = None  # a confirm is at work; no other one completes it until then


@dataclass(frozen=True, slots=True)
class StagedState:
    """What a staged upload has besides."""

    target_key: str  # the key of the file that it becomes
    replaces: bool = False  # it may replace an existing file, because files:write started it
    replaced_id: str | None = None  # the file that it became a version of


@dataclass(frozen=True, slots=True)
class LeftCopy:
    """The object that a file left behind when it moved to another store. It is removed later, or moved back to."""

    bucket: str
    version_id: str | None
    etag: str | None
    at: datetime


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
    content_type: str | None  # None until it is known: the client need not declare it
    size_bytes: int | None  # likewise
    metadata: FileMetadata
    created_at: datetime
    urls_expire_at: datetime  # no URL issued for this object lives longer
    expires_at: datetime | None  # when the sweeper ends it; None for a file at rest
    next_check_at: datetime | None = None  # pending: when the sweeper checks for the bytes
    stored_bytes: int | None = None  # pending, of undeclared size: what the last check counted in the store
    checksum: Checksum | None = None
    cover_of: str | None = None  # the file whose cover it becomes
    cover_id: str | None = None  # of a file: the upload that is its cover
    fingerprint: str | None = None  # the client's own name for the file, to find the upload again from anywhere
    multipart: MultipartState | None = None  # of kind multipart alone
    staged: StagedState | None = None  # of kind staged alone
    etag: str | None = None
    version_id: str | None = None
    confirmed_at: datetime | None = None
    confirmed_by: ConfirmedBy | None = None
    rejection: str | None = None  # both values, in words
    rejection_code: str | None = None  # of the error to answer with; None: the object is not what was declared
    started_with: str | None = None  # the token_id of the caller; None if the caller was not narrowed
    edited: bool | None = None  # of a file: whether anyone but its uploader edited it; None: unknown
    revision: int = 0  # counts the states of a file, from 1 when it is confirmed; its ETag
    outbox: tuple[OutboxEvent, ...] = ()  # what others are still to be told; until then its document stays
    derived: Derived | None = None  # what was made from its bytes
    derived_revision: int = 0  # counts the states of `derived`; nobody's edit has to know it
    moved_at: datetime | None = None  # when its present bytes came to this store from another
    moved_source: str | None = None  # their `source` before that
    left: LeftCopy | None = None
    words: tuple[str, ...] = ()  # searches find it by these
    sort_title: str = ""  # lists are sorted by these four
    sort_artist: str | None = None  # None: an older version wrote the document
    sort_album: str | None = None
    sort_length: float | None = None  # in seconds
    idempotency_key: str | None = None  # the client's own name for the request that started it
    request_digest: str | None = None  # of that request, to tell a repeated one from another

    @property
    def source(self) -> str:
        """The version, or without versions the etag, of the bytes of a file; of other bytes it is another one.

        It stays when the bytes move to another store, where they are another version.
        """
        return self.moved_source or self.version_id or self.etag or ""

    @property
    def target_key(self) -> str:
        """The key that its bytes have as a file. Those of a staged upload lie under another one until then."""
        return self.staged.target_key if self.staged else self.object_key

    @property
    def current_derived(self) -> Derived | None:
        """Return what was made from the present bytes; None if all there is was made from older ones."""
        return self.derived if self.derived and self.derived.source == self.source else None

    @property
    def measured_seconds(self) -> float | None:
        """Return the length that was measured in the present bytes."""
        return self.current_derived.duration_seconds if self.current_derived else None

    @property
    def threat(self) -> str | None:
        """Return the name of the threat in the present bytes; such a file is given to nobody."""
        return self.current_derived.threat if self.current_derived else None


class UploadChanges(TypedDict, total=False):
    """Fields of an upload to change, or to compare. Those of its state stand beside the others, as in a document."""

    owner: str
    status: UploadStatus
    bucket: str
    object_key: str
    filename: str
    content_type: str | None
    size_bytes: int | None
    metadata: FileMetadata | Mapping[str, Any]  # in a FileMetadata None keeps a field; in a mapping it removes it
    urls_expire_at: datetime
    expires_at: datetime | None
    next_check_at: datetime | None
    stored_bytes: int | None
    checksum: Checksum | None
    cover_id: str | None
    etag: str | None
    version_id: str | None
    confirmed_at: datetime | None
    confirmed_by: ConfirmedBy | None
    rejection: str | None
    rejection_code: str | None
    edited: bool | None
    revision: int
    outbox: tuple[OutboxEvent, ...]
    derived: Derived | None
    derived_revision: int
    moved_at: datetime | None
    moved_source: str | None
    left: LeftCopy | None
    words: tuple[str, ...]
    sort_title: str
    sort_artist: str | None
    sort_album: str | None
    sort_length: float | None
    idempotency_key: str | None
    # MultipartState
    store_upload_id: str | None
    part_size_bytes: int | None
    abort_at: datetime | None
    completing_until: datetime | None
    # StagedState
    target_key: str
    replaced_id: str | None
