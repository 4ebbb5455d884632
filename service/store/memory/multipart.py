"""Holds the open multipart uploads of the store in memory."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.store.limits import MAX_PARTS, SMALLEST_PART_BYTES
from service.store.model import PartChecksumAlgorithm, StoredPart


@dataclass(frozen=True, slots=True)
class OpenMultipart:
    """An open multipart upload, with the parts that were sent."""

    bucket: str
    object_key: str
    content_type: str
    part_checksum_algorithm: PartChecksumAlgorithm | None
    label: str | None = None
    parts: dict[int, tuple[StoredPart, bytes]] = field(default_factory=dict)

    def put(self, part_number: int, body: bytes, headers: Mapping[str, str]) -> int:
        """Store a part in place of an older one with its number. Returns the status that a store would answer."""
        algorithm = self.part_checksum_algorithm
        digest = digest_of(algorithm, body) if algorithm else None
        if not 1 <= part_number <= MAX_PARTS or (algorithm and headers.get(f"x-amz-checksum-{algorithm}") != digest):
            return 400
        etag = hashlib.md5(body, usedforsecurity=False).hexdigest()
        self.parts[part_number] = StoredPart(part_number, len(body), etag, digest), body
        return 200

    def join_parts(self, parts: Sequence[StoredPart]) -> bytes | None:
        """Return the bytes of these parts, or None if some are missing or cannot be joined."""
        numbers = [part.part_number for part in parts]
        if not parts or numbers != sorted(set(numbers)):
            return None
        stored = [self.parts.get(number) for number in numbers]
        if any(one is None or one[0] != part for one, part in zip(stored, parts, strict=True)):
            return None
        if any(part.size_bytes < SMALLEST_PART_BYTES for part in parts[:-1]):
            return None
        return b"".join(one[1] for one in stored if one)


class OpenMultiparts:
    """All open multipart uploads, by the store's id."""

    def __init__(self) -> None:
        self._open: dict[str, OpenMultipart] = {}
        self._count = 0

    def add(self, opened: OpenMultipart) -> str:
        self._count += 1
        store_upload_id = f"multipart-{self._count}"
        self._open[store_upload_id] = opened
        return store_upload_id

    def get(self, bucket: str, object_key: str, store_upload_id: str) -> OpenMultipart | None:
        """Return the upload of that id, if it is for that key."""
        multipart = self._open.get(store_upload_id)
        return multipart if multipart and (multipart.bucket, multipart.object_key) == (bucket, object_key) else None

    def remove(self, bucket: str, object_key: str, store_upload_id: str) -> None:
        if self.get(bucket, object_key, store_upload_id):
            del self._open[store_upload_id]

    def ids_of(self, bucket: str, object_key: str) -> list[str]:
        return [
            one
            for one, multipart in self._open.items()
            if (multipart.bucket, multipart.object_key) == (bucket, object_key)
        ]

    def keys(self) -> list[str]:
        return sorted(multipart.object_key for multipart in self._open.values())


def digest_of(algorithm: PartChecksumAlgorithm, body: bytes) -> str:
    """Return the digest in base64, as headers carry it."""
    digest = hashlib.sha256(body).digest() if algorithm == "sha256" else _crc32c(body).to_bytes(4, "big")
    return base64.b64encode(digest).decode()


def _crc32c_row(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value


_CRC32C_TABLE = [_crc32c_row(value) for value in range(256)]


def _crc32c(body: bytes) -> int:
    """Return the CRC-32C of RFC 3720, which the standard library lacks: about 0.1 s a MB."""
    crc = 0xFFFFFFFF
    for byte in body:
        crc = crc >> 8 ^ _CRC32C_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF
