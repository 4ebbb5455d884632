"""Suggestions from neighbours: what they weigh, and what they never contain."""

from hypothesis import given
from hypothesis import strategies as st

from service.listening.recommend.model import MOST_HEARD, Neighbours, Suggestion, Taste, mood_item
from service.listening.recommend.suggest import items_of, suggest

FILES = [f"{number:026d}" for number in range(12)]
ONE, TWO, THREE, FOUR, FIVE = FILES[:5]
SOME = st.lists(st.sampled_from(FILES), unique=True, max_size=6)


def item(item_id: str, **weights: float) -> Neighbours:
    """Return an item with neighbours by number: _3=0.5 is file 3 with that weight."""
    pairs = sorted(((FILES[int(name[1:])], weight) for name, weight in weights.items()), key=lambda pair: -pair[1])
    return Neighbours(item_id, tuple(one for one, _ in pairs), tuple(weight for _, weight in pairs), "a fit")


def model_of(*items: Neighbours) -> dict[str, Neighbours]:
    return {one.item_id: one for one in items}


def ids(suggestions: list[Suggestion]) -> list[str]:
    return [one.file_id for one in suggestions]


@st.composite
def models(draw: st.DrawFn) -> dict[str, Neighbours]:
    names = draw(st.lists(st.sampled_from([*FILES, mood_item("happy")]), unique=True, max_size=8))
    model = {}
    for name in names:
        near = [one for one in draw(SOME) if one != name]
        weights = draw(st.lists(st.floats(1e-5, 1e5), min_size=len(near), max_size=len(near)))
        model[name] = Neighbours(name, tuple(near), tuple(sorted(weights, reverse=True)), "a fit")
    return model


TASTES = st.builds(
    Taste,
    heard=SOME.flatmap(lambda files: st.tuples(*(st.tuples(st.just(one), st.integers(1, 1000)) for one in files))),
    mood=st.sampled_from([None, "happy", "sad"]),
    refused=SOME.map(tuple),
)


@given(TASTES, models(), st.integers(1, 12))
def test_suggestions_are_known_to_the_model_and_not_refused(
    taste: Taste, model: dict[str, Neighbours], limit: int
) -> None:
    suggestions = suggest(taste, model, limit)
    known = {one for name in items_of(taste) if name in model for one in model[name].ids}
    heard = {file_id for file_id, _ in taste.heard}
    assert len(suggestions) <= limit
    assert len(set(ids(suggestions))) == len(suggestions)
    assert set(ids(suggestions)) <= known - set(taste.refused)
    assert all(one.score > 0 for one in suggestions)
    assert [one.score for one in suggestions] == sorted((one.score for one in suggestions), reverse=True)
    for one in suggestions:
        assert one.because is None or (one.because in heard and one.file_id in model[one.because].ids)


def test_a_neighbour_of_more_files_comes_first_and_names_the_nearest() -> None:
    model = model_of(item(ONE, _2=0.5, _3=0.6), item(TWO, _2=0.6))
    first, second = suggest(Taste(((ONE, 1), (TWO, 1))), model)
    assert (first.file_id, first.because) == (THREE, TWO)
    assert (second.file_id, second.because) == (FOUR, ONE)


def test_what_was_heard_lately_and_often_counts_more() -> None:
    model = model_of(item(ONE, _2=1), item(TWO, _3=1))
    assert ids(suggest(Taste(((ONE, 1), (TWO, 1))), model)) == [THREE, FOUR]
    assert ids(suggest(Taste(((ONE, 1), (TWO, 9))), model)) == [FOUR, THREE]


def test_the_popular_files_of_the_mood_fill_up() -> None:
    model = model_of(item(ONE, _2=1), item(mood_item("happy"), _3=9, _4=3), item(mood_item("sad"), _5=9))
    suggestions = suggest(Taste(((ONE, 1),), mood="happy"), model)
    assert ids(suggestions) == [THREE, FOUR, FIVE]
    assert [one.because for one in suggestions] == [ONE, None, None]


def test_without_a_history_only_the_popular_files_come() -> None:
    assert ids(suggest(Taste((), mood="happy"), model_of(item(mood_item("happy"), _3=9, _4=3)))) == [FOUR, FIVE]


def test_neighbours_of_a_refused_file_count_less() -> None:
    model = model_of(item(ONE, _2=1, _3=0.9), item(FIVE, _2=0.5))
    assert ids(suggest(Taste(((ONE, 1),)), model)) == [THREE, FOUR]
    assert ids(suggest(Taste(((ONE, 1),), refused=(FIVE,)), model)) == [FOUR, THREE]


def test_only_the_last_files_heard_count() -> None:
    heard = tuple((f"{number:026d}", 1) for number in range(100, 100 + MOST_HEARD))
    model = model_of(item(ONE, _2=1))
    assert suggest(Taste((*heard, (ONE, 1))), model) == []
    assert ONE not in items_of(Taste((*heard, (ONE, 1))))
