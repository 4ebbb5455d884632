"""ffmpeg and ffprobe for the tests, and media made by them."""

import os
import subprocess
from pathlib import Path

import pytest

from dev.cache import cache_dir
from dev.ffmpeg import find_ffmpeg
from worker.ffmpeg.locate import Ffmpeg


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    """The programs, as `need_ffmpeg` returns them."""
    return need_ffmpeg()


def need_ffmpeg() -> Ffmpeg:
    """Return the programs. Without them the test is skipped; in CI, which can fetch them, it fails."""
    programs = find_ffmpeg()
    if programs is None and os.environ.get("CI"):
        log = cache_dir() / "ffmpeg-install.log"
        pytest.fail(f"CI found no ffmpeg and could not fetch it:\n{log.read_text()[-1000:] if log.exists() else ''}")
    if programs is None:
        pytest.skip("no ffmpeg, and none could be fetched")
    return programs


def make_media(ffmpeg: Ffmpeg, path: Path, *arguments: str) -> Path:
    """Write a media file with these arguments of ffmpeg, and return its path."""
    command = [ffmpeg.ffmpeg, "-nostdin", "-y", "-loglevel", "error", *arguments, path]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=120)
    return path
