"""`moodrop sync` as cron runs it."""

import csv
import os
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from mutagen.id3 import TALB, TIT2, TPE1
from mutagen.wave import WAVE

from tests.cli.command import MIB, Command, until
from tests.e2e.weak_line import WeakLine

pytestmark = pytest.mark.real

AFile = Callable[..., Path]


def names(moodrop: Command, *options: object) -> list[str]:
    return sorted(row["filename"] for row in moodrop("ls", "--json", *options).rows)


def test_only_what_is_new_is_sent(moodrop: Command, a_file: AFile, line: WeakLine) -> None:
    """The second run prints nothing and sends nothing, so cron sends no mail."""
    a_file("music/a.mp3")
    a_file("music/deep/b.mp3", 17 * MIB)
    first = moodrop("sync", "music", "--mood", "happy")
    line.requests.clear()

    second = moodrop("sync", "music", "--mood", "happy")
    a_file("music/c.mp3")
    third = moodrop("sync", "music", "--mood", "happy")

    assert (0, 2) == (first.code, len(first.lines)), first.err
    assert (0, "", "") == (second.code, second.out, second.err)
    assert ["music/c.mp3"] == [line.split("\t")[1] for line in third.lines]
    assert 1 == len(line.requests)
    assert ["a.mp3", "b.mp3", "c.mp3"] == names(moodrop, "--mood", "happy")


@pytest.mark.parametrize("command", [["sync", "music"], ["upload", "music/song.wav"]])
def test_what_a_song_says_of_itself_is_sent_along(moodrop: Command, command: list[str]) -> None:
    """And shown: to people as 1:05, with --json in seconds."""
    song = moodrop.home / "music" / "song.wav"
    song.parent.mkdir()
    with wave.open(str(song), "wb") as out:
        out.setparams((1, 1, 1000, 0, "NONE", "not compressed"))
        out.writeframes(bytes(65_250))
    tagged = WAVE(song)
    tagged.add_tags()
    assert tagged.tags is not None
    for frame in (TIT2(text=["Tönë"]), TPE1(text=["Moody"]), TALB(text=["Blå"])):
        tagged.tags.add(frame)
    tagged.save()

    assert 0 == moodrop(*command).code

    (shown,) = moodrop("ls").lines
    assert ["Tönë", "Moody", "Blå", "1:05", "song.wav"] == shown.split("\t")[3:]
    (row,) = moodrop("ls", "--json").rows
    assert ("Tönë", "Moody", "Blå", 65.25) == tuple(
        row[name] for name in ("title", "artist", "album", "duration_seconds")
    )
    (cells,) = csv.DictReader(moodrop("ls", "--csv").lines)
    assert ("Blå", "65.25") == (cells["album"], cells["duration_seconds"])


def test_a_changed_file_is_sent_again(moodrop: Command, a_file: AFile) -> None:
    """Even if the size is the same and the date older, as after `cp -p`."""
    song = a_file("music/a.mp3")
    moodrop("sync", "music")
    long_ago = song.stat().st_mtime - 86_400

    song.write_bytes(os.urandom(1000))
    os.utime(song, (long_ago, long_ago))
    ran = moodrop("sync", "music")

    assert 1 == len(ran.lines)
    assert song.read_bytes() == moodrop.file(ran.lines[0].split("\t")[0])
    assert [] == moodrop("sync", "music").lines


def test_what_was_renamed_or_given_another_mood_is_not_sent_again(moodrop: Command, a_file: AFile) -> None:
    """Here or on the server: the bytes are already stored."""
    song = a_file("music/a.mp3")
    ran = moodrop("sync", "music", "--mood", "happy")
    moodrop("edit", ran.lines[0].split("\t")[0], "--mood", "sad")

    song.rename(song.with_name("b.mp3"))

    assert (0, "") == ((again := moodrop("sync", "music", "--mood", "happy")).code, again.out)


def test_a_run_that_was_killed_is_gone_on_with(moodrop: Command, a_file: AFile, line: WeakLine) -> None:
    """The next run sends the rest, and no stored part twice."""
    a_file("music/film.mp4", 40 * MIB)
    line.hold_after(20 * MIB)
    running = moodrop.start("sync", "music", "--parallel", 1)
    until(lambda: line.is_blocked)
    running.kill()
    running.communicate(timeout=60)
    line.restore()
    line.requests.clear()

    ran = moodrop("sync", "music")

    assert (0, 1) == (ran.code, len(ran.lines)), ran.err
    assert not any("partNumber=1&" in request for request in line.requests)
    assert [] == moodrop("status").lines


def test_two_runs_at_once_send_nothing_twice(moodrop: Command, a_file: AFile, line: WeakLine) -> None:
    """The second run exits with 3: try again later."""
    a_file("music/film.mp4", 40 * MIB)
    line.hold_after(20 * MIB)
    running = moodrop.start("sync", "music")
    until(lambda: line.is_blocked)

    second = moodrop("sync", "music")
    line.release()
    running.communicate(timeout=60)

    assert (3, "", 1) == (second.code, second.out, len(second.err.splitlines()))
    assert (0, ["film.mp4"]) == (running.returncode, names(moodrop))


