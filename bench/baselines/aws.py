"""Installs the AWS command line once, as a baseline for uploads of many files."""

import sys
from pathlib import Path

from dev.wheels import wheel_dir


def aws_command() -> tuple[list[str | Path], dict[str, str]]:
    """Return the start of its command line, and the environment that it needs. Raises LauncherError."""
    folder = wheel_dir("awscli", instead="connect to the network once.")
    return [sys.executable, "-m", "awscli"], {"PYTHONPATH": str(folder)}
