"""Recommendations to a person: from where they come, why, and that nobody's private file is ever among them."""

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dev.ports import free_port
from service.listening.adapters.http_recommender import HttpRecommender
from service.listening.memory.neighbours import MemoryNeighbours
from service.listening.recommend.model import Neighbours, Why, mood_item
from service.listening.usecases.history import delete_history
from service.listening.usecases.preferences import set_history_on
from service.listening.usecases.radio import continue_radio
from service.listening.usecases.recommend import Occasion, Recommendations, recommend
from service.ports import Ports
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.uploads.errors import FileNotFound, MoodNotAllowed
from service.uploads.metadata import PUBLIC
from service.uploads.model import Upload
from service.uploads.usecases.files.read import may_read
from tests.builders import ALICE, BOB, a_file, later
from tests.helpers.listening import SONG_S, a_report, a_song, report, with_recommendations

CAROL = Caller("carol", frozenset(ALL_SCOPES))
PEOPLE = (ALICE, BOB, CAROL)
HAPPY = Occasion(20, "happy")
DAY_S = 86_400.0


@pytest.fixture
def listening(ports: Ports) -> Ports:
    return with_recommendations(ports)


def with_model(ports: Ports, *items: Neighbours) -> Ports:
    """Return the same ports, where the last fit found these."""
    neighbours = MemoryNeighbours()
    neighbours.put_many(items)
    return replace(ports, neighbours=neighbours)


def near(item_id: str, *files: Upload) -> Neighbours:
    weights = tuple(float(len(files) - place) for place in range(len(files)))
    return Neighbours(item_id, tuple(file.upload_id for file in files), weights, "a fit")


def hears(ports: Ports, file: Upload, caller: Caller = ALICE, *, ago: float = 3 * 3600, times: int = 1) -> None:
    """Have somebody hear a file to its end, so many seconds ago; further times in the hours before that."""
    for number in range(times):
        started = ago + SONG_S + 3600 * number
        assert report(ports, a_report(ports, file, SONG_S, ago=started), caller=caller, session=f"s{number}") == 1


def ids(recommendations: Recommendations) -> list[str]:
    return [row.file.upload_id for row in recommendations.rows]


def whys(recommendations: Recommendations) -> dict[str, Why]:
    return {row.file.upload_id: row.why for row in recommendations.rows}


def test_neighbours_of_what_was_played_come_with_its_name(listening: Ports) -> None:
    played, near_by = (a_song(listening, BOB, visibility=PUBLIC) for _ in range(2))
    hears(listening, played)
    listening = with_model(listening, near(played.upload_id, near_by))

    answer = recommend(listening, ALICE, HAPPY)

    assert answer.how == "learned"
    assert ids(answer)[0] == near_by.upload_id
    assert whys(answer)[near_by.upload_id] == Why("because_you_played", played.upload_id)


def test_without_a_history_what_is_popular_comes_and_then_what_is_new(listening: Ports) -> None:
    popular, new = (a_song(listening, BOB, visibility=PUBLIC) for _ in range(2))
    own = a_song(listening)
    listening = with_model(listening, near(mood_item("happy"), popular))

    answer = recommend(listening, ALICE, HAPPY)

    assert ids(answer)[0] == popular.upload_id
    assert set(ids(answer)) == {popular.upload_id, own.upload_id, new.upload_id}
    assert {file_id: why.code for file_id, why in whys(answer).items()} == {
        popular.upload_id: "popular_in_mood",
        own.upload_id: "new_here",
        new.upload_id: "new_here",
    }


def test_a_small_library_follows_rules(listening: Ports) -> None:
    """The very first user has nobody else, and no model."""
    often, long_ago, unheard, just_now = (a_song(listening) for _ in range(4))
    hears(listening, often, ago=3 * DAY_S, times=4)
    hears(listening, long_ago, ago=6 * DAY_S)
    hears(listening, just_now, ago=600)

    answer = recommend(listening, ALICE, HAPPY)

    assert answer.how == "rules"
    assert set(ids(answer)) == {often.upload_id, long_ago.upload_id, unheard.upload_id}
    assert whys(answer)[often.upload_id] == Why("often_in_mood", count=4)
    assert whys(answer)[long_ago.upload_id] == Why("not_heard_lately", days=6)
    assert whys(answer)[unheard.upload_id] == Why("new_here")


