"""Sources of uploads: open files that several threads read at once, each holding at most one chunk in memory."""

import errno
import os
import select
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self

from moodrop.errors import FileChanged, FileUnreadable
from moodrop.model import Source
from moodrop.reading.file_names import fingerprint_name

CHUNK_BYTES = 1024 * 1024
# The kernel sends this much at a time; between two steps, progress is reported and cancellation is checked.
STEP_BYTES = 1024 * 1024
# Errors of file systems that do not support sendfile.
NOT_BY_KERNEL = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


@dataclass(frozen=True, slots=True)
class State:
    """The size and time of a file, which change when it is written to."""

    size_bytes: int
    modified_ns: int


@dataclass
class OpenSource:
    """An open file. `start` is where its bytes begin: a stream is sent from its current position."""

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
        """What any device can compute again to find the upload; None for a stream, which has no date."""
        if not self.is_path:
            return None
        return f"{fingerprint_name(self.name)}|{self.size_bytes}|{self.state.modified_ns // 1_000_000}"

    def read(self, offset: int, size_bytes: int) -> Iterator[bytes]:
        """Yield these bytes in chunks of up to 1 MiB. Raises FileChanged if the file ends before."""
        while size_bytes > 0:
            chunk = self._chunk(self.start + offset, min(CHUNK_BYTES, size_bytes))
            if not chunk:
                raise FileChanged(f"{self.name} became shorter while it was sent")
            offset += len(chunk)
            size_bytes -= len(chunk)
            yield chunk

    def piece(self, offset: int, size_bytes: int) -> "FilePiece":
        return FilePiece(self, offset, size_bytes)

    def _chunk(self, position: int, size_bytes: int) -> bytes:
        try:
            # pread has its own position, because several threads read.
            return os.pread(self.file.fileno(), size_bytes, position)
        except OSError as error:
            raise FileUnreadable(f"{self.name}: {error.strerror}") from error

    def raise_if_changed(self) -> None:
        """Raise FileChanged if the file was written to since it was opened."""
        if self.is_path and state_of(self.file) != self.state:
            raise FileChanged(f"{self.name} was changed while it was sent")

    def close(self) -> None:
        # This is never the caller's own file: streams are copied.
        self.file.close()


@dataclass(frozen=True, slots=True)
class FilePiece:
    """The bytes of a source that one request carries."""

    source: OpenSource
    offset: int
    size_bytes: int

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes. Raises FileChanged, FileUnreadable."""
        return self.source.read(self.offset, self.size_bytes)

    def send_to(self, sock: socket.socket, on_sent: Callable[[int], None]) -> None:
        """Send the piece, with the kernel unless it has to be encrypted; call `on_sent` after each step.

        Raises FileChanged, FileUnreadable, OSError of the socket, and what `on_sent` raises.
        """
        if isinstance(sock, ssl.SSLSocket) or not self._send_by_kernel(sock, on_sent):
            for chunk in self.chunks():
                sock.sendall(chunk)
                on_sent(len(chunk))

    def _send_by_kernel(self, sock: socket.socket, on_sent: Callable[[int], None]) -> bool:
        """Send with sendfile. Returns False, with nothing sent, if the file system does not support it."""
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
            on_sent(step)
        return True


def state_of(file: BinaryIO) -> State:
    stat_result = os.fstat(file.fileno())
    return State(stat_result.st_size, stat_result.st_mtime_ns)
