"""What was started and can be stopped."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dev import children

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
