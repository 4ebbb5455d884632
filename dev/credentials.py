"""Creates, once, what only this checkout knows: the root of its MinIO, the worker's account, the SECRET_KEY."""

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
    # SECRET_KEY. Files of earlier versions lack it.
    service_key: str = ""
    # The media worker's account on the store. A credentials file written by an earlier version lacks these two.
    worker_access_key: str = ""
    worker_secret_key: str = ""


def ensure_credentials(path: Path) -> Credentials:
    """Return the credentials in `path`, after creating those that are missing. Only this user can read the file."""
    stored = _read(path) if path.exists() else Credentials(_key_id(), secrets.token_urlsafe(24))
    # MinIO accepts some writes by its root's key id alone, and earlier versions gave it only 32 random bits.
    access_key = _key_id() if _WEAK.fullmatch(stored.access_key) else stored.access_key
    complete = Credentials(
        access_key,
        stored.secret_key,
        stored.service_key or secrets.token_hex(32),
        stored.worker_access_key or _key_id(),
        stored.worker_secret_key or secrets.token_urlsafe(24),
    )
    if complete != stored or not path.exists():
        _write(path, complete)
    return complete


def _key_id() -> str:
    """Return 80 random bits."""
    return secrets.token_hex(10)


def _write(path: Path, credentials: Credentials) -> None:
    private_folder(path.parent)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(credentials), file)
    unfinished.rename(path)


def _read(path: Path) -> Credentials:
    try:
        return Credentials(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise LauncherError(f"{path} is damaged: remove it. A new one will be created, and your data stays.") from error
