"""Watches one program at work, ends it where it goes too far, and says how it ended."""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from worker.confine import NOT_CONFINED
from worker.outcome import Limits, Outcome, Reason, Usage
from worker.pipes import HeadReader, LineReader, TailReader

OnProgress = Callable[[Sequence[str]], None]

WATCH_SECONDS = 1.0
CLOSING_SECONDS = 5.0
BLOCK = 4096  # bytes: what an empty file takes
# ffmpeg starts some for each core. Each takes memory of the kernel's, which no limit of a process counts.
MOST_THREADS = 64 + 16 * (os.cpu_count() or 1)
OUT_OF_MEMORY = ("Cannot allocate memory", "MemoryError", "std::bad_alloc")


class Running:
    """A program at work: what it prints, how long it may go on, and how it ends."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        out: Path,
        limits: Limits,
        alive: Callable[[], bool],
        on_progress: OnProgress | None,
    ) -> None:
        self._process = process
        self._out = out
        self._limits = limits
        self._alive = alive
        self._on_progress = on_progress
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._errors = TailReader(process.stderr)
        self._head = HeadReader(process.stdout, limits.stdout_bytes) if on_progress is None else None
        self._lines = LineReader(process.stdout) if on_progress is not None else None

    def __enter__(self) -> Self:
        for reader in (self._errors, self._head, self._lines):
            if reader is not None:
                reader.start()
        threading.Thread(target=self._wait_for_end, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing running and no zombie, whatever was raised in between."""
        if self._process.returncode is None:
            self._kill()
            self._ended.wait()
            self._reap()

    def wait(self) -> Outcome:
        killed_for = None
        while killed_for is None and not self._ended.wait(WATCH_SECONDS):
            self._report()
            killed_for = self._exceeded()
        self._kill()
        self._ended.wait()
        usage = self._reap()
        for reader in (self._errors, self._head, self._lines):
            if reader is not None:
                reader.join(CLOSING_SECONDS)
        self._report()
        stderr = self._errors.tail.decode(errors="replace")
        return Outcome(
            exit_code=self._process.returncode,
            reason=killed_for or self._exceeded() or self._reason(stderr, usage),
            stdout=self._head.head if self._head else b"",
            stderr=stderr,
            usage=usage,
        )

    def _wait_for_end(self) -> None:
        # The process stays a zombie, and its number its own, until `_reap`: so `_kill` never meets another's.
        os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        self._ended.set()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _reap(self) -> Usage:
        _, status, taken = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - self._started
        # Linux counts in KiB: getrusage(2).
        return Usage(seconds, taken.ru_utime + taken.ru_stime, taken.ru_maxrss << 10)

    def _report(self) -> None:
        if self._on_progress is not None and self._lines is not None and (lines := self._lines.drain()):
            self._on_progress(lines)

    def _exceeded(self) -> Reason | None:
        if not self._alive():
            return "lease_lost"
        if time.monotonic() - self._started > self._limits.wall_seconds:
            return "timeout"
        if (self._head and self._head.overflowed) or size_of(self._out) > self._limits.out_bytes:
            return "too_large"
        return "out_of_memory" if threads_of(self._process.pid) > MOST_THREADS else None

    def _reason(self, stderr: str, usage: Usage) -> Reason | None:
        """Return why a program ended that nobody killed here; None if it ended well."""
        code = self._process.returncode
        # Linux ends a program by whole ticks, and reports less.
        spent = usage.cpu_seconds > 0.8 * self._limits.cpu_limit
        if code == 0:
            return None
        if code == NOT_CONFINED and stderr.startswith("confine: "):
            return "not_confined"
        if code == -signal.SIGXCPU or (code == -signal.SIGKILL and spent):
            return "timeout"
        if code == -signal.SIGXFSZ:
            return "too_large"
        # A library that is refused memory mostly says nothing and ends itself.
        was_large = code < 0 and usage.peak_memory_bytes > max(self._limits.memory_bytes // 2, own_peak_bytes())
        return "out_of_memory" if was_large or any(words in stderr for words in OUT_OF_MEMORY) else "crashed"


def threads_of(process_id: int) -> int:
    """Return how many threads a process has; 0 if it has ended."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    count = re.search(r"^Threads:\s+(\d+)$", status, re.MULTILINE)
    return int(count[1]) if count else 0


def own_peak_bytes() -> int:
    """Return the most memory that this process has had: Linux counts it for a child too, from its vfork to its exec.

    getrusage(2) would include what the process that started this one has had.
    """
    kib = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(kib[1]) << 10 if kib else 0


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder, each at least a block; those that vanish meanwhile are not counted.

    Holes in a file count as bytes, and so does space that is reserved beyond its end.
    """
    total = 0
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            about = path.lstat()
            total += max(about.st_size, about.st_blocks * 512, BLOCK)
    return total
