"""Lists, edits and deletes through the client, against the real service."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from moodrop import Client
from moodrop.errors import NotFound, PreconditionFailed, TooLarge, UnsupportedType
from tests.client.recording import MIB, RecordingTransport

pytestmark = pytest.mark.real


def test_a_list_goes_on_over_all_pages(moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path]) -> None:
    """Each page is fetched only when it is needed."""
    paths = [a_file(f"{number}.mp3", 1) for number in range(250)]
    made = {result.file.file_id for result in moodrop.upload_many(paths) if result.file}
    wire.sent.clear()

    files = moodrop.iter_files()
    next(files)
    assert len(wire.calls) == 1
    rest = {file.file_id for file in files}

    assert len(made) == 250
    assert len(rest) == 249
    assert rest < made
    assert len(wire.calls) == 2


def test_a_list_is_of_what_was_asked_for(moodrop: Client, a_file: Callable[..., Path]) -> None:
    happy = moodrop.upload(a_file(), mood="happy", title="Été", tags=("live",))
    sad = moodrop.upload(a_file(), mood="sad", title="Zoo")

    assert [file.file_id for file in moodrop.iter_files(mood="happy")] == [happy.file_id]
    assert [file.file_id for file in moodrop.iter_files(q="ete")] == [happy.file_id]
    assert [file.file_id for file in moodrop.iter_files(tag="live", content_type="audio/*")] == [happy.file_id]
    assert [file.title for file in moodrop.iter_files(sort="title")] == ["Été", "Zoo"]
    assert list(moodrop.iter_files(sort="oldest"))[-1] == sad


def test_an_edit_changes_what_is_named(moodrop: Client, a_file: Callable[..., Path]) -> None:
    file = moodrop.upload(a_file(), mood="happy", title="T")

    edited = moodrop.edit_file(file.file_id, mood=None, tags=["a"])

    assert (edited.mood, edited.title, edited.tags) == (None, "T", ("a",))


def test_a_cover_is_set_replaced_and_taken_away(moodrop: Client, a_file: Callable[..., Path]) -> None:
    """The answer is the song. A file that is no picture is refused, and the cover stays."""
    song = moodrop.upload(a_file(), title="T")

    first = moodrop.set_cover(song.file_id, a_file("a.png"))
    second = moodrop.set_cover(song.file_id, a_file("b"), content_type="image/webp")
    with pytest.raises(UnsupportedType):
        moodrop.set_cover(song.file_id, a_file("c.mp3"))
    with pytest.raises(TooLarge):
        moodrop.set_cover(song.file_id, a_file("d.png", 2 * MIB + 1))

    assert first == replace(song, cover_id=first.cover_id, revision=2)
    assert second == replace(song, cover_id=second.cover_id, revision=3)
    assert None is not first.cover_id != second.cover_id
    assert moodrop.get_file(song.file_id) == second
    assert list(moodrop.iter_files()) == [second]
    assert list(moodrop.iter_uploads()) == []
    for _ in range(2):
        moodrop.remove_cover(song.file_id)
    assert moodrop.get_file(song.file_id) == replace(song, revision=4)


def test_an_edit_of_an_older_state_is_refused(moodrop: Client, a_file: Callable[..., Path]) -> None:
    """For example the state in an old list."""
    moodrop.upload(a_file())
    (file,) = moodrop.iter_files()

    edited = moodrop.edit_file(file.file_id, revision=file.revision, mood="sad")
    with pytest.raises(PreconditionFailed):
        moodrop.edit_file(file.file_id, revision=file.revision, mood="happy")

    assert moodrop.get_file(file.file_id) == edited


def test_a_file_is_deleted_once_and_for_all(moodrop: Client, a_file: Callable[..., Path]) -> None:
    """Deleting it again succeeds."""
    file = moodrop.upload(a_file())

    moodrop.delete_file(file.file_id)
    moodrop.delete_file(file.file_id)

    with pytest.raises(NotFound):
        moodrop.get_file(file.file_id)


def test_the_session_tells_who_and_what(moodrop: Client) -> None:
    session = moodrop.whoami()

    assert (session.auth_mode, "uploads:write" in session.scopes) == ("jwt", True)
    assert "happy" in session.limits.moods
    assert session.owner
