"""What recommendations are computed from, and what comes out, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# Why a file is recommended. These codes are kept for good.
WhyCode = Literal["because_you_played", "popular_in_mood", "often_in_mood", "not_heard_lately", "new_here"]

FIT_KIND = "fit"  # of the job that makes the model
MOST_HEARD = 50  # files of a taste
MOST_REFUSED = 200
MOST_SUGGESTIONS = 300


@dataclass(frozen=True, slots=True)
class Heard:
    """What one person's history says of one file."""

    file_id: str
    count: int  # of counted listens
    last_at: datetime
    share: float  # of its length, on average; 0 to 1


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The files that go with a file, or that are popular in a mood, best first."""

    item_id: str  # the file's id, or that of `mood_item`
    ids: tuple[str, ...]
    weights: tuple[float, ...]  # above 0, one for each id
    fit: str  # the fit that found them


@dataclass(frozen=True, slots=True)
class Taste:
    """What somebody wants to hear now. It names nobody, so it may be sent to another process."""

    heard: tuple[tuple[str, int], ...]  # files and how often, the last one first; at most MOST_HEARD
    mood: str | None = None
    refused: tuple[str, ...] = ()  # files that were answered with "not this"; at most MOST_REFUSED


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A public file that suits a taste."""

    file_id: str
    score: float  # above 0; comparable within one answer only
    because: str | None = None  # the file of the taste that it goes with best; None: it is popular in the mood


@dataclass(frozen=True, slots=True)
class Why:
    """Why a file is recommended: the code, and what its sentence needs besides."""

    code: WhyCode
    file_id: str | None = None  # because_you_played: that file
    count: int | None = None  # often_in_mood: how often it was heard
    days: int | None = None  # not_heard_lately: since when


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be recommended."""

    file_id: str
    score: float
    why: Why


NeighboursById = Mapping[str, Neighbours]


def mood_item(mood: str) -> str:
    """Return the id under which the popular files of a mood are kept. No file has such an id."""
    return f"mood:{mood}"
