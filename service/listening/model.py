"""What people listened to and watched, as plain data. In these names a film is listened to as well."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.shared.ports.collection import Place

MediaKind = Literal["audio", "video"]
# What led to a listen. Kept for good: an older page goes on sending them.
ListenSource = Literal["library", "mood", "face", "recommended", "queue", "link"]


@dataclass(frozen=True, slots=True)
class ListenReport:
    """What a client says of one listen. It repeats it, with larger numbers, as the listen goes on."""

    file_id: str
    started_at: datetime  # by the client's clock; tells one listen from the next
    listened_seconds: float  # how long it sounded, however often the listener jumped back
    position_seconds: float | None = None  # where in the file it was then
    mood: str | None = None  # the mood that the listener wanted
    source: ListenSource = "library"


@dataclass(frozen=True, slots=True)
class Listen:
    """One person played one file once."""

    listen_id: str  # see rules.listen_id_of
    owner: str  # who listened
    file_id: str
    kind: MediaKind
    heard_at: datetime  # when it began
    listened_seconds: float
    duration_seconds: float | None = None  # of the file, as known then
    mood: str | None = None
    source: ListenSource = "library"
    counted_at: datetime | None = None  # when it became long enough to count; None: it has not yet

    @property
    def place(self) -> Place:
        """Its place in a history, which begins with the newest."""
        return Place(self.heard_at, self.listen_id)


@dataclass(frozen=True, slots=True)
class CountedListen:
    """What recommendations need to know of a listen that counts; they read hundreds at once."""

    file_id: str
    heard_at: datetime
    listened_seconds: float
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person stopped in a file that is long enough to go on with."""

    position_id: str  # see rules.position_id_of
    owner: str
    file_id: str
    listen_id: str  # the listen that it was left at
    kind: MediaKind
    position_seconds: float
    duration_seconds: float
    at: datetime  # when: an older report changes nothing
    finished: bool = False  # kept all the same, so that a late report does not bring it back


@dataclass(frozen=True, slots=True)
class Listener:
    """What a person wants of their history. Somebody without such a document has said nothing yet."""

    owner: str
    enabled: bool = True
    keeps_from: datetime | None = None  # a listen that began before is not kept: it was deleted, or history was off


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """A page of one person's history, newest first."""

    owner: str
    limit: int
    kind: MediaKind | None = None  # None: both
    since: datetime | None = None
    after: Place | None = None  # where the page before ended


# How often each file was played, by file id. A file that is missing was not played yet.
PlayCounts = Mapping[str, int]