def test_what_is_left_out_is_said_when_it_changes(moodrop: Command, a_file: AFile) -> None:
    """Skipped pictures beside songs are no failure, and cause no mail every night."""
    a_file("music/a.mp3")
    a_file("music/run.exe")
    a_file("music/.a.mp3.swp")
    (a_file("music/b.mp3").parent / "broken.mp3").symlink_to("gone")
    (moodrop.home / "music" / "linked").symlink_to("..")
    os.mkfifo(moodrop.home / "music" / "pipe.mp3")

    first, second, verbose = (moodrop("sync", "music", *more) for more in ((), (), ("-v",)))
    a_file("music/other.exe")
    changed = moodrop("sync", "music", "--json")

    assert (0, 2, 5) == (first.code, len(first.lines), len(first.err.splitlines()))
    assert (0, "", "") == (second.code, second.out, second.err)
    assert (first.err, "") == (verbose.err, verbose.out)
    reasons = {"broken_link": 1, "content_type": 2, "hidden": 1, "linked_folder": 1, "special": 1}
    assert [{"left_out": reasons}] == changed.rows


def test_songs_whose_names_begin_with_dots_are_sent(moodrop: Command, a_file: AFile) -> None:
    """But no hidden files."""
    for name in ("...And Patience/01 Opener.mp3", ".38 Reasons.mp3", "._01 Opener.mp3", ".git/a.mp3", "@eaDir/b.mp3"):
        a_file(f"music/{name}")

    ran = moodrop("sync", "music", "--json")

    assert {"left_out": {"hidden": 3}} == ran.rows[0]
    assert {"01 Opener.mp3", ".38 Reasons.mp3"} == {row["file"]["filename"] for row in ran.rows[1:]}


@pytest.mark.parametrize("command", [["sync", "music", "--public"], ["upload", "-r", "music", "--public"]])
def test_a_link_out_of_the_folder_is_not_followed(moodrop: Command, a_file: AFile, command: list[str]) -> None:
    """Somebody else may have put it there, so it is reported. Links inside are followed; pipes are not opened."""
    for name in (".ssh/id.mp3", "elsewhere/b.mp3", "music/deep/a.mp3", "music/.hidden/c.mp3"):
        a_file(name)
    music = moodrop.home / "music"
    (music / "holiday.mp3").symlink_to("../.ssh/id.mp3")
    (music / "deep" / "hidden.mp3").symlink_to("../.hidden/c.mp3")
    (music / "folder").symlink_to("../elsewhere")
    (music / "inside.mp3").symlink_to("deep/a.mp3")
    (music / "notes.txt").symlink_to("/etc/passwd")
    os.mkfifo(music / "pipe.mp3")

    ran = moodrop(*command)
    followed = moodrop(*command, "--follow-links")

    assert (0, {"music/deep/a.mp3", "music/inside.mp3"}) == (ran.code, {line.split("\t")[1] for line in ran.lines})
    assert "left out 2 links that lead out of the folder: --follow-links" in ran.err
    sent = {line.split("\t")[1] for line in followed.lines}
    assert {"music/holiday.mp3", "music/deep/hidden.mp3"} <= sent
    assert not any("folder/" in path for path in sent)


def test_a_folder_that_is_not_there_is_told(moodrop: Command) -> None:
    ran = moodrop("sync", "nowhere")

    assert 2 == ran.code
    assert "nowhere" in ran.err.splitlines()[-1]


def test_the_cache_is_this_users_alone_and_no_link_in_it_is_followed(moodrop: Command, a_file: AFile) -> None:
    """A link there is neither emptied nor trusted, and an older folder becomes private."""
    a_file("music/a.mp3")
    moodrop("sync", "music")
    cache, precious = moodrop.home / ".cache" / "moodrop", moodrop.home / "precious"
    precious.write_text("my only copy")
    cache.chmod(0o755)
    for path in list(cache.iterdir()):
        path.unlink()
        path.symlink_to(precious)

    ran = moodrop("sync", "music")

    assert (0, "") == (ran.code, ran.out), ran.err
    assert "my only copy" == precious.read_text()
    assert 0 == (cache.stat().st_mode & 0o077)
    (digests,) = [path for path in cache.iterdir() if not path.is_symlink()]
    assert (".json", 0) == (digests.suffix, digests.stat().st_mode & 0o077)


def test_a_cache_that_is_broken_is_made_anew(moodrop: Command, a_file: AFile) -> None:
    a_file("music/a.mp3")
    moodrop("sync", "music")
    stored = [path for path in (moodrop.home / ".cache" / "moodrop").iterdir() if path.suffix == ".json"]
    for path in stored:
        path.write_text('{"sha256')

    ran = moodrop("sync", "music")

    assert (0, "", "") == (ran.code, ran.out, ran.err)
    assert 1 == len(stored)
