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
    scores, because = _weigh(taste, neighbours)
    for file_id, share in _popular(taste, neighbours):
        scores[file_id] += POPULAR * share
    refused = set(taste.refused)
    ranked = sorted((-score, file_id) for file_id, score in scores.items() if score > 0 and file_id not in refused)
    return [Suggestion(file_id, -score, because.get(file_id)) for score, file_id in ranked[:limit]]


def _weigh(taste: Taste, neighbours: NeighboursById) -> tuple[dict[str, float], dict[str, str]]:
    """Return the score of each neighbour, the best one's 1, and the file heard that it goes with best."""
    scores: dict[str, float] = defaultdict(float)
    strongest: dict[str, float] = {}
    because: dict[str, str] = {}
    for source, weight in _weights(taste):
        # The innermost loop of an answer: up to 250 files with 32 neighbours each.
        for neighbour, share in _shares(neighbours.get(source)):
            weighted = weight * share
            scores[neighbour] += weighted
            if weighted > strongest.get(neighbour, 0.0):
                strongest[neighbour] = weighted
                because[neighbour] = source
    best = max(scores.values(), default=0.0)
    if best > 0:
        scores = defaultdict(float, {file_id: score / best for file_id, score in scores.items()})
    return scores, because


def _weights(taste: Taste) -> list[tuple[str, float]]:
    """Return what each file heard counts for; what was refused says the opposite of its neighbours."""
    heard = [(file_id, DECAY**n * log1p(count)) for n, (file_id, count) in enumerate(taste.heard[:MOST_HEARD])]
    refusal = -REFUSED * max((weight for _, weight in heard), default=1.0)
    return [*heard, *((file_id, refusal) for file_id in taste.refused)]


def _popular(taste: Taste, neighbours: NeighboursById) -> list[tuple[str, float]]:
    """Return the popular files of the mood, the first one with 1."""
    shares = list(_shares(neighbours.get(mood_item(taste.mood)) if taste.mood else None))
    most = max((share for _, share in shares), default=1.0)
    return [(file_id, share / most) for file_id, share in shares]


def _shares(item: Neighbours | None) -> Iterator[tuple[str, float]]:
    return zip(item.ids, item.weights, strict=True) if item else iter(())
