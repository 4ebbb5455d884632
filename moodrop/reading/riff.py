"""Reads the chunks of a WAV file."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

# Longer than any tag that a person would read.
LONGEST_TEXT = 4096


class Chunk(NamedTuple):
    name: bytes
    position: int  # of its data
    size_bytes: int  # according to its header


def is_wav(file: BinaryIO) -> bool:
    head = read_at(file, 0, 12)
    return head[:4] in (b"RIFF", b"RF64") and head[8:] == b"WAVE"


def chunks(file: BinaryIO, position: int = 12, end: int | None = None) -> Iterator[Chunk]:
    """Yield the chunks from `position` to `end`."""
    while (end is None or position < end) and len(header := read_at(file, position, 8)) == 8:
        size = int.from_bytes(header[4:], "little")
        yield Chunk(header[:4], position + 8, size)
        position += 8 + size + size % 2


def info_texts(file: BinaryIO) -> dict[str, list[str]]:
    """Return the texts of the INFO list by name, decoded as Latin-1."""
    for chunk in chunks(file):
        if chunk.name == b"LIST" and read_at(file, chunk.position, 4) == b"INFO":
            texts = chunks(file, chunk.position + 4, chunk.position + chunk.size_bytes)
            return {each.name.decode("latin-1"): [_text(file, each)] for each in texts}
    return {}


def _text(file: BinaryIO, chunk: Chunk) -> str:
    return read_at(file, chunk.position, min(chunk.size_bytes, LONGEST_TEXT)).split(b"\0")[0].decode("latin-1")


def read_at(file: BinaryIO, position: int, size_bytes: int) -> bytes:
    file.seek(position)
    return file.read(size_bytes)
