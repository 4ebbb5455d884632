"""The root credentials of the local MinIO: made once, kept beside its data."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from dev.errors import LauncherError


@dataclass(frozen=True)
class Credentials:
    access_key: str
    secret_key: str


def keep_credentials(path: Path) -> Credentials:
    """Return the credentials of `path`; when it is absent make them, readable by this user only."""
    if path.exists():
        return _read(path)
    made = Credentials(f"moodrop-{secrets.token_hex(4)}", secrets.token_urlsafe(24))
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(made), file)
    unfinished.rename(path)
    return made


def _read(path: Path) -> Credentials:
    try:
        return Credentials(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise LauncherError(f"{path} is damaged: remove it, a new one is made and the data stays.") from error
