"""How far a sandboxed program may go, and how it ended."""

import os
import re
from dataclasses import dataclass
from typing import Literal

# Why a program did not end well. `lease_lost`: the caller took it back. `not_confined`: it did not start.
Reason = Literal["timeout", "out_of_memory", "too_large", "crashed", "lease_lost", "not_confined"]

MOST_DETAIL = 500  # characters
FOLDERS = re.compile(r"(?:file:)?(?<![\w.])/(?:[^/\s:'\"]+/)*(?=[^/\s:'\"])")
UNPRINTABLE = re.compile(r"[^\x20-\x7e\n\xa0-\ud7ff\ue000-\U0010ffff]")


@dataclass(frozen=True)
class Limits:
    """What one run may take. A limit on files holds for each of them and for all together."""

    wall_seconds: float
    out_bytes: int
    memory_bytes: int = 4 << 30  # of address space
    stdout_bytes: int = 1 << 20
    open_files: int = 64
    cpu_seconds: int | None = None  # of all threads

    @property
    def cpu_limit(self) -> int:
        """`cpu_seconds`, by default what all cores can spend in `wall_seconds`."""
        return self.cpu_seconds or int(self.wall_seconds * (os.cpu_count() or 1)) + 1


@dataclass(frozen=True)
class Usage:
    """What a run took."""

    seconds: float
    cpu_seconds: float
    peak_memory_bytes: int  # resident; never less than the peak of the process that started it


@dataclass(frozen=True)
class Outcome:
    """How a program ended: `reason` is None if it ended by itself with exit code 0."""

    exit_code: int  # negative: the signal that ended it
    reason: Reason | None
    stdout: bytes  # empty where lines were handed over as they came
    stderr: str  # its last 16 KiB
    usage: Usage

    @property
    def detail(self) -> str:
        """The last of what the program said, for a person: no folders, no control characters, 500 characters."""
        return shorten(self.stderr)


def shorten(text: str) -> str:
    """Cut the folders out of a tool's words, drop what cannot be printed, and keep the last 500 characters."""
    return UNPRINTABLE.sub("", FOLDERS.sub("", text)).strip()[-MOST_DETAIL:].strip()