def test_files_in_the_mood_come_first_or_alone(listening: Ports) -> None:
    sad, happy = a_song(listening, mood="sad"), a_song(listening, mood="happy")
    hears(listening, sad, ago=5 * DAY_S, times=3)
    hears(listening, happy, ago=5 * DAY_S)

    assert ids(recommend(listening, ALICE, HAPPY)) == [happy.upload_id, sad.upload_id]
    assert ids(recommend(listening, ALICE, replace(HAPPY, strict=True))) == [happy.upload_id]
    with pytest.raises(MoodNotAllowed):
        recommend(listening, ALICE, Occasion(20, "furious"))


def test_only_what_plays_is_recommended(listening: Ports) -> None:
    paper = a_file(listening, ALICE, content_type="application/pdf")
    listening = with_model(listening, near(mood_item("happy"), paper))

    assert recommend(listening, ALICE, HAPPY).rows == ()


@pytest.mark.parametrize("taken_back", ["history off", "history deleted"])
def test_a_history_that_is_gone_recommends_nothing(listening: Ports, taken_back: str) -> None:
    """And the model is fitted anew, without what it learned from it."""
    played, near_by = (a_song(listening, BOB, visibility=PUBLIC) for _ in range(2))
    hears(listening, played, ago=5 * DAY_S, times=3)
    listening = with_model(listening, near(played.upload_id, near_by))
    assert recommend(listening, ALICE, HAPPY).how == "learned"

    if taken_back == "history off":
        set_history_on(listening, ALICE, enabled=False)
    else:
        delete_history(listening, ALICE)

    answer = recommend(listening, ALICE, HAPPY)
    assert {why.code for why in whys(answer).values()} == {"new_here"}
    assert listening.neighbours.is_stale()


def test_a_recommender_that_does_not_answer_leaves_the_rules(listening: Ports) -> None:
    own = a_song(listening)
    down = HttpRecommender(f"http://127.0.0.1:{free_port()}", "a token")

    answer = recommend(replace(listening, recommender=down), ALICE, HAPPY)

    assert (ids(answer), answer.how) == ([own.upload_id], "rules")


def test_where_histories_are_switched_off_no_model_is_asked(ports: Ports) -> None:
    popular = a_song(ports, BOB, visibility=PUBLIC)
    ports = with_model(ports, near(mood_item("happy"), popular))

    assert recommend(ports, ALICE, HAPPY).how == "rules"


def test_a_reason_names_no_file_that_turned_private(listening: Ports) -> None:
    played, near_by = (a_song(listening, BOB, visibility=PUBLIC) for _ in range(2))
    hears(listening, played)
    listening = with_model(listening, near(played.upload_id, near_by))
    metadata = played.metadata.model_copy(update={"visibility": None})
    assert listening.records.change(played.upload_id, {}, {"metadata": {**metadata.model_dump(), "visibility": None}})

    answer = recommend(listening, ALICE, HAPPY)

    assert whys(answer)[near_by.upload_id] == Why("because_you_played")
    assert played.upload_id not in ids(answer)


