"""What a song says of itself: the tags of ID3, MP4, Vorbis comments and the like."""

import io
import mimetypes
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

BUFFER_BYTES = 64 * 1024
LONGEST = 200  # characters of a title, an artist or an album that the service takes
LONGEST_DURATION_S = 7 * 24 * 3600  # likewise
# Not known to every system's table, or by an older name.
CONTENT_TYPES = {
    ".aac": "audio/aac",
    ".aif": "audio/aiff",
    ".aiff": "audio/aiff",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".m4b": "audio/mp4",
    ".mka": "audio/x-matroska",
    ".mkv": "video/x-matroska",
    ".mp3": "audio/mpeg",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/opus",
    ".wav": "audio/wav",
    ".weba": "audio/webm",
    ".webm": "video/webm",
    ".webp": "image/webp",
}


@dataclass(frozen=True, slots=True)
class Tags:
    """None: the file does not say."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    duration_seconds: float | None = None


def content_type_of(filename: str) -> str:
    """By the extension; application/octet-stream where that says nothing."""
    dot = filename.rfind(".")
    known = CONTENT_TYPES.get(filename[dot:].lower()) if dot >= 0 else None
    return known or mimetypes.guess_type(filename)[0] or "application/octet-stream"


def has_tags(content_type: str) -> bool:
    return content_type.startswith(("audio/", "video/"))


def read_tags(file: BinaryIO) -> Tags:
    """Read them; nothing of a file without tags, or with broken ones. Leaves the position anywhere."""
    import mutagen  # late: it takes longer than sending a small file

    # It reads a few bytes here and a few there.
    buffered = io.BufferedReader(cast(io.RawIOBase, file), BUFFER_BYTES)
    try:
        buffered.seek(0)
        found = mutagen.File(buffered, easy=True)
    except Exception:  # noqa: BLE001  its parsers raise whatever a hostile file makes them raise
        return Tags()
    finally:
        buffered.detach()
    if found is None:
        return Tags()
    # WAV and AIFF know only the names of ID3's frames.
    title = _first(found.tags, "title") or _first(found.tags, "TIT2")
    artist = _first(found.tags, "artist") or _first(found.tags, "TPE1")
    album = _first(found.tags, "album") or _first(found.tags, "TALB")
    return Tags(title, artist, album, _duration(found.info))


def _duration(info: Any) -> float | None:
    """To the millisecond. What a broken file says of itself may be anything, 0 too."""
    seconds = getattr(info, "length", None)
    if not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST_DURATION_S:
        return None
    return round(float(seconds), 3)


def _first(tags: Any, name: str) -> str | None:
    try:
        value = str(tags[name][0])
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    one_line = "".join(character if character.isprintable() else " " for character in value)
    return " ".join(one_line.split())[:LONGEST].strip() or None
