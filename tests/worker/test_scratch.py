"""Scratch: a folder for each job, gone with the job or with the worker."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from dev.project import ROOT
from worker.job.errors import JobFailed, NoRoom
from worker.job.scratch import LEAST_BYTES, Scratch

GIB = 1024**3


@pytest.fixture
def scratch_of(tmp_path: Path) -> Iterator[Callable[[int], Scratch]]:
    """Make the scratch of a process, with a limit in bytes."""
    with ExitStack() as stack:
        yield lambda limit_bytes: stack.enter_context(closing(Scratch(tmp_path, limit_bytes)))


def jobs_in(root: Path) -> list[Path]:
    return list(root.glob("moodrop-worker-*/worker-*/job-*"))


def test_a_folder_is_removed_with_all_that_is_in_it(scratch_of: Callable[[int], Scratch], tmp_path: Path) -> None:
    scratch = scratch_of(GIB)

    with suppress(JobFailed), scratch.folder(10) as folder:
        (folder / "out").mkdir()
        (folder / "out" / "720.mp4").write_bytes(b"half a film")
        raise JobFailed("crashed")

    assert jobs_in(tmp_path) == []


def test_only_this_user_can_enter_it(scratch_of: Callable[[int], Scratch], tmp_path: Path) -> None:
    """The originals are private files."""
    with scratch_of(GIB).folder(10) as folder:
        assert folder.parent.stat().st_mode & 0o077 == 0
        assert folder.parent.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_somebody_else_put_there_is_refused(scratch_of: Callable[[int], Scratch], tmp_path: Path) -> None:
    """In a temporary folder that all share, a link would lead the originals to a place of its maker's choice."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"moodrop-worker-{os.getuid()}").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(SystemExit, match="WORKER_SCRATCH"):
        scratch_of(GIB)


def test_jobs_that_do_not_fit_beside_each_other_wait(scratch_of: Callable[[int], Scratch], tmp_path: Path) -> None:
    scratch = scratch_of(4 * LEAST_BYTES)

    with scratch.folder(LEAST_BYTES):
        with pytest.raises(NoRoom), scratch.folder(LEAST_BYTES):
            pass
        with scratch.folder(10):
            assert not scratch.has_room()
    with scratch.folder(LEAST_BYTES):
        pass


def test_a_job_that_never_fits_fails(scratch_of: Callable[[int], Scratch], tmp_path: Path) -> None:
    """Otherwise it would be claimed and given back for ever."""
    with pytest.raises(JobFailed, match="too_large"), scratch_of(LEAST_BYTES).folder(LEAST_BYTES):
        pass


def test_nothing_starts_on_a_disk_that_is_full(
    scratch_of: Callable[[int], Scratch], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = scratch_of(GIB)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=LEAST_BYTES - 1))

    assert not scratch.has_room()
    with pytest.raises(NoRoom), scratch.folder(10):
        pass


HOLD = """
import sys, time
from pathlib import Path
from worker.job.scratch import Scratch
scratch = Scratch(Path(sys.argv[1]), 1 << 30)
with scratch.folder(10) as folder:
    (folder / "original").write_bytes(b"private")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_the_next_start_removes_what_a_killed_worker_left(scratch_of: Callable[[int], Scratch], tmp_path: Path) -> None:
    """And nothing of a worker that lives."""
    living, killed = (
        subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, cwd=ROOT) for _ in range(2)
    )
    try:
        for process in (living, killed):
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert len(jobs_in(tmp_path)) == 2

        scratch_of(GIB)

        assert len(jobs_in(tmp_path)) == 1
    finally:
        for process in (living, killed):
            process.kill()
            process.communicate()
