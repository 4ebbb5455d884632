"""Finds the browser for the end-to-end tests, or installs one."""

import os
import shutil
from pathlib import Path

from dev import children
from dev.errors import LauncherError
from dev.packages import PYTHON
from dev.project import LOGS

# The first has no windows, and needs a fifth less of the processor.
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


def find_chromium() -> Path | None:
    """Return CHROMIUM_BIN, a browser on PATH, or one that Playwright has fetched; None if there is none."""
    if configured := os.environ.get("CHROMIUM_BIN"):
        return Path(configured)
    if on_path := next(filter(None, map(shutil.which, NAMES)), None):
        return Path(on_path)
    fetched = Path.home() / ".cache" / "ms-playwright"
    programs = [*fetched.glob("chromium-*/chrome-linux*/chrome"), *fetched.glob("chromium-*/chrome-mac*/*/*/MacOS/*")]
    return max(programs, default=None)


def ensure_chromium() -> Path | None:
    """Return a Chromium, installed if there is none: by apt as root on Debian, else by Playwright."""
    if program := find_chromium():
        return program
    for command in _installers():
        try:
            children.run(
                command, log_path=LOGS / "chromium.log", env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            )
        except LauncherError:
            continue
        if program := find_chromium():
            return program
    return None


def _installers() -> list[list[str]]:
    if shutil.which("apt-get") and os.geteuid() == 0:
        install = "apt-get install -q -y --no-install-recommends"
        # Debian alone has the first.
        either = f"{install} chromium-headless-shell || {install} chromium"
        return [["sh", "-c", f"apt-get update -q && {{ {either}; }}"]]
    return [[str(PYTHON), "-m", "playwright", "install", "chromium"]]
