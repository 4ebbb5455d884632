"""Finds the public files that suit a taste: neighbours of what was heard last, and what is popular in the mood."""

from collections import defaultdict
from collections.abc import Iterator
from math import log1p

from service.listening.recommend.model import (
    MOST_HEARD,
    MOST_SUGGESTIONS,
    Neighbours,
    NeighboursById,
    Suggestion,
    Taste,
    mood_item,
)

# What was heard before counts less and less: half after 23 files.
DECAY = 0.97
# The most popular file of the mood against the best neighbour. Popularity fills up what neighbours leave open.
POPULAR = 0.1
# A refusal against the file that counts most: what is just as near to both is not suggested.
REFUSED = 1.5


def items_of(taste: Taste) -> list[str]:
    """Return the ids of the neighbours that `suggest` needs for this taste."""
    heard = [file_id for file_id, _ in taste.heard[:MOST_HEARD]]
    mood = [mood_item(taste.mood)] if taste.mood else []
    return list(dict.fromkeys([*heard, *taste.refused, *mood]))


def suggest(taste: Taste, neighbours: NeighboursById, limit: int = MOST_SUGGESTIONS) -> list[Suggestion]:
    """Return at most `limit` files, best first. Files that were refused are left out, and their neighbours count less.

    Items without neighbours are passed over.
    """
    scores: dict[str, float] = defaultdict(float)
    because: dict[str, tuple[float, str]] = {}
    for source, neighbour, weight in _weighted(taste, neighbours):
        scores[neighbour] += weight
        if weight > because.get(neighbour, (0.0, ""))[0]:
            because[neighbour] = (weight, source)
    best = max(scores.values(), default=0.0)
    if best > 0:
        scores = defaultdict(float, {file_id: score / best for file_id, score in scores.items()})
    for file_id, share in _popular(taste, neighbours):
        scores[file_id] += POPULAR * share
    refused = set(taste.refused)
    allowed = ((file_id, score) for file_id, score in scores.items() if score > 0 and file_id not in refused)
    ranked = sorted(allowed, key=lambda pair: (-pair[1], pair[0]))[:limit]
    return [Suggestion(file_id, score, because.get(file_id, (0.0, None))[1]) for file_id, score in ranked]


def _weighted(taste: Taste, neighbours: NeighboursById) -> Iterator[tuple[str, str, float]]:
    """Yield what each file heard says of its neighbours; what was refused says the opposite of its own."""
    heard = taste.heard[:MOST_HEARD]
    weights = [(file_id, DECAY**place * log1p(count)) for place, (file_id, count) in enumerate(heard)]
    refusal = -REFUSED * max((weight for _, weight in weights), default=1.0)
    for file_id, weight in (*weights, *((file_id, refusal) for file_id in taste.refused)):
        for neighbour, share in _shares(neighbours.get(file_id)):
            yield file_id, neighbour, weight * share


def _popular(taste: Taste, neighbours: NeighboursById) -> list[tuple[str, float]]:
    """Return the popular files of the mood, the first one with 1."""
    shares = _shares(neighbours.get(mood_item(taste.mood)) if taste.mood else None)
    most = max((share for _, share in shares), default=1.0)
    return [(file_id, share / most) for file_id, share in shares]


def _shares(item: Neighbours | None) -> list[tuple[str, float]]:
    return list(zip(item.ids, item.weights, strict=True)) if item else []
