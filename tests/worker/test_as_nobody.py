"""The sandbox where the worker is not root: whoever has no rights to lose must be confined all the same."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dev.project import ROOT
from tests.helpers.landlock import needs_landlock
from worker.ffmpeg.locate import Ffmpeg

pytestmark = [pytest.mark.real, needs_landlock]
USER = "nobody"
HOSTILE_FILES = [ROOT / "tests/worker" / f"test_hostile_{name}.py" for name in ("files", "containers")]


def run_as_nobody(command: list[Any], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        user=USER,
        group=pwd.getpwnam(USER).pw_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others can enter: pytest's own ones are closed to them."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.torture("every hostile file, as nobody")
@pytest.mark.timeout(900)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_hostile_files_reach_nothing(ffmpeg: Ffmpeg, folder: Path) -> None:
    programs = {f"{path.name.upper()}_BIN": shutil.copy(path, folder) for path in (ffmpeg.ffmpeg, ffmpeg.ffprobe)}
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        **{key: str(path) for key, path in programs.items()},
    }
    try:
        run_as_nobody([sys.executable, "-c", "import PIL"], environment).check_returncode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("others may not run this Python")
    tests = folder / "tests"
    tests.mkdir()
    shutil.chown(tests, USER)
    options = ["-q", "-p", "no:cacheprovider", "--basetemp", tests / "all"]

    done = run_as_nobody([sys.executable, "-m", "pytest", *options, *HOSTILE_FILES], environment)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "passed" in done.stdout.splitlines()[-1]
    assert "skipped" not in done.stdout.splitlines()[-1], done.stdout[-2000:]
