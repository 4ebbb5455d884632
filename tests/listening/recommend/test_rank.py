"""The order of recommendations: the mood, what is new, and no artist for too long."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from service.listening.recommend.model import Candidate, Why
from service.listening.recommend.rank import IN_A_ROW, NEW_EVERY, Selection, rank
from service.uploads.metadata import FileMetadata

FILES = [f"{number:026d}" for number in range(40)]
ALL = {one: FileMetadata(mood="happy") for one in FILES}
HAPPY = Selection("happy")
ARTISTS = st.sampled_from([None, "Ada", "ADA", "Bix"])
DESCRIBED = st.dictionaries(
    st.sampled_from(FILES),
    st.builds(FileMetadata, mood=st.sampled_from([None, "happy", "sad"]), artist=ARTISTS),
)


def candidate(file_id: str, score: float = 0.5) -> Candidate:
    return Candidate(file_id, score, Why("because_you_played", FILES[-1]))


def new(file_id: str) -> Candidate:
    return Candidate(file_id, 0, Why("new_here"))


def ids(candidates: list[Candidate]) -> list[str]:
    return [one.file_id for one in candidates]


CANDIDATES = st.lists(st.builds(candidate, st.sampled_from(FILES), st.floats(0, 2)), max_size=40)
NEW = st.lists(st.sampled_from(FILES).map(new), max_size=10)
SELECTIONS = st.builds(
    Selection,
    mood=st.sampled_from([None, "happy"]),
    strict=st.booleans(),
    without=st.frozensets(st.sampled_from(FILES), max_size=10),
)


@given(CANDIDATES, NEW, DESCRIBED, SELECTIONS, st.integers(1, 50))
def test_an_answer_has_each_file_once_and_only_what_it_may_have(
    candidates: list[Candidate],
    fresh: list[Candidate],
    described: dict[str, FileMetadata],
    selection: Selection,
    limit: int,
) -> None:
    allowed = {one for one in described if one not in selection.without}
    if selection.strict and selection.mood:
        allowed = {one for one in allowed if described[one].mood == selection.mood}
    offered = {one.file_id for one in (*candidates, *fresh)} & allowed
    ranked = ids(rank(candidates, fresh, described, selection, limit))
    assert len(set(ranked)) == len(ranked) == min(limit, len(offered))
    assert set(ranked) <= offered


@given(CANDIDATES, DESCRIBED)
def test_a_third_of_one_artist_comes_only_if_nothing_else_is_left(
    candidates: list[Candidate], described: dict[str, FileMetadata]
) -> None:
    ranked = rank(candidates, [], described, Selection(), len(FILES))
    artists = [described[one.file_id].artist for one in ranked]
    folded = [artist.casefold() if artist else None for artist in artists]
    at = 0
    for artist, row in groupby(folded):
        length = len(list(row))
        at += length
        if artist is not None and length > IN_A_ROW:
            assert at == len(folded)


def test_a_file_in_the_mood_comes_before_a_better_one() -> None:
    described = {FILES[0]: FileMetadata(mood="sad"), FILES[1]: FileMetadata(mood="happy")}
    both = [candidate(FILES[0], 1), candidate(FILES[1], 0.2)]
    assert ids(rank(both, [], described, HAPPY, 9)) == [FILES[1], FILES[0]]
    assert ids(rank(both, [], described, Selection(), 9)) == [FILES[0], FILES[1]]
    assert ids(rank(both, [], described, Selection("happy", strict=True), 9)) == [FILES[1]]


def test_of_two_reasons_for_a_file_the_stronger_is_told() -> None:
    weaker = Candidate(FILES[0], 0.1, Why("not_heard_lately", days=20))
    assert rank([weaker, candidate(FILES[0], 0.4)], [], ALL, HAPPY, 9) == [candidate(FILES[0], 0.4)]


def test_every_tenth_is_new() -> None:
    known = [candidate(one, 1 - number / 100) for number, one in enumerate(FILES[:30])]
    ranked = rank(known, [new(one) for one in FILES[30:]], ALL, HAPPY, 20)
    assert [n for n, one in enumerate(ranked, 1) if one.why.code == "new_here"] == [NEW_EVERY, 2 * NEW_EVERY]


def test_new_files_fill_what_is_left_open() -> None:
    assert ids(rank([candidate(FILES[3])], [new(FILES[1]), new(FILES[2])], ALL, HAPPY, 9)) == [
        FILES[3],
        FILES[1],
        FILES[2],
    ]
