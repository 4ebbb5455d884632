"""What is found or started, awaited, and stopped."""

import http.client
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dev import children
from dev.errors import LauncherError, last_line

STOP_SECONDS = 15


class Server(Protocol):
    """Anything that was started and can be stopped."""

    process: subprocess.Popen[bytes]
    log_path: Path
    name: str

    def stop(self) -> None: ...


@dataclass
class Program:
    """A server that is one of ours, or a Python package."""

    name: str
    process: subprocess.Popen[bytes]
    log_path: Path

    def stop(self) -> None:
        children.stop(self.process, STOP_SECONDS)


def chosen_program(setting: str, name: str | None = None) -> Path | None:
    """Return the program that the setting names, else the one of that name on PATH. Raises LauncherError."""
    if configured := os.environ.get(setting):
        if not Path(configured).is_file():
            raise LauncherError(f"{setting}={configured} is not a file: correct or unset it.")
        return Path(configured)
    on_path = shutil.which(name) if name else None
    return Path(on_path) if on_path else None


def wait_until_ready(
    server: Server, is_ready: Callable[[], bool], seconds: int, why: Callable[[], str] | None = None
) -> None:
    """Return once the server is ready. Raises LauncherError, with `why` it ended if it did."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        if server.process.poll() is not None:
            server.stop()
            raise LauncherError(why() if why else _last_words(server))
        if time.monotonic() > deadline:
            server.stop()
            raise LauncherError(f"{server.name} did not answer within {seconds} s: {server.log_path}")
        time.sleep(0.05)


def _last_words(server: Server) -> str:
    return f"{server.name} ended ({last_line(server.log_path.read_text())}): read {server.log_path}"


def answers_with(status: int, port: int, path: str) -> bool:
    """Return whether a server on this machine answers a GET with that status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
