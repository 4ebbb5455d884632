"""Reads what a program prints, in threads, so that the program never waits and its words never fill the memory."""

import threading
from collections import deque
from typing import IO

CHUNK = 64 << 10
TAIL_BYTES = 16 << 10
# Progress comes in lines of some 20 characters. Longer ones are cut.
LONGEST_LINE = 1 << 10
MOST_LINES = 1 << 10


class PipeReader(threading.Thread):
    """Reads a pipe to its end; a subclass decides what to keep."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        assert pipe is not None
        self._pipe = pipe

    def run(self) -> None:
        with self._pipe:
            while chunk := self._pipe.read(CHUNK):
                self.take(chunk)

    def take(self, chunk: bytes) -> None:
        raise NotImplementedError


class HeadReader(PipeReader):
    """Keeps the first `most` bytes, and whether there were more."""

    def __init__(self, pipe: IO[bytes] | None, most: int) -> None:
        super().__init__(pipe)
        self.head = b""
        self.overflowed = False
        self._most = most

    def take(self, chunk: bytes) -> None:
        self.overflowed |= len(self.head) + len(chunk) > self._most
        self.head += chunk[: self._most - len(self.head)]


class TailReader(PipeReader):
    """Keeps the last 16 KiB."""

    tail = b""

    def take(self, chunk: bytes) -> None:
        self.tail = (self.tail + chunk)[-TAIL_BYTES:]


class LineReader(PipeReader):
    """Keeps whole lines until someone takes them; of very many, the newest."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        super().__init__(pipe)
        self._lines: deque[str] = deque(maxlen=MOST_LINES)
        self._rest = b""

    def take(self, chunk: bytes) -> None:
        *lines, rest = (self._rest + chunk).split(b"\n")
        self._lines.extend(line[:LONGEST_LINE].decode(errors="replace") for line in lines)
        self._rest = rest[:LONGEST_LINE]

    def drain(self) -> list[str]:
        """Return the lines that came since the last call."""
        return [self._lines.popleft() for _ in range(len(self._lines))]
