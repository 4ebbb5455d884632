"""Reads the tags of a song (ID3, MP4, Vorbis comments and the like) and its length."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from moodrop.reading.durations import reader_of
from moodrop.reading.legacy_tags import readable
from moodrop.reading.riff import info_texts, is_wav

BUFFER_BYTES = 64 * 1024
# Up to this size a file is read at once: with many threads, each further read would wait for the interpreter's lock.
WHOLE_BYTES = 1024 * 1024
LONGEST_DURATION_S = 7 * 24 * 3600  # that the service accepts


@dataclass(frozen=True, slots=True)
class Tags:
    """None: the file does not say."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    duration_seconds: float | None = None


def has_tags(content_type: str) -> bool:
    return content_type.startswith(("audio/", "video/"))


def read_tags(file: BinaryIO, filename: str = "") -> Tags:
    """Return the tags, empty if the file has none or broken ones. Changes the position in the file.

    The name of the file helps to recognize the encoding of old tags.
    """
    try:
        with _buffered(file) as buffered:
            parsed = _parsed(buffered)
            duration = _duration(buffered, getattr(parsed, "info", None))
            tags = getattr(parsed, "tags", None) or (info_texts(buffered) if is_wav(buffered) else None)
    except OSError:
        return Tags()
    # WAV and AIFF use only the names of ID3 frames, or those of the INFO list.
    names = (("title", "TIT2", "INAM"), ("artist", "TPE1", "IART"), ("album", "TALB", "IPRD"))
    title, artist, album = (_first(tags, each, filename) for each in names)
    return Tags(title, artist, album, duration)


@contextmanager
def _buffered(file: BinaryIO) -> Iterator[BinaryIO]:
    """Yield the file in a form that is fast to read a few bytes at a time, as the parsers do."""
    if file.seek(0, io.SEEK_END) <= WHOLE_BYTES:
        file.seek(0)
        yield io.BytesIO(file.read())
        return
    buffered = io.BufferedReader(cast(io.RawIOBase, file), BUFFER_BYTES)
    try:
        yield buffered
    finally:
        buffered.detach()


def _parsed(file: BinaryIO) -> Any:
    import mutagen  # late: importing it takes longer than sending a small file

    try:
        file.seek(0)
        return mutagen.File(file, easy=True)
    except Exception:  # noqa: BLE001  hostile files make its parsers raise anything
        return None


def _duration(file: BinaryIO, info: Any) -> float | None:
    try:
        reader = reader_of(file)
        return valid_duration(reader(file) if reader else getattr(info, "length", None))
    except (OSError, ValueError):
        return None


def valid_duration(seconds: Any) -> float | None:
    """Return the duration to the millisecond, or None if it is 0 or the service would not accept it."""
    if not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST_DURATION_S:
        return None
    return round(float(seconds), 3) or None


def _first(tags: Any, names: tuple[str, ...], filename: str) -> str | None:
    for name in names:
        try:
            value = str(tags[name][0])
        except (KeyError, IndexError, TypeError, ValueError):
            continue
        if line := readable(value, filename):
            return line
    return None
