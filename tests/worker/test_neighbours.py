"""The fit: neighbours only of files that at least three played, however the plays come."""

from collections import defaultdict
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from service.listening.recommend.model import Neighbours, mood_item
from worker.neighbours import LEAST_LISTENERS, MOST_NEIGHBOURS, Play, fit

FIT = "a fit"
FILES = [f"{number:026d}" for number in range(8)]
MOODS = {file_id: ("happy", "sad")[number % 2] for number, file_id in enumerate(FILES[:6])}
PLAYS = st.dictionaries(
    st.tuples(st.sampled_from([f"listener-{number}" for number in range(6)]), st.sampled_from(FILES)),
    st.integers(1, 500),
).map(lambda plays: [Play(listener, file_id, count) for (listener, file_id), count in plays.items()])


def fitted(plays: list[Play], moods: dict[str, str] | None = None) -> dict[str, Neighbours]:
    return {item.item_id: item for item in fit(plays, MOODS if moods is None else moods, FIT)}


def listeners_of(plays: list[Play]) -> dict[str, set[str]]:
    listeners = defaultdict(set)
    for play in plays:
        listeners[play.file_id].add(play.listener)
    return listeners


@given(PLAYS)
def test_neighbours_were_played_by_the_same_three(plays: list[Play]) -> None:
    listeners = listeners_of(plays)
    for item in fitted(plays, {}).values():
        assert item.item_id not in item.ids
        assert len(set(item.ids)) == len(item.ids) == len(item.weights) <= MOST_NEIGHBOURS
        assert list(item.weights) == sorted(item.weights, reverse=True)
        assert item.weights[-1] > 0
        for neighbour in item.ids:
            assert len(listeners[item.item_id] & listeners[neighbour]) >= LEAST_LISTENERS


@given(PLAYS)
def test_every_pair_of_three_listeners_is_found(plays: list[Play]) -> None:
    listeners, items = listeners_of(plays), fitted(plays, {})
    for one in listeners:
        expected = {
            other for other in listeners if other != one and len(listeners[one] & listeners[other]) >= LEAST_LISTENERS
        }
        assert set(items[one].ids if one in items else ()) == expected


@given(PLAYS)
def test_the_popular_files_of_a_mood_have_three_listeners_and_that_mood(plays: list[Play]) -> None:
    listeners, items = listeners_of(plays), fitted(plays)
    for mood in ("happy", "sad"):
        popular = items.get(mood_item(mood))
        expected = {one for one, who in listeners.items() if len(who) >= LEAST_LISTENERS and MOODS.get(one) == mood}
        assert set(popular.ids if popular else ()) == expected
        if popular:
            assert [len(listeners[one]) for one in popular.ids] == list(popular.weights)


@given(PLAYS, st.randoms())
def test_the_order_of_the_plays_does_not_matter(plays: list[Play], chance: Random) -> None:
    shuffled = sorted(plays, key=lambda _: chance.random())
    assert fitted(plays) == fitted(shuffled)


def test_nothing_was_played() -> None:
    assert fitted([]) == {}


def test_files_of_the_same_few_listeners_come_before_one_that_everybody_plays() -> None:
    one, same, common = FILES[:3]
    plays = [Play(f"fan-{number}", file_id, 3) for number in range(4) for file_id in (one, same, common)]
    plays += [Play(f"other-{number}", common, 3) for number in range(40)]
    assert fitted(plays)[one].ids == (same, common)


def test_a_block_of_many_files_finds_what_small_ones_do() -> None:
    """Products are made block by block: no pair is lost at their edges."""
    files = [f"{number:026d}" for number in range(600)]
    plays = [Play(f"listener-{who}", file_id, 1) for who in range(3) for file_id in files[100:600:40]]
    items = fitted(plays, {})
    assert {len(item.ids) for item in items.values()} == {len(files[100:600:40]) - 1}
