"""Recommends files to a person, from the model and from their own history, and says why each comes.

Each file is checked here, whichever recommender named it: nobody is recommended what they may not read.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from random import Random
from typing import Literal

from service.listening.ports import Ports
from service.listening.ports.recommender import RecommenderUnavailable
from service.listening.recommend.model import MOST_HEARD, Candidate, Heard, Suggestion, Taste, Why, WhyCode
from service.listening.recommend.rank import Selection, rank
from service.listening.recommend.rules import rate, rate_own
from service.listening.rules import kind_of
from service.listening.usecases.files import readable_files
from service.listening.usecases.own_history import heard_by
from service.listening.usecases.stored_model import StoredModel
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, require
from service.uploads.model import Upload, UploadStatus
from service.uploads.queries import UploadQuery
from service.uploads.usecases.files.read import get_file, may_read

# A file heard so lately is left out.
AGAIN_AFTER = timedelta(hours=2)
# What is read for one answer at most.
MOST_SUGGESTED = 120
MOST_RATED = 60
MOST_OWN = 40
MOST_NEW = 20
# How often the song that a radio starts from counts as heard: it is worth more than any history.
START_COUNT = 50
# The reasons that come from what others play.
LEARNED: Collection[WhyCode] = ("because_you_played", "popular_in_mood")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What somebody wants to hear now, and what they have heard of it."""

    limit: int
    mood: str | None = None
    strict: bool = False  # only files in that mood
    start_id: str | None = None  # a file to begin with
    played: tuple[str, ...] = ()  # what came before, in that order
    refused: tuple[str, ...] = ()  # what was answered with "not this"


@dataclass(frozen=True, slots=True)
class Recommendation:
    file: Upload
    why: Why


@dataclass(frozen=True, slots=True)
class Recommendations:
    """Files in the order in which they are to be heard. `learned`: what others play led to some of them."""

    rows: tuple[Recommendation, ...]
    how: Literal["learned", "rules"]
    heard: tuple[Heard, ...] = ()  # what the person's history says, the last file first


def recommend(ports: Ports, caller: Caller, occasion: Occasion) -> Recommendations:
    """Return at most `limit` files that the caller may read, and why each comes.

    Raises MoodNotAllowed, and FileNotFound for a start that the caller may not read.
    """
    require(caller, FILES_READ)
    ports.policy.check_mood(occasion.mood)
    start = get_file(ports, caller, occasion.start_id) if occasion.start_id else None
    mood = occasion.mood or (start.metadata.mood if start else None)
    heard = heard_by(ports, caller)
    suggested = _suggested(ports, _taste(heard, start, mood, occasion.refused))
    now = ports.now()
    rated = nlargest(MOST_RATED, heard, key=lambda one: rate(one, now))
    known = playable_files(ports, caller, _named_by(suggested, rated))
    own, new = _unheard(ports, caller, mood, heard)
    candidates = [
        *(Candidate(one.file_id, one.score, _why(one, known, start)) for one in suggested),
        *rate_own(rated, [file.upload_id for file in own], now),
    ]
    fresh = [Candidate(file.upload_id, 0.0, Why("new_here")) for file in new]
    files = known | {file.upload_id: file for file in (*own, *new)}
    selection = Selection(mood, occasion.strict, _left_out(heard, occasion, now))
    described = {file_id: file.metadata for file_id, file in files.items()}
    ranked = rank(candidates, fresh, described, selection, occasion.limit)
    rows = tuple(Recommendation(files[one.file_id], one.why) for one in ranked)
    is_learned = any(row.why.code in LEARNED for row in rows)
    return Recommendations(rows, "learned" if is_learned else "rules", tuple(heard))


def _taste(heard: Sequence[Heard], start: Upload | None, mood: str | None, refused: Sequence[str]) -> Taste:
    begins = [(start.upload_id, START_COUNT)] if start else []
    taste = [*begins, *((one.file_id, one.count) for one in heard if not start or one.file_id != start.upload_id)]
    return Taste(tuple(taste[:MOST_HEARD]), mood, tuple(refused))


def _suggested(ports: Ports, taste: Taste) -> list[Suggestion]:
    """Return what the model suggests, if there is one. A reason that the taste does not have is no reason."""
    if not ports.features.recommendations:
        return []
    recommender = ports.recommender or StoredModel(ports.neighbours)
    try:
        suggested = recommender.suggest(taste)
    except RecommenderUnavailable:
        return []
    reasons = {None, *(file_id for file_id, _ in taste.heard)}
    return [one for one in suggested if one.because in reasons][:MOST_SUGGESTED]


def _named_by(suggested: Sequence[Suggestion], rated: Sequence[Heard]) -> list[str]:
    reasons = (one.because for one in suggested if one.because)
    return [*(one.file_id for one in suggested), *(one.file_id for one in rated), *reasons]


def playable_files(ports: Ports, caller: Caller, file_ids: Sequence[str]) -> dict[str, Upload]:
    """Return those of the files, by id, that the caller may read and that a player plays."""
    files = readable_files(ports, caller, file_ids)
    return {file_id: file for file_id, file in files.items() if _plays(file)}


def _unheard(
    ports: Ports, caller: Caller, mood: str | None, heard: Sequence[Heard]
) -> tuple[list[Upload], list[Upload]]:
    """Return the caller's newest files in the mood that they have not heard, and some new ones of others."""
    known = {one.file_id for one in heard}

    def newest(owner: str | None, limit: int) -> list[Upload]:
        files = ports.records.page(UploadQuery(owner, UploadStatus.READY, mood=mood, limit=limit))
        return [one for one in files if one.upload_id not in known and may_read(caller, one) and _plays(one)]

    new = [file for file in newest(None, MOST_NEW) if file.owner != caller.owner]
    # The same ones all day, and others for somebody else.
    Random(f"{caller.owner} {ports.now():%Y-%m-%d}").shuffle(new)  # noqa: S311 - nothing secret
    return newest(caller.owner, MOST_OWN), new


def _plays(file: Upload) -> bool:
    return kind_of(file) is not None and not file.threat


def _why(suggestion: Suggestion, known: Iterable[str], start: Upload | None) -> Why:
    """Return the reason, which names no file that the caller cannot read any more."""
    if suggestion.because is None:
        return Why("popular_in_mood")
    is_readable = suggestion.because in known or (start is not None and suggestion.because == start.upload_id)
    return Why("because_you_played", suggestion.because if is_readable else None)


def _left_out(heard: Sequence[Heard], occasion: Occasion, now: datetime) -> frozenset[str]:
    lately = {one.file_id for one in heard if now - one.last_at < AGAIN_AFTER}
    start = {occasion.start_id} if occasion.start_id else set()
    return frozenset((*lately, *start, *occasion.played, *occasion.refused))
