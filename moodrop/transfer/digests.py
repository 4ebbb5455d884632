"""Digests of files, in base64 as the service and the store expect them."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from google_crc32c import Checksum as Crc32c

from moodrop.errors import ServerUnknown
from moodrop.model import ChecksumAlgorithm, UploadChecksum

# The part size unless the file is very large: docs/design/07-multipart.md.
USUAL_PART_BYTES = 16 * 1024 * 1024

Read = Callable[[int, int], Iterator[bytes]]


class Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Digests:
    """The digest of a whole file and, if one pass gives both, those of its parts of the usual size."""

    algorithm: UploadChecksum
    whole_base64: str
    parts_base64: tuple[str, ...] = ()

    def of_part(self, part_number: int, part_size_bytes: int, algorithm: UploadChecksum | None) -> str | None:
        """Return the digest of a part, or None if the part has to be read for it."""
        if not self.parts_base64 or (part_size_bytes, algorithm) != (USUAL_PART_BYTES, self.algorithm):
            return None
        return self.parts_base64[part_number - 1]


def new_digest(algorithm: ChecksumAlgorithm) -> Digest:
    if algorithm == "crc32c":
        crc: Digest = Crc32c()  # type: ignore[no-untyped-call]
        return crc
    if algorithm not in ("sha256", "md5"):
        raise ServerUnknown(f"the service uses a checksum that this version does not know: {algorithm!r:.40}")
    return hashlib.new(algorithm, usedforsecurity=False)


def base64_of(digest: Digest) -> str:
    return base64.b64encode(digest.digest()).decode()


def digest_of(chunks: Iterable[bytes], algorithm: ChecksumAlgorithm) -> str:
    """Return the digest of all chunks in base64."""
    digest = new_digest(algorithm)
    for chunk in chunks:
        digest.update(chunk)
    return base64_of(digest)


def digests_of(read: Read, size_bytes: int, algorithm: UploadChecksum) -> Digests:
    """Read a file once and return its digests. `read` takes an offset and a number of bytes."""
    if algorithm != "crc32c" or size_bytes <= USUAL_PART_BYTES:
        return Digests(algorithm, digest_of(read(0, size_bytes), algorithm))
    whole = new_digest(algorithm)
    parts = list[str]()
    for offset in range(0, size_bytes, USUAL_PART_BYTES):
        part = new_digest(algorithm)
        for chunk in read(offset, min(USUAL_PART_BYTES, size_bytes - offset)):
            whole.update(chunk)
            part.update(chunk)
        parts.append(base64_of(part))
    return Digests(algorithm, base64_of(whole), tuple(parts))
