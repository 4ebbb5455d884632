"""Digests of files, in base64 as the service and the store want them."""

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from typing import Protocol

from moodrop.model import ChecksumAlgorithm

CASTAGNOLI = 0x82F63B78  # reflected


class Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class PlainCrc32c:
    """CRC-32C without a library: right, and some ten MB/s. `pip install moodrop[crc32c]` brings a fast one."""

    def __init__(self) -> None:
        self._value = 0xFFFFFFFF

    def update(self, data: bytes, /) -> None:
        value, table = self._value, _table()
        for byte in data:
            value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
        self._value = value

    def digest(self) -> bytes:
        return (self._value ^ 0xFFFFFFFF).to_bytes(4, "big")


@cache
def _table() -> tuple[int, ...]:
    values = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (CASTAGNOLI if value & 1 else 0)  # noqa: PLW2901  the next power of the byte
        values.append(value)
    return tuple(values)


def new_digest(algorithm: ChecksumAlgorithm) -> Digest:
    if algorithm != "crc32c":
        return hashlib.new(algorithm, usedforsecurity=False)
    try:
        from google_crc32c import Checksum  # late: an extra
    except ImportError:
        return PlainCrc32c()
    fast: Digest = Checksum()  # type: ignore[no-untyped-call]
    return fast


def base64_of(digest: Digest) -> str:
    return base64.b64encode(digest.digest()).decode()


def digest_of(chunks: Iterable[bytes], algorithm: ChecksumAlgorithm) -> str:
    """Base64 of the digest of all chunks."""
    digest = new_digest(algorithm)
    for chunk in chunks:
        digest.update(chunk)
    return base64_of(digest)
