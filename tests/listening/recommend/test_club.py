"""The recommender against the made-up club: it foresees later plays better than what is popular in the mood."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from statistics import mean

import pytest

from dev.listening_club import Club, make_club, ndcg
from service.listening.recommend.model import MOST_HEARD, Candidate, Neighbours, Taste, Why, mood_item
from service.listening.recommend.rank import Selection, rank
from service.listening.recommend.suggest import suggest
from service.uploads.metadata import FileMetadata
from worker.neighbours import Play, fit

LEAST_GAIN = 1.3
SEEDS = (1, 2, 3)


@dataclass(frozen=True)
class Foreseen:
    """A listener in a mood."""

    before: frozenset[str]  # what they have played
    later: frozenset[str]  # what they play in that mood after that
    recommended: list[str]
    popular: list[str]


@cache
def foreseen_in(seed: int) -> tuple[Foreseen, ...]:
    club = make_club(seed)
    moods = {song.file_id: song.mood for song in club.songs}
    plays = [Play(name, one, count) for name, played in club.played.items() for one, count in Counter(played).items()]
    neighbours = {item.item_id: item for item in fit(plays, moods, "a fit")}
    return tuple(_foresee(club, moods, neighbours))


def _foresee(club: Club, moods: Mapping[str, str], neighbours: Mapping[str, Neighbours]) -> Iterator[Foreseen]:
    described = {song.file_id: FileMetadata(mood=song.mood, artist=song.artist) for song in club.songs}
    for name, played in club.played.items():
        counts = Counter(played)
        heard = tuple((one, counts[one]) for one in dict.fromkeys(reversed(played)))[:MOST_HEARD]
        for mood in sorted({moods[one] for one in played}):
            suggested = suggest(Taste(heard, mood), neighbours)
            candidates = [Candidate(one.file_id, one.score, Why("because_you_played")) for one in suggested]
            ranked = rank(candidates, [], described, Selection(mood), limit=len(candidates))
            later = frozenset(one for one in club.later[name] if moods[one] == mood)
            popular = list(neighbours[mood_item(mood)].ids)
            yield Foreseen(frozenset(played), later, [one.file_id for one in ranked], popular)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_foresees_later_plays_better_than_what_is_popular_in_the_mood(seed: int) -> None:
    foreseen = [one for one in foreseen_in(seed) if one.later]
    assert len(foreseen) > 500
    ours = mean(ndcg(one.recommended, one.later) for one in foreseen)
    assert ours >= LEAST_GAIN * mean(ndcg(one.popular, one.later) for one in foreseen)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_foresees_songs_that_a_listener_has_never_played(seed: int) -> None:
    """Repeating what somebody plays anyway would be no recommendation."""
    foreseen = [one for one in foreseen_in(seed) if one.later - one.before]
    ours = mean(_ndcg_of_new(one.recommended, one) for one in foreseen)
    assert ours >= LEAST_GAIN * mean(_ndcg_of_new(one.popular, one) for one in foreseen)


def _ndcg_of_new(ranking: list[str], foreseen: Foreseen) -> float:
    return ndcg([one for one in ranking if one not in foreseen.before], foreseen.later - foreseen.before)


def test_the_club_is_the_same_each_time() -> None:
    assert make_club(7, listeners=5, songs=50, plays=20) == make_club(7, listeners=5, songs=50, plays=20)


def test_a_perfect_ranking_has_1_and_a_useless_one_0() -> None:
    assert ndcg(["a", "b", "x"], {"a", "b"}) == 1
    assert ndcg(["x", "y"], {"a"}) == 0
    assert ndcg(["x", "a"], {"a"}) < 1
