"""Keeps data, credentials and logs private to this user on a shared machine."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO

from dev.errors import LauncherError

OTHERS = 0o077
OTHERS_MAY_WRITE = 0o022
# A process has one umask, and can read it only by setting it.
os.umask(GIVEN := os.umask(OTHERS))
# Others may read built files if the user's own umask allows it, and never change them.
BUILD_UMASK = GIVEN | OTHERS_MAY_WRITE


def private_folder(path: Path) -> Path:
    """Make the folder for this user only. An existing folder and its contents become private."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    take_away(path, OTHERS)
    return path


def private_log(path: Path) -> IO[bytes]:
    """Open an empty log that only this user may read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    os.fchmod(descriptor, 0o600)  # for an existing log
    return os.fdopen(descriptor, "wb")


def private_file(path: Path) -> IO[str]:
    """Open a private file for reading and appending; make it if it is missing."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "a+", encoding="utf-8")


def take_away(folder: Path, rights: int) -> None:
    """Take these rights from a folder and, if it had them, from its contents. Raises LauncherError."""
    if not folder.stat().st_mode & rights:
        return
    try:
        _take_away(folder.resolve(), rights)
        for place, folders, files in os.walk(folder):
            for name in folders + files:
                with suppress(FileNotFoundError):
                    _take_away(Path(place, name), rights)
    except OSError as error:
        raise LauncherError(f"{folder} is open to other users: fix its owner (`chown`), or remove it.") from error


def _take_away(path: Path, rights: int) -> None:
    mode = path.lstat().st_mode
    if mode & rights and not stat.S_ISLNK(mode):
        path.chmod(stat.S_IMODE(mode) & ~rights)
