"""The user's cache folder, where fetched and built programs stay under their pinned versions."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dev import children
from dev.errors import LauncherError
from dev.private import OTHERS_MAY_WRITE, private_file, take_away


def cache_dir() -> Path:
    """Return `$XDG_CACHE_HOME/moodrop`, by default `~/.cache/moodrop`, and create it.

    Source: https://specifications.freedesktop.org/basedir-spec (a relative path is ignored).
    """
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        base = Path.home() / ".cache"
    path = base / "moodrop"
    path.mkdir(mode=0o755, parents=True, exist_ok=True)
    # The cache contains programs that this user runs.
    take_away(path, OTHERS_MAY_WRITE)
    return path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file. A second process waits until the first is done."""
    with private_file(path) as file:
        while not _try_lock(file):
            if children.is_refusing():
                raise LauncherError("The launcher is stopping.")
            time.sleep(0.1)
        yield


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def build_once(name: str, build: Callable[[Path], None]) -> Path:
    """Return the folder `name` of the cache; call `build` to fill it if it is absent.

    `build` fills a folder with a temporary name, which is renamed when it is complete, so a folder with the final
    name is always complete, even after a crash. If two callers come at once, only one builds.
    """
    final = cache_dir() / name
    if final.is_dir():
        return final
    with locked(cache_dir() / f"{name}.lock"):
        if not final.is_dir():
            _build(final, build)
    return final


def _build(final: Path, build: Callable[[Path], None]) -> None:
    prefix = f".{final.name}-unfinished-"
    for stale in final.parent.glob(f"{prefix}*"):  # left by a killed build; we hold the lock
        shutil.rmtree(stale, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix=prefix, dir=final.parent))
    try:
        build(unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(final)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
