"""Puts candidates in the order in which they are heard."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from service.listening.recommend.model import Candidate
from service.uploads.metadata import FileMetadata

# How much more a file in the mood asked for is worth.
IN_MOOD = 6.0
# One of so many is new, so that what nobody knows yet is heard at all.
NEW_EVERY = 10
IN_A_ROW = 2  # files of one artist


@dataclass(frozen=True, slots=True)
class Selection:
    """What the listener asks for."""

    mood: str | None = None
    strict: bool = False  # only files in that mood
    without: frozenset[str] = frozenset()  # files that must not come


def rank(
    candidates: Iterable[Candidate],
    new: Sequence[Candidate],
    described: Mapping[str, FileMetadata],
    selection: Selection,
    limit: int,
) -> list[Candidate]:
    """Return at most `limit` of the candidates that are in `described`, each file once, best first.

    Every tenth is one of `new`, in that order, which also fill what the candidates leave open. At most two of an artist
    come in a row, as long as there are others.
    """
    suitable = _best_of_each(one for one in candidates if _suits(one.file_id, described, selection))
    fresh = _best_of_each(
        one for one in new if _suits(one.file_id, described, selection) and one.file_id not in suitable
    )

    def place(one: Candidate) -> tuple[float, str]:
        in_mood = selection.mood is not None and described[one.file_id].mood == selection.mood
        return -one.score * (IN_MOOD if in_mood else 1.0), one.file_id

    mixed = _mixed(sorted(suitable.values(), key=place), list(fresh.values()))
    return list(islice(_spread(mixed, described), limit))


def _suits(file_id: str, described: Mapping[str, FileMetadata], selection: Selection) -> bool:
    if file_id not in described or file_id in selection.without:
        return False
    return not (selection.strict and selection.mood) or described[file_id].mood == selection.mood


def _best_of_each(candidates: Iterable[Candidate]) -> dict[str, Candidate]:
    best: dict[str, Candidate] = {}
    for one in candidates:
        if one.file_id not in best or one.score > best[one.file_id].score:
            best[one.file_id] = one
    return best


def _mixed(ranked: Sequence[Candidate], new: Sequence[Candidate]) -> list[Candidate]:
    mixed, fresh = [], iter(new)
    for number, one in enumerate(ranked, start=1):
        mixed.append(one)
        if number % (NEW_EVERY - 1) == 0:
            mixed.extend(one for one in [next(fresh, None)] if one)
    return [*mixed, *fresh]


def _spread(candidates: Sequence[Candidate], described: Mapping[str, FileMetadata]) -> Iterator[Candidate]:
    """Yield all candidates, an artist's third in a row after the next one of somebody else."""
    waiting = list(candidates)
    last: list[str | None] = []
    while waiting:
        crowded = len(last) == IN_A_ROW and last[0] is not None and len(set(last)) == 1
        place = next((n for n, one in enumerate(waiting) if not crowded or _artist(one, described) != last[0]), 0)
        chosen = waiting.pop(place)
        last = [*last, _artist(chosen, described)][-IN_A_ROW:]
        yield chosen


def _artist(candidate: Candidate, described: Mapping[str, FileMetadata]) -> str | None:
    artist = described[candidate.file_id].artist
    return artist.casefold() if artist else None
