"""Finds where a chunked body ends, while it arrives.

This only decides when to hand the request on. gunicorn's own parser then reads the body and refuses a malformed one.
"""

from enum import Enum, auto

MAX_LINE_BYTES = 8190
MAX_TRAILER_BYTES = 32 * 1024
# Each chunk costs as much to read as a kilobyte: so many are free, then they have to carry something.
FREE_CHUNKS = 1000
BYTES_PER_CHUNK = 256


class Malformed(Exception):
    """The body is not worth waiting for: a chunk has no valid size, or the chunks carry next to nothing."""


class _Part(Enum):
    SIZE = auto()
    DATA = auto()
    TRAILERS = auto()


class ChunkedEnd:
    """Scans a growing buffer, each byte about once."""

    def __init__(self) -> None:
        self.decoded_bytes = 0
        self._chunks = 0
        self._at = 0
        self._searched = 0
        self._part = _Part.SIZE

    def find(self, raw: bytearray) -> int | None:
        """Return where the body ends in `raw`, all bytes so far, or None before its end arrives. Raises Malformed."""
        while True:
            if self._part is _Part.TRAILERS:
                return self._trailers_end(raw)
            if self._part is _Part.DATA:
                if len(raw) < self._at:
                    return None
                self._part = _Part.SIZE
                self._searched = self._at
            if not self._read_size(raw):
                return None

    def _read_size(self, raw: bytearray) -> bool:
        end = raw.find(b"\r\n", self._searched)
        if (len(raw) if end < 0 else end) - self._at > MAX_LINE_BYTES:
            raise Malformed("a chunk's size does not end")
        if end < 0:
            self._searched = max(self._at, len(raw) - 1)
            return False
        size = _size(bytes(raw[self._at : end]))
        self.decoded_bytes += size
        self._chunks += 1
        if self._chunks > FREE_CHUNKS + self.decoded_bytes // BYTES_PER_CHUNK:
            raise Malformed("the chunks are too small")
        self._at = end + 2 + (size + 2 if size else 0)
        self._part = _Part.DATA if size else _Part.TRAILERS
        self._searched = self._at
        return True

    def _trailers_end(self, raw: bytearray) -> int | None:
        if raw.startswith(b"\r\n", self._at):
            return self._at + 2
        end = raw.find(b"\r\n\r\n", self._searched)
        if end >= 0:
            return end + 4
        if len(raw) - self._at > MAX_TRAILER_BYTES:
            raise Malformed("the trailers do not end")
        self._searched = max(self._at, len(raw) - 3)
        return None


def _size(line: bytes) -> int:
    digits = line.partition(b";")[0].rstrip(b" \t")
    if not digits or len(digits) > 16 or digits.strip(b"0123456789abcdefABCDEF"):
        raise Malformed("a chunk's size is not hexadecimal")
    return int(digits, 16)
