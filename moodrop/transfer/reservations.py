"""Makes new files in the user's folder: reserved before the first byte, and named once they are complete."""

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

# Another program may be checking the file that was just made.
TRIES = 50
PARTIAL_NAME = ".moodrop-{key}.part"
LONGEST_BYTES = 255
OPEN = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
# Errors of file systems without hard links: those of memory cards, and some network file systems.
NO_LINKS = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


@dataclass
class Reservation:
    """A file that no other program writes to. It has a temporary name until `publish`."""

    path: Path
    out: BinaryIO
    _folder: int
    _name: str

    def publish(self, *, replace: bool = False) -> None:
        """Give the file its final name. Raises FileInTheWay if the name is taken, unless told to replace."""
        final = self.path.name
        if replace:
            os.replace(self._name, final, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            return
        try:
            _link(self._folder, self._name, final)
        except FileExistsError as error:
            raise FileInTheWay(f"{self.path} is in the way: it appeared in the meantime") from error

    def discard(self) -> None:
        """Remove the file if it still has its temporary name."""
        with suppress(OSError):
            if _is_called(self._folder, self._name, self.out.fileno()):
                os.unlink(self._name, dir_fd=self._folder)


@contextmanager
def reserve(path: Path, *, replace: bool = False) -> Iterator[Reservation]:
    """Reserve a name and yield a file for the bytes, which is removed afterwards unless it was published.

    The folder is opened once, and no link in it is followed. Raises OSError, and FileInTheWay if the name exists or
    another program has reserved it.
    """
    # O_PATH works even for a folder that is writable but not readable.
    folder = os.open(path.parent, getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not replace and _exists(folder, path.name):
            raise FileInTheWay(f"{path} is in the way")
        name = _partial_name(path.name)
        descriptor = _take(folder, name, path)
        with os.fdopen(descriptor, "w+b", buffering=0) as out:
            reservation = Reservation(path, cast(BinaryIO, out), folder, name)
            try:
                yield reservation
            finally:
                reservation.discard()
    finally:
        os.close(folder)


def is_partial_download(name: str) -> bool:
    """Return whether a file is an incomplete download."""
    before, _, key = name.removesuffix(".part").rpartition(".moodrop-")
    return name.endswith(".part") and bool(before) and len(key) == len(_key(""))


def _partial_name(final: str) -> str:
    """Return the temporary name, the same for the same name, so that two programs meet; no user would choose it."""
    end = PARTIAL_NAME.format(key=_key(final))
    return os.fsencode(final)[: LONGEST_BYTES - len(end)].decode(errors="ignore") + end


def _key(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:16]


def _take(folder: int, name: str, path: Path) -> int:
    """Make the file, and lock it while it is open."""
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
    """Remove the file of a killed program. Raises FileInTheWay if the program still runs or the file is not ours."""
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
    """Lock the file; return whether that worked, and True if the file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _link(folder: int, partial: str, final: str) -> None:
    """Rename the file, but never over another file."""
    try:
        os.link(partial, final, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        # Reserve the name with an empty file, then replace that file.
        os.close(os.open(final, OPEN | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=folder))
        os.replace(partial, final, src_dir_fd=folder, dst_dir_fd=folder)
    else:
        os.unlink(partial, dir_fd=folder)


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
