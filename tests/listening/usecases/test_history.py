"""A person's own history: what it shows, and what is left of it when a file, a listen or the person goes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.jobs.usecases.sweep import sweep_jobs
from service.listening.errors import HistoryOff, ListenNotFound
from service.listening.model import HistoryQuery
from service.listening.usecases.history import (
    count_plays,
    delete_history,
    delete_listen,
    list_history,
    list_unfinished,
)
from service.listening.usecases.preferences import set_history_on
from service.listening.usecases.public_plays import iter_public_plays
from service.listening.usecases.retention import remove_old_listens
from service.ports import Ports
from service.shared.model import Features
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, BOB, a_file, later
from tests.conftest import Clock
from tests.helpers.listening import a_report, a_song, history_of, report, with_history

WEEK = timedelta(days=7)


@pytest.fixture
def ports(ports: Ports) -> Ports:
    return with_history(ports)


def a_film(ports: Ports, duration: float = 5400.0) -> Upload:
    return a_file(ports, content_type="video/mp4", metadata=FileMetadata(duration_seconds=duration))


def unfinished(ports: Ports) -> list[tuple[str, float]]:
    return [(one.file.upload_id, one.position.position_seconds) for one in list_unfinished(ports, ALICE, 10)]


def test_a_row_whose_file_is_not_the_listeners_to_read_shows_none(ports: Ports) -> None:
    public, own = a_song(ports, BOB, visibility="public"), a_song(ports)
    report(ports, a_report(ports, public, ago=20), a_report(ports, own, ago=10))
    edit_file(ports, BOB, public.upload_id, {"visibility": "private"})

    rows = list_history(ports, ALICE, HistoryQuery("alice", limit=10))

    assert [row.file and row.file.upload_id for row in rows] == [own.upload_id, None]


def test_nobody_else_sees_a_history(ports: Ports) -> None:
    """Whatever name a query brings."""
    report(ports, a_report(ports, a_song(ports)))

    assert list_history(ports, BOB, HistoryQuery("alice", limit=10)) == []
    assert list_unfinished(ports, BOB, 10) == []


def test_films_and_long_recordings_go_on_where_one_stopped(ports: Ports) -> None:
    film, lecture, song = a_film(ports), a_song(ports, duration_seconds=601), a_song(ports, duration_seconds=600)
    for ago, file in ((300, film), (200, lecture), (100, song)):
        report(ports, a_report(ports, file, 50, ago=ago, position_seconds=40))

    assert unfinished(ports) == [(lecture.upload_id, 40), (film.upload_id, 40)]


def test_a_late_report_does_not_move_a_position_back(ports: Ports) -> None:
    """Nor is a film that was seen to its end to be gone on with, whatever is reported late."""
    film = a_film(ports, 1000)
    early, late = (a_report(ports, film, heard, position_seconds=heard) for heard in (30, 500))

    for order in ((early, late), (late, early), (late, late)):
        report(ports, *order)
        assert unfinished(ports) == [(film.upload_id, 500)]
    report(ports, a_report(ports, film, 560, position_seconds=950))
    report(ports, late)
    assert unfinished(ports) == []
    again = a_report(ports, film, 10, ago=15, position_seconds=10)
    report(ports, again)
    assert unfinished(ports) == [(film.upload_id, 10)]


def test_files_that_are_gone_are_not_to_be_gone_on_with(ports: Ports) -> None:
    film, gone = a_film(ports), a_film(ports)
    for file in (film, gone):
        report(ports, a_report(ports, file, position_seconds=9))
    delete_file(ports, ALICE, gone.upload_id)

    assert [file_id for file_id, _ in unfinished(ports)] == [film.upload_id]


def test_one_listen_is_deleted_with_the_position_that_it_left(ports: Ports) -> None:
    film, song = a_film(ports), a_song(ports)
    report(ports, a_report(ports, film, position_seconds=9, ago=99), a_report(ports, song))
    [listen] = [one for one in history_of(ports) if one.file_id == film.upload_id]

    with pytest.raises(ListenNotFound):
        delete_listen(ports, BOB, listen.listen_id)
    delete_listen(ports, ALICE, listen.listen_id)

    assert [one.file_id for one in history_of(ports)] == [song.upload_id]
    assert unfinished(ports) == []
    with pytest.raises(ListenNotFound):
        delete_listen(ports, ALICE, listen.listen_id)


def test_all_of_one_file_is_deleted(ports: Ports) -> None:
    film, song = a_film(ports), a_song(ports)
    report(ports, a_report(ports, film, position_seconds=9), a_report(ports, film, ago=9), a_report(ports, song))

    delete_history(ports, ALICE, film.upload_id)

    assert [one.file_id for one in history_of(ports)] == [song.upload_id]
    assert unfinished(ports) == []


def test_deleting_a_history_takes_all_of_it_and_no_one_elses(ports: Ports) -> None:
    song = a_song(ports, visibility="public")
    for caller in (ALICE, BOB):
        report(ports, a_report(ports, song, 150), caller=caller)

    for _ in range(2):
        delete_history(ports, ALICE)

    assert [len(history_of(ports, who)) for who in (ALICE, BOB)] == [0, 1]
    assert count_plays(ports, ALICE, song.upload_id) == 2  # a number without names


def test_a_deleted_file_takes_listens_positions_and_plays_with_it(ports: Ports, clock: Clock) -> None:
    film, song = a_film(ports), a_song(ports)
    for file in (film, song):
        report(ports, a_report(ports, file, 300, position_seconds=9))

    delete_file(ports, ALICE, film.upload_id)
    sweep_jobs(ports)

    assert [one.file_id for one in history_of(ports)] == [song.upload_id]
    assert ports.positions.list_unfinished("alice", 10) == []
    assert ports.listens.count_plays([film.upload_id, song.upload_id]) == {song.upload_id: 1}
    clock.pass_(8 * 86_400)
    sweep(ports)
    assert ports.records.get(film.upload_id) is None


def test_a_deletion_is_not_forgotten_before_the_history_knows(ports: Ports, clock: Clock) -> None:
    """The file's document waits, however long the sweeper of jobs is away."""
    song = a_song(ports)
    delete_file(ports, ALICE, song.upload_id)
    clock.pass_(30 * 86_400)
    sweep(ports)

    assert ports.records.get(song.upload_id)


