"""What players report, in whatever order and as often as they like: one listen, one count."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from service.listening.model import ListenReport
from service.listening.usecases.history import count_plays, delete_history, list_unfinished
from service.listening.usecases.listens import keep_listens
from service.listening.usecases.preferences import is_history_on, set_history_on
from service.ports import Ports
from service.shared.errors import ScopeMissing
from service.shared.model import Caller, Features
from service.shared.scopes import UPLOADS_WRITE
from service.uploads.errors import FileNotFound, MoodNotAllowed
from service.uploads.usecases.files.delete import delete_file
from tests.builders import ALICE, BOB, PICTURE, a_file
from tests.conftest import Clock
from tests.helpers.faults import before_call
from tests.helpers.listening import SONG_S, a_report, a_song, history_of, report, with_history


@pytest.fixture
def ports(ports: Ports) -> Ports:
    return with_history(ports)


def test_a_listen_is_kept_as_it_was_reported(ports: Ports) -> None:
    song = a_song(ports)

    assert report(ports, a_report(ports, song, 30, mood="sad", source="face")) == 1

    [listen] = history_of(ports)
    assert (listen.owner, listen.file_id, listen.kind) == ("alice", song.upload_id, "audio")
    assert (listen.heard_at, listen.listened_seconds) == (ports.now() - timedelta(seconds=600), 30)
    assert (listen.duration_seconds, listen.mood, listen.source, listen.counted_at) == (SONG_S, "sad", "face", None)


def test_reports_in_any_order_make_one_listen_that_counts_once(ports: Ports) -> None:
    """Late, doubled and reordered; each also in one request with the others."""
    for number, order in enumerate(permutations((30.0, 99.0, 100.0, 180.0))):
        song = a_song(ports)
        reports = [a_report(ports, song, heard) for heard in order]
        for one in reports:
            report(ports, one, session=f"session-{number}")
            report(ports, one, session=f"session-{number}")
        report(ports, *reports, session=f"session-{number}")

        listens = [one for one in history_of(ports) if one.file_id == song.upload_id]
        assert [(one.listened_seconds, one.counted_at) for one in listens] == [(180.0, ports.now())]
        assert count_plays(ports, ALICE, song.upload_id) == 1


@pytest.mark.parametrize(
    ("duration", "heard", "is_counted"),
    [
        (200.0, 99.9, False),
        (200.0, 100.0, True),
        (3600.0, 239.0, False),
        (3600.0, 240.0, True),
        (None, 239.0, False),
        (None, 240.0, True),
    ],
)
def test_half_of_it_or_four_minutes_count(ports: Ports, duration: float | None, heard: float, is_counted: bool) -> None:
    song = a_song(ports, duration_seconds=duration)

    report(ports, a_report(ports, song, heard))

    [listen] = history_of(ports)
    assert bool(listen.counted_at) is is_counted
    assert count_plays(ports, ALICE, song.upload_id) == int(is_counted)


def test_another_session_or_start_is_another_listen(ports: Ports) -> None:
    song = a_song(ports)
    first = a_report(ports, song, 150)

    report(ports, first, a_report(ports, song, 150, ago=300))
    report(ports, first, session="another-session")

    assert len(history_of(ports)) == 3
    assert count_plays(ports, ALICE, song.upload_id) == 3


def test_two_people_have_two_histories_and_one_number_of_plays(ports: Ports) -> None:
    song = a_song(ports, visibility="public")
    same = a_report(ports, song, 150)

    assert (report(ports, same), report(ports, same, caller=BOB)) == (1, 1)

    assert [len(history_of(ports, who)) for who in (ALICE, BOB)] == [1, 1]
    assert count_plays(ports, ALICE, song.upload_id) == 2
    with pytest.raises(FileNotFound):  # even though it is public
        count_plays(ports, BOB, song.upload_id)


def test_what_one_may_not_read_is_left_out_as_if_it_did_not_exist(ports: Ports) -> None:
    private, deleted, picture = (
        a_song(ports, BOB),
        a_song(ports),
        a_file(ports, ALICE, PICTURE, content_type="image/png"),
    )
    reports = [a_report(ports, file) for file in (private, deleted, picture)]
    unknown = replace(reports[0], file_id=ports.new_id())
    delete_file(ports, ALICE, deleted.upload_id)

    assert report(ports, *reports, unknown) == 0
    assert history_of(ports) == []


@pytest.mark.parametrize(
    ("ago", "stored"),
    [(-86_400, 0), (-301, 0), (-300, 1), (7 * 86_400, 1), (7 * 86_400 + 1, 0)],
    ids=["from tomorrow", "ahead of any clock", "a fast clock", "a week late", "too late"],
)
def test_a_listen_began_within_a_week(ports: Ports, ago: float, stored: int) -> None:
    song = a_song(ports)

    assert report(ports, a_report(ports, song, ago=ago)) == stored
    assert len(history_of(ports)) == stored


def test_nobody_heard_more_than_there_was_time_for(ports: Ports) -> None:
    song = a_song(ports)

    report(ports, a_report(ports, song, 1e9, ago=99), a_report(ports, song, 1e9, ago=-200))

    assert [(one.listened_seconds, one.counted_at) for one in history_of(ports)] == [(0, None), (99, None)]


def test_an_unknown_mood_is_refused(ports: Ports) -> None:
    with pytest.raises(MoodNotAllowed):
        report(ports, a_report(ports, a_song(ports), mood="hangry"))
    assert history_of(ports) == []


def test_a_history_needs_the_scope_to_read(ports: Ports) -> None:
    uploader = Caller("alice", frozenset([UPLOADS_WRITE]))

    with pytest.raises(ScopeMissing):
        keep_listens(ports, uploader, "a-session", [a_report(ports, a_song(ports))])


def test_nothing_is_kept_while_history_is_off(ports: Ports, clock: Clock) -> None:
    """Not even what is reported only afterwards. What was kept before stays."""
    song = a_song(ports)
    report(ports, a_report(ports, song))
    set_history_on(ports, ALICE, False)
    clock.pass_(1000)

    assert not is_history_on(ports, ALICE)
    assert report(ports, a_report(ports, song)) == 0
    set_history_on(ports, ALICE, True)
    assert report(ports, a_report(ports, song, ago=300)) == 0
    clock.pass_(1000)
    assert report(ports, a_report(ports, song, ago=300)) == 1
    assert len(history_of(ports)) == 2
    assert is_history_on(ports, BOB)


def test_a_server_without_history_keeps_none(ports: Ports) -> None:
    silent = replace(ports, features=Features())

    assert report(silent, a_report(ports, a_song(ports))) == 0
    assert history_of(ports) == []


def test_what_was_deleted_is_not_reported_back(ports: Ports, clock: Clock) -> None:
    """By a player that was offline meanwhile, or one that is still playing."""
    song = a_song(ports)
    before = a_report(ports, song, 150, position_seconds=150)
    report(ports, before)
    delete_history(ports, ALICE)
    clock.pass_(60)

    assert report(ports, replace(before, listened_seconds=160)) == 0
    assert report(ports, a_report(ports, song, ago=30)) == 1
    assert len(history_of(ports)) == 1


@pytest.mark.parametrize("does", ["delete", "off"])
def test_a_deletion_while_listens_are_kept_has_the_last_word(ports: Ports, does: str) -> None:
    film = a_file(ports, content_type="video/mp4", metadata=a_song(ports).metadata)

    def act() -> None:
        delete_history(ports, ALICE) if does == "delete" else set_history_on(ports, ALICE, False)

    raced = before_call(ports, "keep", act)
    report(raced, a_report(ports, film, 150, position_seconds=50))

    assert history_of(ports) == []
    assert list_unfinished(ports, ALICE, 10) == []


def test_no_report_at_all_is_no_problem(ports: Ports) -> None:
    assert report(ports, *list[ListenReport]()) == 0
