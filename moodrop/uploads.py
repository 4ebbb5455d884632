"""One upload from its declaration to its file: started, or found again where it was left."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

from moodrop.content_types import content_type_of
from moodrop.digests import digests_of
from moodrop.errors import Conflict, Gone, NotFound
from moodrop.line import Line
from moodrop.model import File, NewFile, Upload
from moodrop.parsing import parse, rows_of
from moodrop.progress import Meter
from moodrop.sending import Declared, Sending
from moodrop.song_title import GuessedSong, guess_song
from moodrop.sources import OpenSource
from moodrop.tags import Tags, has_tags, read_tags
from moodrop.wire import Started

PER_PAGE = 200


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


def find(line: Line, declared: Declared) -> Upload | None:
    """The unfinished upload of this file, by its fingerprint."""
    fingerprint = declared.body.get("fingerprint")
    if fingerprint is None:
        return None
    params = {"status": "pending", "fingerprint": fingerprint, "limit": PER_PAGE}
    rows = rows_of(line.service.call("GET", "/v1/uploads", params=params), "uploads")
    return next(filter(declared.is_of, (parse(Upload, row) for row in rows)), None)


def upload(line: Line, declared: Declared, meter: Meter, *, parallel: int, found: Upload | None) -> File:
    """Send the file and return it; `found` goes on where it was left."""
    if found is not None:
        # Between the search and now it may have been confirmed, aborted or swept.
        with suppress(Conflict, Gone, NotFound):
            return Sending(line, declared, meter, parallel, found.upload_id).resume()
    started = start(line, declared)
    return Sending(line, declared, meter, parallel, started.upload_id).go(started)


def start(line: Line, declared: Declared) -> Started:
    """Begin it, and get its first URLs."""
    key = {"Idempotency-Key": str(uuid4())}
    return Started.of(line.service.call("POST", "/v1/uploads", body=declared.body, headers=key))
