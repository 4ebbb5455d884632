"""Declares a file: what the service is told before the first byte, from the file itself and from its uploader."""

from typing import Any

from moodrop.model import NewFile
from moodrop.reading.content_types import content_type_of
from moodrop.reading.song_title import GuessedSong, guess_song
from moodrop.reading.tags import Tags, has_tags, read_tags
from moodrop.transfer.digests import digests_of
from moodrop.transfer.sources import OpenSource
from moodrop.transfer.upload_task import Declared


def declare(source: OpenSource, new: NewFile) -> Declared:
    """Read the whole file once for its checksum, and its tags for what was not given."""
    content_type = new.content_type or content_type_of(source.name)
    metadata = _metadata(source, new, content_type)
    body = {"filename": source.name, "content_type": content_type, "size_bytes": source.size_bytes, **metadata}
    if source.fingerprint:
        body["fingerprint"] = source.fingerprint
    if new.checksum is None:
        return Declared(source, body, metadata)
    digests = digests_of(source.read, source.size_bytes, new.checksum)
    body["checksum"] = {"algorithm": new.checksum, "value_base64": digests.whole_base64}
    body["part_checksum_algorithm"] = new.checksum
    return Declared(source, body, metadata, digests)


def declare_cover(source: OpenSource, content_type: str | None, file_id: str) -> Declared:
    """Read the picture for its checksum. What broke off is sent anew: a cover is not found again."""
    declared = declare(source, NewFile(source.source, content_type=content_type, read_tags=False))
    body = {name: value for name, value in declared.body.items() if name != "fingerprint"}
    return Declared(source, {**body, "cover_of": file_id}, {})


def _metadata(source: OpenSource, new: NewFile, content_type: str) -> dict[str, Any]:
    given = new.title and new.artist and new.album and new.duration_seconds is not None
    wanted = new.read_tags and has_tags(content_type) and not given
    tags = read_tags(source.file, source.name) if wanted else Tags()
    guessed = guess_song(source.name) if new.read_tags else GuessedSong("", "")
    said = {
        "mood": new.mood,
        "title": new.title or tags.title or guessed.title or None,
        "artist": new.artist or tags.artist or guessed.artist or None,
        "album": new.album or tags.album,
        "duration_seconds": tags.duration_seconds if new.duration_seconds is None else new.duration_seconds,
        "tags": list(new.tags) or None,
        "visibility": new.visibility,
    }
    return {name: value for name, value in said.items() if value is not None}
