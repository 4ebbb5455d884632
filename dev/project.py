"""The folders of a checkout, and the settings of a run."""

import os
from collections.abc import Mapping
from pathlib import Path

from dev.errors import LauncherError

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".moodrop"
LOGS = STATE / "logs"
VENV = ROOT / ".venv"
WEB = ROOT / "web"


def read_dotenv(path: Path) -> dict[str, str]:
    """Read lines of KEY=VALUE; `#` starts a comment, quotes around a value are dropped.

    Returns nothing if there is no file. Raises LauncherError with the number of a line that it cannot read.
    """
    if not path.is_file():
        return {}
    settings = {}
    try:
        text = path.read_text(encoding="utf-8-sig")  # with or without a byte order mark
    except UnicodeDecodeError as error:
        raise LauncherError(f"{path.name} is not UTF-8: save it as UTF-8.") from error
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip().removeprefix("export ")
        if not stripped or stripped.startswith("#"):
            continue
        key, equals, value = stripped.partition("=")
        if not equals or not key.strip().isidentifier():
            raise LauncherError(f"{path.name}, line {number} is not KEY=VALUE: fix or remove it.")
        settings[key.strip()] = _unquoted(value.strip())
    return settings


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value.partition(" #")[0].rstrip()


def settings(environ: Mapping[str, str] = os.environ, dotenv: Path = ROOT / ".env") -> dict[str, str]:
    """Return the settings of `.env` and of the environment, which wins if both have one."""
    return {**read_dotenv(dotenv), **environ}


def port_of(environment: Mapping[str, str]) -> int:
    value = environment.get("PORT") or "5000"
    if not value.isdecimal() or not 0 < int(value) < 2**16:
        raise LauncherError(f"PORT={value} is not a port: choose 1 to 65535, for instance PORT=5001.")
    return int(value)


def display_path(path: Path) -> str:
    """Return the path as a person in the checkout would type it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
