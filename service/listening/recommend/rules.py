"""Rates files by what one person heard of them. Needs nobody else, so it serves the smallest library."""

from collections.abc import Sequence
from datetime import datetime
from math import log1p
from statistics import median

from service.listening.recommend.model import Candidate, Heard, Why

# A file heard on this many days before today has its whole rate again.
RESTED_DAYS = 14
OFTEN = 3  # counted listens
# The best of a person's own against the best neighbour of what they heard.
OWN = 0.5
# The rate of files not heard yet, where nothing was heard with which to compare.
UNHEARD = 0.05


def rate(heard: Heard, now: datetime) -> float:
    """Return how much the person may like to hear the file now: often heard, long ago, to its end; 0 or more."""
    days = max(0.0, (now - heard.last_at).total_seconds() / 86_400)
    return log1p(heard.count) * min(1.0, days / RESTED_DAYS) * heard.share


def rate_own(heard: Sequence[Heard], unheard: Sequence[str], now: datetime) -> list[Candidate]:
    """Return the files heard and the person's own unheard ones, each with its score of at most OWN and its reason.

    `unheard` comes newest first. Those files stand in the middle of the others, in that order.
    """
    rates = {one.file_id: rate(one, now) for one in heard}
    most = max(rates.values(), default=0.0)
    scores = {file_id: OWN * (value / most) for file_id, value in rates.items()} if most > 0 else rates
    middle = median(scores.values()) if scores else 0.0
    start = max(middle, UNHEARD)
    return [
        *(Candidate(one.file_id, scores[one.file_id], _why(one, now)) for one in heard),
        # Their order, within a step that passes none of the others but by chance.
        *(Candidate(one, start * (1 - number * 1e-6), Why("new_here")) for number, one in enumerate(unheard)),
    ]


def _why(heard: Heard, now: datetime) -> Why:
    days = max(0, (now - heard.last_at).days)
    if heard.count >= OFTEN and days < RESTED_DAYS:
        return Why("often_in_mood", count=heard.count)
    return Why("not_heard_lately", days=days)