@pytest.mark.parametrize(("keep_days", "left"), [(0, 3), (7, 3), (6, 2), (3, 2), (2, 1)])
def test_a_history_is_kept_as_long_as_the_settings_say(ports: Ports, keep_days: int, left: int) -> None:
    """To the second: what is exactly as old is kept."""
    film = a_film(ports)
    for days in (0, 3, 7):
        past = later(ports, days=-days)
        report(past, a_report(past, film, 300, ago=600, position_seconds=9))
    then = later(ports, seconds=-600)

    done = remove_old_listens(then, keep_days=keep_days)

    assert (len(history_of(ports)), done.listens) == (left, 3 - left)
    assert count_plays(ports, ALICE, film.upload_id) == 3


def test_old_positions_go_too_unless_it_may_not_go_on(ports: Ports) -> None:
    report(ports, a_report(ports, a_film(ports), 300, position_seconds=9))
    then = later(ports, days=30)

    assert remove_old_listens(then, lambda: False, keep_days=7).total == 0
    assert len(unfinished(ports)) == 1
    assert remove_old_listens(then, keep_days=7).positions == 1
    assert unfinished(ports) == []


def test_history_cannot_be_switched_on_where_there_is_none(ports: Ports) -> None:
    silent = replace(ports, features=Features())

    with pytest.raises(HistoryOff):
        set_history_on(silent, ALICE, True)
    set_history_on(silent, ALICE, False)


def test_only_counted_listens_of_public_files_are_learnt_from(ports: Ports) -> None:
    """Of people whose history is on, and of the newest listens of each."""
    public, private = a_song(ports, visibility="public"), a_song(ports)
    report(ports, *(a_report(ports, public, 150, ago=ago) for ago in (400, 500, 600)), a_report(ports, private, 150))
    report(ports, a_report(ports, public, 20), caller=BOB)
    since = ports.now() - WEEK

    [plays] = iter_public_plays(ports, since)

    assert [file.upload_id for _, file in plays] == [public.upload_id] * 3
    assert [one.heard_at for one, _ in plays] == sorted((one.heard_at for one, _ in plays), reverse=True)
    assert [len(plays) for plays in iter_public_plays(ports, since, most=2)] == [2]
    edit_file(ports, ALICE, public.upload_id, {"visibility": "private"})
    assert list(iter_public_plays(ports, since)) == []
    edit_file(ports, ALICE, public.upload_id, {"visibility": "public"})
    set_history_on(ports, ALICE, False)
    assert list(iter_public_plays(ports, since)) == []
