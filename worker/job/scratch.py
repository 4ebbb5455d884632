"""Folders for the files of running jobs, removed with the job, or at the next start if the worker was killed."""

import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from worker.job.errors import JobFailed, NoRoom

_PREFIX = "worker-"
_LOCK = "lock"
ROOM = 3  # times the size of the original, at least
LEAST_BYTES = 64 * 1024 * 1024


class Scratch:
    """The scratch of one process: a folder that only this user can enter, locked for as long as the process lives."""

    def __init__(self, root: Path | None, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._reserved = 0
        self._mutex = threading.Lock()
        self._root = _private(Path(root or tempfile.gettempdir(), f"moodrop-worker-{os.getuid()}"))
        with _locked(self._root / _LOCK, fcntl.LOCK_EX):
            _remove_leftovers(self._root)
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._root))
            # Linux releases the lock when the process ends, however it ends.
            self._lock = _lock(self._folder / _LOCK, fcntl.LOCK_EX)

    def has_room(self) -> bool:
        """Return whether a small job could start."""
        with self._mutex:
            return self._fits(LEAST_BYTES)

    @contextmanager
    def folder(self, size_bytes: int, out_bytes: int = 0) -> Iterator[Path]:
        """Make a folder for a job on an original of that size that makes so much of it; remove it at the end.

        Raises NoRoom, or JobFailed if there never will be room.
        """
        reserved = max(ROOM * size_bytes, size_bytes + out_bytes, LEAST_BYTES)
        if reserved > self._limit:
            raise JobFailed("too_large", f"it needs {reserved} bytes of scratch, and WORKER_SCRATCH_BYTES is less")
        with self._mutex:
            if not self._fits(reserved):
                raise NoRoom
            self._reserved += reserved
        folder = Path(tempfile.mkdtemp(prefix="job-", dir=self._folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with self._mutex:
                self._reserved -= reserved

    def close(self) -> None:
        """Remove all of it: the process ends."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.close()

    def _fits(self, size_bytes: int) -> bool:
        free = shutil.disk_usage(self._folder).free
        return self._reserved + size_bytes <= self._limit and size_bytes <= free


def _private(root: Path) -> Path:
    """Return the folder, made for this user alone. Raises SystemExit if it is another's."""
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = root.lstat()
        if not root.is_dir() or root.is_symlink() or about.st_uid != os.getuid():
            raise SystemExit(f"The worker cannot use {root}: it is not a folder of this user. Set WORKER_SCRATCH.")
        root.chmod(0o700)
    except OSError as error:
        raise SystemExit(f"The worker cannot use {root}: {error.strerror}. Set WORKER_SCRATCH.") from error
    return root


def _remove_leftovers(root: Path) -> None:
    """Remove the folders of processes that have ended: nobody locks them any more."""
    for folder in root.glob(f"{_PREFIX}*"):
        with suppress(BlockingIOError, FileNotFoundError), _locked(folder / _LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    with _lock(path, how):
        yield


def _lock(path: Path, how: int) -> IO[bytes]:
    file = path.open("ab")
    try:
        fcntl.flock(file, how)
    except OSError:
        file.close()
        raise
    return file
