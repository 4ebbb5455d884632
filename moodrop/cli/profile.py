"""Which service, and who: from the environment, else from the profile that `moodrop login` writes."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import typer

from moodrop.cli.failures import CommandError

DEFAULT_URL = "http://127.0.0.1:5000"


@dataclass(frozen=True)
class Profile:
    """An address, and the token for that address alone."""

    url: str
    token: str | None = None

    def __post_init__(self) -> None:
        """Raise CommandError where one of them cannot be used."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CommandError(f"{self.url!r} is not an address such as {DEFAULT_URL}")
        if self.token is not None and not (self.token.isascii() and self.token.isprintable() and " " not in self.token):
            raise CommandError("the token holds characters that no token has")


def path() -> Path:
    """Return where the profile is kept: ~/.config/moodrop/profile.json, or the system's own place."""
    return Path(typer.get_app_dir("moodrop")) / "profile.json"


def current(environ: Mapping[str, str] = os.environ) -> Profile:
    """Return what MOODROP_URL and MOODROP_TOKEN say, completed by the profile.

    The profile's token goes to the profile's address and to no other. Raises CommandError.
    """
    url, token = environ.get("MOODROP_URL"), environ.get("MOODROP_TOKEN")
    if url and token:
        return Profile(url.rstrip("/"), token)
    kept = load() or Profile(DEFAULT_URL)
    if not url:
        return Profile(kept.url, token or kept.token)
    url = url.rstrip("/")
    return Profile(url, token or (kept.token if kept.url == url else None))


def load() -> Profile | None:
    """Return the profile, or None where there is none. Raises CommandError where it is not whole."""
    file = path()
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return Profile(url=kept["url"], token=kept["token"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CommandError(f"the profile {file} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"the profile {file} is not whole: run `moodrop login` again, or remove it") from error


def save(profile: Profile) -> None:
    """Write it for this user's eyes alone: the old one or the new one is there, never a half."""
    file = path()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp: 0600 from the first moment on.
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".profile-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(asdict(profile), out)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def remove() -> bool:
    """Forget it; tell whether there was one."""
    there = path().exists()
    path().unlink(missing_ok=True)
    return there
