"""The root credentials of the local MinIO: made once, kept beside its data."""

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from dev.errors import LauncherError
from dev.private import private_folder

_WEAK = re.compile(r"moodrop-[0-9a-f]{8}")


@dataclass(frozen=True)
class Credentials:
    access_key: str
    secret_key: str


def keep_credentials(path: Path) -> Credentials:
    """Return the credentials of `path`; when it is absent make them, readable by this user only."""
    if path.exists():
        kept = _read(path)
        # MinIO takes some writes by its root's key id alone: the one of before had 32 random bits.
        return _keep(path, Credentials(_key_id(), kept.secret_key)) if _WEAK.fullmatch(kept.access_key) else kept
    return _keep(path, Credentials(_key_id(), secrets.token_urlsafe(24)))


def _key_id() -> str:
    """80 random bits."""
    return secrets.token_hex(10)


def _keep(path: Path, made: Credentials) -> Credentials:
    private_folder(path.parent)
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
