"""What a service says of what you listened to, and of what to hear next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from moodrop.model import File

MediaKind = Literal["audio", "video"]
ListenSource = Literal["library", "mood", "face", "recommended", "queue", "link"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """One file that you played once. If `gone`, the file is deleted or not yours to read, and the rest is None."""

    listen_id: str
    heard_at: datetime  # when it began
    gone: bool
    file: File | None = None
    kind: MediaKind | None = None
    listened_seconds: float | None = None
    duration_seconds: float | None = None  # of the file, as known then
    mood: str | None = None  # the mood that was asked for
    source: ListenSource | None = None  # what led to it
    counted: bool | None = None  # whether half of the file was heard, or four minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenReport:
    """What a player says of one listen. `started_at`, an aware time, tells it from the next."""

    file_id: str
    started_at: datetime
    listened_seconds: float  # how long it sounded in all
    position_seconds: float | None = None  # where in the file it is
    mood: str | None = None
    source: ListenSource = "library"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A film or a long recording to go on with."""

    file: File
    position_seconds: float
    duration_seconds: float
    at: datetime  # when you were there


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a file is recommended. A newer service may have more codes."""

    code: Literal["because_you_played", "popular_in_mood", "often_in_mood", "not_heard_lately", "new_here"]
    file_id: str | None = None  # because_you_played: that file
    count: int | None = None  # often_in_mood: how often you heard it
    days: int | None = None  # not_heard_lately: since when


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A file that you may want to hear, and why."""

    file: File
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendations:
    """Files in the order in which to hear them. `learned`: what others play led to some of them."""

    recommendations: tuple[Recommendation, ...]
    how: Literal["learned", "rules"]
