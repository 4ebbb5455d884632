"""What is made from a file's bytes, as the file's document shows it, and what others still have to be told of a file.

Uploads knows neither jobs nor media: it keeps these values for those who do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class OutboxEvent(StrEnum):
    """What others are still to be told of a file. Written by the very change that it tells of."""

    READY = "ready"  # the bytes are confirmed, or replaced by other ones
    DELETED = "deleted"
    PURGED = "purged"  # deleted, and what was made of it is removed; once more when nobody can still be writing
    BACKFILL = "backfill"  # the file is older than the feature that wants to know of it
    MOVED = "moved"  # it has another owner
    COVERED = "covered"  # it has another cover, or none any more


class DerivedState(StrEnum):
    """How far the work on a file has come."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"  # nothing is left to be done, and something failed


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture of the file, stored in several widths under `{prefix}{width}.{extension}`."""

    prefix: str  # derived/{owner_slug}/{file_id}/{kind}/{token}/
    extension: str  # webp or jpg
    versions: Mapping[str, str | None]  # width in pixels, as text -> version in the store
    blurhash: str
    width: int  # of the whole picture, in pixels
    height: int
    has_alpha: bool = False
    bucket: str | None = None  # None, in older documents: that of the file


@dataclass(frozen=True, slots=True)
class Derived:
    """The summary of a file's jobs. It can be computed anew from them at any time."""

    state: DerivedState
    source: str  # the version or etag of the bytes that all of this was made from
    duration_seconds: float | None = None  # measured, unlike that of the metadata
    width: int | None = None  # in pixels, as shown: after rotation
    height: int | None = None
    page_count: int | None = None
    loudness_lufs: float | None = None
    peak_dbfs: float | None = None
    waveform: str | None = None  # how loud each of 36 stretches is: a byte each, in base64
    has_audio: bool = False  # there is an audio rendition
    has_video: bool = False  # there are video renditions
    thumbnail: Thumbnail | None = None
    failed: tuple[str, ...] = ()  # the kinds of jobs that failed
    threat: str | None = None  # what the scanner calls it; such a file is given to nobody
