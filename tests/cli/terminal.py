"""Runs the command in a terminal."""

import os
import pty
import select
import subprocess
import termios
import time
from collections.abc import Callable
from contextlib import suppress

from tests.cli.command import TIMEOUT_S, Command, until


class Terminal:
    """A pseudo-terminal that runs a command, with a person at the keyboard."""

    def __init__(self, command: Command, *arguments: object, **more: str) -> None:
        near, far = pty.openpty()
        self._near = near
        # With the terminal as its own, so that Ctrl-C typed there reaches it.
        line = ["setsid", "--ctty", *command.line(*arguments)]
        self.process = subprocess.Popen(line, stdin=far, stdout=far, stderr=far, **command.place(more))
        os.close(far)
        self.shown = ""

    def read_until(self, condition: Callable[[str], bool]) -> str:
        """Return the output as soon as the condition holds for it."""
        end = time.monotonic() + TIMEOUT_S
        while not condition(self.shown):
            assert time.monotonic() < end, self.shown
            if not self._read():
                assert condition(self.shown), self.shown
                break
        return self.shown

    def type_unseen(self, text: str) -> None:
        """Type once echo is off, as a person would."""
        until(lambda: not termios.tcgetattr(self._near)[3] & termios.ECHO)
        self.type(text)

    def type(self, text: str) -> None:
        os.write(self._near, text.encode())

    def finish(self) -> int:
        """Read to the end, and return the exit status of the command."""
        while self._read():
            pass
        return self.process.wait(TIMEOUT_S)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._near], [], [], TIMEOUT_S)
        assert ready, self.shown
        # EIO: nobody has the other end open any more.
        with suppress(OSError):
            chunk = os.read(self._near, 65536)
            self.shown += chunk.decode(errors="replace")
            return bool(chunk)
        return False

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(TIMEOUT_S)
        os.close(self._near)
