"""What a song says of itself: the tags of ID3, MP4, Vorbis comments and the like."""

import io
import mimetypes
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

BUFFER_BYTES = 64 * 1024
LONGEST = 200  # characters of a title or an artist that the service takes
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
    """`duration_s` is in seconds. None: the file does not say."""

    title: str | None = None
    artist: str | None = None
    duration_s: float | None = None


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
    duration_s = getattr(found.info, "length", None)
    # WAV and AIFF know only the names of ID3's frames.
    title = _first(found.tags, "title") or _first(found.tags, "TIT2")
    artist = _first(found.tags, "artist") or _first(found.tags, "TPE1")
    return Tags(title, artist, duration_s or None)


def _first(tags: Any, name: str) -> str | None:
    try:
        value = str(tags[name][0])
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    one_line = "".join(character if character.isprintable() else " " for character in value)
    return " ".join(one_line.split())[:LONGEST].strip() or None
