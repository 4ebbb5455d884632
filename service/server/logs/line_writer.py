"""Writes the lines of a log in groups, from a thread of its own, so that no request waits for whoever reads them.

A write by each request would hand the processor to another thread each time. And if the reader stops, the pipe fills
up, and requests that write would wait for ever.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TextIO

# A line waits for others, so a process that is killed loses the lines of this time at most.
GATHER_S = 0.02
# For a reader that has stopped: some megabytes. Further lines are counted and dropped.
MOST_WAITING = 10_000
LONGEST_FLUSH_S = 1.0


class LineWriter(logging.Handler):
    """A handler for records whose message is a whole line."""

    def __init__(self, stream: TextIO, dropped: Callable[[int], str]) -> None:
        """Write to the stream; `dropped` makes the line that tells how many were dropped."""
        super().__init__()
        self._stream, self._line_about = stream, dropped
        self._start()
        os.register_at_fork(after_in_child=self._start)

    def _start(self) -> None:
        """Begin without a thread, which a fork leaves behind."""
        self._lines = deque[str]()
        self._dropped = 0
        self._counting = threading.Lock()
        self._waiting = threading.Event()
        self._is_writing = False
        self._thread: threading.Thread | None = None

    def handle(self, record: logging.LogRecord) -> bool:
        """Keep the line for the thread; unlike other handlers, without a lock."""
        if len(self._lines) >= MOST_WAITING:
            with self._counting:
                self._dropped += 1
            return True
        self._lines.append(record.getMessage())
        if not self._waiting.is_set():
            self._wake()
        return True

    def flush(self) -> None:
        """Return when all lines are written, or after a second. At the end of the process, logging calls this."""
        until = time.monotonic() + LONGEST_FLUSH_S
        while (self._lines or self._is_writing) and time.monotonic() < until:
            self._wake()
            time.sleep(0.001)

    def _wake(self) -> None:
        with self._counting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write_for_ever, name="request-log", daemon=True)
                self._thread.start()
        self._waiting.set()

    def _write_for_ever(self) -> None:
        while self._waiting.wait():
            time.sleep(GATHER_S)
            self._is_writing = True
            self._waiting.clear()
            self._write()
            self._is_writing = False

    def _write(self) -> None:
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        with self._counting:
            dropped, self._dropped = self._dropped, 0
        if dropped:
            lines.append(self._line_about(dropped))
        try:
            self._stream.write("".join(f"{line}\n" for line in lines))
            self._stream.flush()
        except (OSError, ValueError):  # the disk is full, nobody reads any more, or the stream is closed
            with self._counting:
                self._dropped += len(lines)
