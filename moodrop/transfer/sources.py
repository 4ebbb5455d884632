"""What is sent: a file that several threads read from at once, without ever holding more than a chunk of it."""

import errno
import os
import select
import socket
import ssl
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Self, cast

from moodrop.errors import DiskFull, FileChanged, FileMissing, FileUnreadable
from moodrop.model import Source
from moodrop.reading.file_names import fingerprint_name, valid_name

CHUNK_BYTES = 1024 * 1024
# So much the kernel is asked to send at a time: between two, progress is told and a stop is looked at.
STEP_BYTES = 1024 * 1024
# What a file system says that has no way for it.
NOT_BY_KERNEL = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
STDIN = "-"
# O_PATH works even for a folder that may not be listed.
FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class State:
    """What tells that a file has been written to."""

    size_bytes: int
    modified_ns: int


@dataclass
class OpenSource:
    """An open file. `start` is where its bytes begin: a stream that was read from is sent from there."""

    source: Source
    name: str
    file: BinaryIO
    state: State
    start: int = 0
    is_path: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def size_bytes(self) -> int:
        return self.state.size_bytes - self.start

    @property
    def fingerprint(self) -> str | None:
        """What any device can work out again, to find the upload; None of a stream, which has no date."""
        if not self.is_path:
            return None
        return f"{fingerprint_name(self.name)}|{self.size_bytes}|{self.state.modified_ns // 1_000_000}"

    def read(self, offset: int, size_bytes: int) -> Iterator[bytes]:
        """Yield these bytes in chunks of up to 1 MiB. Raises FileChanged where the file ends before."""
        while size_bytes > 0:
            chunk = self._chunk(self.start + offset, min(CHUNK_BYTES, size_bytes))
            if not chunk:
                raise FileChanged(f"{self.name} became shorter while it was sent")
            offset, size_bytes = offset + len(chunk), size_bytes - len(chunk)
            yield chunk

    def piece(self, offset: int, size_bytes: int) -> "FilePiece":
        return FilePiece(self, offset, size_bytes)

    def _chunk(self, position: int, size_bytes: int) -> bytes:
        try:
            # At a position of its own: several threads read.
            return os.pread(self.file.fileno(), size_bytes, position)
        except OSError as error:
            raise FileUnreadable(f"{self.name}: {error.strerror}") from error

    def check_unchanged(self) -> None:
        """Raises FileChanged."""
        if self.is_path and _state(self.file) != self.state:
            raise FileChanged(f"{self.name} was changed while it was sent")

    def close(self) -> None:
        # Not a file that the caller has opened: those come as copies of it.
        self.file.close()


@dataclass(frozen=True, slots=True)
class FilePiece:
    """What one request carries of a source."""

    source: OpenSource
    offset: int
    size_bytes: int

    def chunks(self) -> Iterator[bytes]:
        """Raises FileChanged, FileUnreadable."""
        return self.source.read(self.offset, self.size_bytes)

    def send_to(self, sock: socket.socket, sent: Callable[[int], None]) -> None:
        """Send it by the kernel, where nothing has to be encrypted first; `sent` is told each step.

        Raises FileChanged, FileUnreadable, OSError of the socket, and what `sent` raises.
        """
        if isinstance(sock, ssl.SSLSocket) or not self._send_by_kernel(sock, sent):
            for chunk in self.chunks():
                sock.sendall(chunk)
                sent(len(chunk))

    def _send_by_kernel(self, sock: socket.socket, sent: Callable[[int], None]) -> bool:
        """False, and nothing sent, where the file's system does not let it."""
        start = position = self.source.start + self.offset
        end = start + self.size_bytes
        writable = select.poll()
        writable.register(sock, select.POLLOUT)
        while position < end:
            if not writable.poll((sock.gettimeout() or 0) * 1000 or None):
                raise TimeoutError
            try:
                step = os.sendfile(sock.fileno(), self.source.file.fileno(), position, min(STEP_BYTES, end - position))
            except BlockingIOError:
                continue
            except OSError as error:
                if position == start and error.errno in NOT_BY_KERNEL:
                    return False
                raise
            if not step:
                raise FileChanged(f"{self.source.name} became shorter while it was sent")
            position += step
            sent(step)
        return True


def open_source(source: Source, *, filename: str | None = None, within: Path | None = None) -> OpenSource:
    """Open the source of an upload; `-` is the standard input. Raises FileMissing, FileUnreadable, DiskFull.

    A path must lead to a regular file in the folder `within`, even through links.
    """
    if isinstance(source, str | Path) and str(source) != STDIN:
        return _open_path(source, filename, within)
    stream = sys.stdin.buffer if isinstance(source, str | Path) else source
    own_name = getattr(stream, "name", None)
    named = Path(own_name).name if isinstance(own_name, str) else ""
    name = valid_name(filename or (named if not named.startswith("<") else "") or "file")
    file = _spooled(stream, name)
    return OpenSource(source, name, file, _state(file))


def _open_path(source: str | Path, filename: str | None, within: Path | None) -> OpenSource:
    path = Path(source)
    try:
        file = cast(BinaryIO, _opened_within(path, within) if within else path.open("rb", buffering=0))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileMissing(f"{path}: no such file") from error
    except (OSError, ValueError) as error:
        raise FileUnreadable(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    name = valid_name(filename or path.name)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        with file:
            spooled = _spooled(file, name)
        return OpenSource(source, name, spooled, _state(spooled))
    return OpenSource(source, name, file, _state(file), is_path=True)


def _opened_within(path: Path, folder: Path) -> FileIO:
    """Open the target of the path's links step by step, so that a link swapped in the meantime is not followed."""
    # Path.resolve would raise RuntimeError for circular links before Python 3.13.
    root, target = (Path(os.path.realpath(each, strict=True)) for each in (folder, path))
    if not target.is_relative_to(root):
        raise FileUnreadable(f"{path} leads out of {folder}")
    *folders, name = target.relative_to(root).parts
    place = os.open(root, FOLDER)
    try:
        for each in folders:
            place, left = os.open(each, FOLDER | os.O_NOFOLLOW, dir_fd=place), place
            os.close(left)
        # No wait for the other end of a pipe.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        file = FileIO(os.open(name, flags, dir_fd=place))
    finally:
        os.close(place)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileUnreadable(f"{path} is not a regular file")
    return file


def _state(file: BinaryIO) -> State:
    now = os.fstat(file.fileno())
    return State(now.st_size, now.st_mtime_ns)


def _spooled(stream: BinaryIO, name: str) -> BinaryIO:
    """A copy on disk: its size has to be declared before the first byte goes, and a part may have to go twice."""
    copy = cast(BinaryIO, tempfile.TemporaryFile(prefix="moodrop-", buffering=0))  # noqa: SIM115  closed by the source
    try:
        while chunk := _read(stream, name):
            copy.write(chunk)
    except OSError as error:
        copy.close()
        raise DiskFull(f"{name} does not fit into {tempfile.gettempdir()}: {error.strerror}") from error
    except BaseException:
        copy.close()
        raise
    return copy


def _read(stream: BinaryIO, name: str) -> bytes:
    try:
        return stream.read(CHUNK_BYTES)
    except (OSError, ValueError) as error:
        raise FileUnreadable(f"{name} cannot be read: {error}") from error
