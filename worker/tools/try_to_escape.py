"""Tries what the sandbox must refuse, and prints each attempt that was not refused, a line each.

Usage: try_to_escape.py FOREIGN_FILE OUT_FOLDER
"""

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path


def main(foreign: str, out: str) -> None:
    attempts: dict[str, Callable[[], object]] = {
        "open a socket": socket.socket,
        "read another file": Path(foreign).read_bytes,
        "write beside it": Path(f"{foreign}.more").touch,
        "start a process": fork,
        "signal the worker": lambda: os.kill(os.getppid(), 0),
        "link to another file": lambda: Path(out, "link").symlink_to(foreign),
        "write a file without a name": lambda: os.open(out, os.O_TMPFILE | os.O_RDWR),
        "change the mode of another file": lambda: Path(foreign).chmod(0o600),
    }
    for name, attempt in attempts.items():
        if not is_refused(attempt):
            print(name)
    Path(out, "done").touch()


def fork() -> None:
    if os.fork() == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def is_refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


if __name__ == "__main__":
    main(*sys.argv[1:])
