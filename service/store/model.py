"""What the object store signs, holds and lists, as plain data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ChecksumAlgorithm = Literal["sha256", "crc32c", "md5"]
PartChecksumAlgorithm = Literal["sha256", "crc32c"]
# The metadata of an object that says what was declared about it (service/uploads/labels.py).
LABEL_HEADER = "x-amz-meta-moodrop"


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


# How a file is read: HEAD tells its size and type. A URL is signed for one of the two.
ReadMethod = Literal["GET", "HEAD"]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object, as the store describes it."""

    size_bytes: int
    content_type: str
    etag: str  # opaque, without quotes; never a checksum
    version_id: str | None
    # algorithm -> base64, or None if the object came without one. Algorithms that the store never keeps are left out.
    checksums: Mapping[str, str | None]
    content_encoding: str | None
    modified_at: datetime
    is_readable: bool = True  # False: it exists, but its sender made sure that the store cannot show it
    label: str | None = None  # what came with it as LABEL_HEADER


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part of an open multipart upload, as the store lists it."""

    part_number: int  # from 1
    size_bytes: int
    etag: str  # opaque, without quotes
    checksum_base64: str | None = None  # of the algorithm that the multipart upload was created with


@dataclass(frozen=True, slots=True)
class OpenObject:
    """An object that is being read: what was sent with it, and its bytes, piece by piece."""

    size_bytes: int
    headers: Mapping[str, str]  # content-type, content-encoding, cache-control, and those of its sender (x-amz-meta-…)
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """An object as a listing of the bucket shows it."""

    object_key: str
    size_bytes: int
    etag: str
    modified_at: datetime
    version_id: str | None = None
