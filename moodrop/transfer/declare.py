"""Declares a file: what the service is told about it before the first byte is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moodrop.model import METADATA_FIELDS, Checksum, NewFile, Upload
from moodrop.reading.content_types import content_type_of
from moodrop.reading.song_title import GuessedSong, guess_song
from moodrop.reading.tags import Tags, has_tags, read_tags
from moodrop.transfer.digests import Digests, digest_of, digests_of
from moodrop.transfer.sources import OpenSource


@dataclass(frozen=True, slots=True)
class DeclaredFile:
    """A file that is ready to be sent: the body that starts its upload, and the metadata in it."""

    source: OpenSource
    body: Mapping[str, Any]
    metadata: Mapping[str, Any]
    digests: Digests | None = None

    def is_of(self, upload: Upload) -> bool:
        """Return whether the unfinished upload is of this very file."""
        names = ("fingerprint", "size_bytes", "content_type")
        return all(getattr(upload, name) == self.body.get(name) for name in names) and self._has(upload.checksum)

    def _has(self, checksum: Checksum | None) -> bool:
        """Return whether the file has this checksum. If one of them declares none, the fingerprint must do."""
        if checksum is None or self.digests is None:
            return True
        if checksum.algorithm == self.digests.algorithm:
            return checksum.value_base64 == self.digests.whole_base64
        return checksum.value_base64 == digest_of(self.source.read(0, self.source.size_bytes), checksum.algorithm)


def declare(source: OpenSource, new: NewFile) -> DeclaredFile:
    """Declare the file. Reads all of it once for its checksum, and its tags for metadata that was not given."""
    content_type = new.content_type or content_type_of(source.name)
    metadata = _metadata(source, new, content_type)
    body = {"filename": source.name, "content_type": content_type, "size_bytes": source.size_bytes, **metadata}
    if source.fingerprint:
        body["fingerprint"] = source.fingerprint
    if new.checksum is None:
        return DeclaredFile(source, body, metadata)
    digests = digests_of(source.read, source.size_bytes, new.checksum)
    body["checksum"] = {"algorithm": new.checksum, "value_base64": digests.whole_base64}
    body["part_checksum_algorithm"] = new.checksum
    return DeclaredFile(source, body, metadata, digests)


def declare_cover(source: OpenSource, content_type: str | None, file_id: str) -> DeclaredFile:
    """Declare a picture as the file's cover. It has no fingerprint: an interrupted cover is sent again."""
    declared = declare(source, NewFile(source.source, content_type=content_type, read_tags=False))
    body = {name: value for name, value in declared.body.items() if name != "fingerprint"}
    return DeclaredFile(source, {**body, "cover_of": file_id}, {})


def _metadata(source: OpenSource, new: NewFile, content_type: str) -> dict[str, Any]:
    """Return the metadata: what was given, else what the tags say, else what the file name says."""
    tags = read_tags(source.file, source.name) if _needs_tags(new, content_type) else Tags()
    guess = guess_song(source.name) if new.read_tags else GuessedSong("", "")
    given = {name: getattr(new, name) for name in METADATA_FIELDS}
    derived = {
        "title": new.title or tags.title or guess.title or None,
        "artist": new.artist or tags.artist or guess.artist or None,
        "album": new.album or tags.album,
        "duration_seconds": tags.duration_seconds if new.duration_seconds is None else new.duration_seconds,
        "tags": list(new.tags or ()) or None,
    }
    return {name: value for name, value in {**given, **derived}.items() if value is not None}


def _needs_tags(new: NewFile, content_type: str) -> bool:
    is_complete = new.title and new.artist and new.album and new.duration_seconds is not None
    return new.read_tags and has_tags(content_type) and not is_complete
