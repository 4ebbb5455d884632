"""The command in front of a person: progress bars and Ctrl-C."""

import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import MIB, Command, until
from tests.cli.terminal import Terminal
from tests.e2e.weak_line import WeakLine

pytestmark = pytest.mark.real

AFile = Callable[..., Path]
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"  # the cursor


def part_numbers(line: WeakLine) -> set[int]:
    """Return the numbers of the parts whose sending has begun."""
    matches = (re.match(r"PUT .*[?&]partNumber=(\d+)", request) for request in line.requests)
    return {int(match[1]) for match in matches if match}


def test_a_bar_shows_how_far_it_is(
    moodrop: Command, terminal: Callable[..., Terminal], a_file: AFile, line: WeakLine
) -> None:
    """When the bar disappears, the result stays."""
    a_file("film.mp4", 40 * MIB)
    line.hold_after(20 * MIB)

    at = terminal("upload", "film.mp4", "--parallel", 1)
    at.read_until(lambda shown: re.search(r"(1[6-9]|2\d)\.\d/40\.0 MiB", shown) is not None)
    line.release()

    assert 0 == at.finish()
    assert "Uploading film.mp4" in at.shown
    assert re.search(r"[0-9A-HJKMNP-TV-Z]{26}\s+film\.mp4", at.shown)
    assert at.shown.rfind(SHOW) > at.shown.rfind(HIDE)


def test_many_files_have_one_bar_and_a_line_each(
    moodrop: Command, terminal: Callable[..., Terminal], a_file: AFile
) -> None:
    for number in range(20):
        a_file(f"many/{number}.mp3")

    at = terminal("upload", "-r", "many")

    assert 0 == at.finish()
    assert "Uploading 20 files" in at.shown
    assert {f"many/{number}.mp3" for number in range(20)} == set(re.findall(r"many/\d+\.mp3", at.shown))


def test_no_bar_in_json_nor_on_a_dumb_terminal(
    moodrop: Command, terminal: Callable[..., Terminal], a_file: AFile
) -> None:
    a_file("a.mp3")

    for at in (terminal("upload", "a.mp3", "--json"), terminal("upload", "a.mp3", TERM="dumb")):
        assert 0 == at.finish()
        assert "\x1b" not in at.shown


def test_ctrl_c_ends_it_at_once_and_the_next_run_goes_on(
    moodrop: Command, terminal: Callable[..., Terminal], a_file: AFile, line: WeakLine
) -> None:
    """It dies of SIGINT, so that a shell's loop ends too."""
    film = a_file("film.mp4", 70 * MIB)
    line.hold_after(36 * MIB)
    at = terminal("upload", "film.mp4", "--parallel", 1)
    at.read_until(lambda shown: "Uploading" in shown)
    until(lambda: line.is_blocked)

    at.type("\x03")

    assert -signal.SIGINT == at.finish()
    assert "the same command resumes the upload" in at.shown
    assert "Traceback" not in at.shown
    assert at.shown.rfind(SHOW) > at.shown.rfind(HIDE)

    line.restore()
    stored = {part["part_number"] for part in moodrop("status", "--json").rows[0]["stored_parts"]}
    line.requests.clear()
    ran = moodrop("upload", "film.mp4")
    sent = part_numbers(line)

    assert {1, 2} == stored
    assert {3, 4, 5} == sent
    assert film.read_bytes() == moodrop.file(ran.lines[0].split("\t")[0])


def test_ctrl_c_of_a_download_leaves_no_whole_name(
    moodrop: Command, terminal: Callable[..., Terminal], a_file: AFile, line: WeakLine
) -> None:
    a_file("film.mp4", 40 * MIB)
    file_id = moodrop("upload", "film.mp4").lines[0].split("\t")[0]
    line.requests.clear()
    line.hold_after(1)  # the first of three ranges

    at = terminal("get", file_id, "-o", "there", "--parallel", 1)
    until(lambda: len(line.requests) > 1)
    at.type("\x03")

    assert -signal.SIGINT == at.finish()
    assert "Traceback" not in at.shown
    assert not (moodrop.home / "there" / "film.mp4").exists()

    line.restore()
    assert 0 == moodrop("get", file_id, "-o", "there").code
    assert ["film.mp4"] == [path.name for path in (moodrop.home / "there").iterdir()]


def test_names_move_no_cursor(moodrop: Command, terminal: Callable[..., Terminal], a_file: AFile) -> None:
    """The terminal shows control characters in names as text."""
    name = "\x1b[2J\rcleared.mp3"
    a_file(name)

    at = terminal("upload", name)

    assert 0 == at.finish()
    assert "\x1b[2J" not in at.shown
    assert "cleared.mp3" in at.shown
