"""Runs the command in its own process, in a pipe, and reads what it prints."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MIB = 1024 * 1024
TIMEOUT_S = 60


@dataclass(frozen=True)
class Ran:
    """The output and the exit code of a command."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def rows(self) -> list[Any]:
        """Return the output of --json as objects."""
        return [json.loads(line) for line in self.lines]


@dataclass
class Command:
    """The command as one user runs it, with a home of its own."""

    program: Path
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: object, stdin: bytes = b"", **more: str) -> Ran:
        """Run it in a pipe, in the user's home."""
        done = subprocess.run(
            self.line(*arguments), input=stdin, capture_output=True, timeout=TIMEOUT_S, check=False, **self.place(more)
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: object, **more: str) -> "subprocess.Popen[bytes]":
        pipe = subprocess.PIPE
        return subprocess.Popen(self.line(*arguments), stdin=pipe, stdout=pipe, stderr=pipe, **self.place(more))

    def line(self, *arguments: object) -> list[str]:
        return [sys.executable, str(self.program / "bin" / "moodrop"), *map(str, arguments)]

    def place(self, more: dict[str, str]) -> dict[str, Any]:
        return {"cwd": self.home, "env": {**self.environment, **more}}

    def file(self, file_id: str) -> bytes:
        """Return a file of the library, downloaded with the command."""
        done = subprocess.run(
            self.line("get", file_id, "-o", "-"), capture_output=True, check=True, timeout=TIMEOUT_S, **self.place({})
        )
        return done.stdout


def until(holds: Callable[[], bool]) -> None:
    """Wait until the condition holds."""
    end = time.monotonic() + TIMEOUT_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
