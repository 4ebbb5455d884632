"""A new file in the user's folder: reserved before its first byte, under its own name once it is whole."""

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from moodrop.errors import FileInTheWay

# Somebody else may be looking at what we have just made.
TRIES = 50
OURS = ".moodrop-{key}.part"
LONGEST_BYTES = 255
OPEN = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
# What a file system says that knows no second name for a file: those of memory cards, some of networks.
NO_LINKS = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


@dataclass
class Reservation:
    """A file that nobody else writes to. It has a name of ours until `publish`."""

    path: Path
    out: BinaryIO
    _folder: int
    _name: str

    def publish(self, *, replace: bool = False) -> None:
        """Give the file its own name. Raises FileInTheWay where somebody has taken that, unless told to replace it."""
        ours, final, folder = self._name, self.path.name, self._folder
        if replace:
            os.replace(ours, final, src_dir_fd=folder, dst_dir_fd=folder)
            return
        try:
            _link(folder, ours, final)
        except FileExistsError as error:
            raise FileInTheWay(f"{self.path} is in the way: it came there meanwhile") from error

    def discard(self) -> None:
        """Remove it under the name of ours, if it still has that."""
        with suppress(OSError):
            if _is_called(self._folder, self._name, self.out.fileno()):
                os.unlink(self._name, dir_fd=self._folder)


@contextmanager
def reserve(path: Path, *, replace: bool = False) -> Iterator[Reservation]:
    """Reserve a name, and yield a file for the bytes; it is gone afterwards, unless it was published.

    The folder is looked up once, and no link in it is followed. Raises OSError, and FileInTheWay where something
    has that name, or another program is about to.
    """
    # O_PATH: a folder that may be written to and not read will do.
    folder = os.open(path.parent, getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not replace and _exists(folder, path.name):
            raise FileInTheWay(f"{path} is in the way")
        name = _name_of_ours(path.name)
        descriptor = _take(folder, name, path)
        with os.fdopen(descriptor, "w+b", buffering=0) as out:
            reservation = Reservation(path, cast(BinaryIO, out), folder, name)
            try:
                yield reservation
            finally:
                reservation.discard()
    finally:
        os.close(folder)


def is_of_ours(name: str) -> bool:
    """Tell whether a file is one that is not whole yet."""
    before, _, key = name.removesuffix(".part").rpartition(".moodrop-")
    return name.endswith(".part") and bool(before) and len(key) == len(_key(""))


def _name_of_ours(final: str) -> str:
    """Return the same for the same name, so that two programs meet; no user calls a file so."""
    end = OURS.format(key=_key(final))
    return os.fsencode(final)[: LONGEST_BYTES - len(end)].decode(errors="ignore") + end


def _key(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:16]


def _take(folder: int, name: str, path: Path) -> int:
    """Make the file, and lock it for as long as it is open."""
    for _ in range(TRIES):
        try:
            descriptor = os.open(name, OPEN | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=folder)
        except FileExistsError:
            _remove_left(folder, name, path)
            continue
        if _is_locked(descriptor) and _is_called(folder, name, descriptor):
            return descriptor
        os.close(descriptor)
    raise FileInTheWay(f"{path} is in the way: another program is about to write it")


def _remove_left(folder: int, name: str, path: Path) -> None:
    """Remove what a program that was killed has left. Raises FileInTheWay where that is at work, or not of us."""
    try:
        descriptor = os.open(name, OPEN | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileInTheWay(f"{path.with_name(name)} is in the way: remove it") from error
    with os.fdopen(descriptor, "rb", buffering=0):
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode) or state.st_uid != os.geteuid():
            raise FileInTheWay(f"{path.with_name(name)} is in the way: remove it")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FileInTheWay(f"{path} is in the way: another program is about to write it") from error
        with suppress(FileNotFoundError):
            if _is_called(folder, name, descriptor):
                os.unlink(name, dir_fd=folder)


def _is_locked(descriptor: int) -> bool:
    """Lock it; True also where the file system knows no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _link(folder: int, ours: str, final: str) -> None:
    """Rename it, but never over another file."""
    try:
        os.link(ours, final, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        # An empty file of that name is ours for an instant, then replaced.
        os.close(os.open(final, OPEN | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=folder))
        os.replace(ours, final, src_dir_fd=folder, dst_dir_fd=folder)
    else:
        os.unlink(ours, dir_fd=folder)


def _exists(folder: int, name: str) -> bool:
    try:
        os.lstat(name, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


def _is_called(folder: int, name: str, descriptor: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.lstat(name, dir_fd=folder), os.fstat(descriptor))
    return False