FILES = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["private", PUBLIC]), st.sampled_from(["happy", "sad"])),
    min_size=1,
    max_size=8,
)
PLAYS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 7)), max_size=12)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60, deadline=None
)
@given(FILES, PLAYS, st.sampled_from(PEOPLE), st.sampled_from([None, "happy"]), st.booleans(), st.data())
def test_nobody_is_recommended_what_they_may_not_read(
    make_ports: Any, files: Any, plays: Any, caller: Caller, mood: str | None, strict: bool, data: st.DataObject
) -> None:
    """Not even by a model that knows every file, private ones included, or by a radio; nor does a reason name one."""
    listening = with_recommendations(make_ports()[0])
    songs = [a_song(listening, owner, visibility=visible, mood=kind) for owner, visible, kind in files]
    for number, (listener, index) in enumerate(plays):
        song = songs[index % len(songs)]
        report(listening, a_report(listening, song, SONG_S, ago=4 * DAY_S + number), caller=listener)
    everything = [near(item, *songs) for item in (*(song.upload_id for song in songs), mood_item("happy"))]
    listening = with_model(listening, *everything)
    names = st.lists(st.sampled_from([song.upload_id for song in songs]), unique=True)
    occasion = Occasion(50, mood, strict, played=tuple(data.draw(names)), refused=tuple(data.draw(names)))

    for answer in (recommend(listening, caller, occasion), continue_radio(listening, caller, occasion)):
        assert len(set(ids(answer))) == len(answer.rows)
        assert not set(ids(answer)) & set(occasion.refused)
        for row in answer.rows:
            assert may_read(caller, row.file)
            if row.why.file_id:
                named = listening.records.get(row.why.file_id)
                assert named
                assert may_read(caller, named)
            if strict and mood:
                assert row.file.metadata.mood == mood


def go_on(ports: Ports, occasion: Occasion, songs: int) -> list[str]:
    """Let a radio play so many songs, one at a time; return them."""
    played: list[str] = []
    for _ in range(songs):
        (row,) = continue_radio(ports, ALICE, replace(occasion, limit=1, played=tuple(played))).rows
        played.append(row.file.upload_id)
    return played


def test_a_radio_from_a_song_goes_on_with_what_is_like_it(listening: Ports) -> None:
    start, like_it, other = (a_song(listening, BOB, visibility=PUBLIC, mood="sad") for _ in range(3))
    listening = with_model(listening, near(start.upload_id, like_it))

    answer = continue_radio(listening, ALICE, Occasion(5, start_id=start.upload_id))

    assert ids(answer)[:2] == [like_it.upload_id, other.upload_id]
    assert whys(answer)[like_it.upload_id] == Why("because_you_played", start.upload_id)
    with pytest.raises(FileNotFound):
        continue_radio(listening, ALICE, Occasion(5, start_id=a_song(listening, BOB).upload_id))


def test_not_this_is_taken_for_an_answer(listening: Ports) -> None:
    start, refused, like_that, other = (a_song(listening, BOB, visibility=PUBLIC) for _ in range(4))
    model = [near(start.upload_id, refused, like_that, other), near(refused.upload_id, like_that)]
    listening = with_model(listening, *model)
    occasion = Occasion(5, start_id=start.upload_id)
    assert ids(continue_radio(listening, ALICE, occasion))[0] == refused.upload_id

    answer = continue_radio(listening, ALICE, replace(occasion, refused=(refused.upload_id,)))

    assert refused.upload_id not in ids(answer)
    assert ids(answer)[0] == other.upload_id


def test_a_radio_never_falls_silent(listening: Ports) -> None:
    """Three songs go round, and none comes twice in a row."""
    for _ in range(3):
        a_song(listening)

    played = go_on(listening, HAPPY, 9)

    assert len(set(played[:3])) == 3
    assert all(one != other for one, other in itertools.pairwise(played))
    assert {played.count(one) for one in played} == {3}


def test_a_radio_starts_after_everything_was_heard_just_now(listening: Ports) -> None:
    first, second = a_song(listening), a_song(listening)
    hears(listening, first, ago=1200)
    hears(listening, second, ago=300)

    assert ids(continue_radio(listening, ALICE, HAPPY)) == [first.upload_id, second.upload_id]
    assert recommend(listening, ALICE, HAPPY).rows == ()


def test_new_files_of_others_are_the_same_all_day(listening: Ports) -> None:
    for _ in range(12):
        a_song(listening, BOB, visibility=PUBLIC)
    today = ids(recommend(listening, ALICE, HAPPY))

    assert ids(recommend(later(listening, hours=1), ALICE, HAPPY)) == today
    assert ids(recommend(later(listening, days=1), ALICE, HAPPY)) != today
    assert ids(recommend(listening, CAROL, HAPPY)) != today
