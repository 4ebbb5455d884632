"""The server and the token: from the environment, or from the profile that `moodrop login` writes."""

import errno
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from moodrop import Client
from moodrop.calls.signed_requests import is_web_address
from moodrop.cli.exit_codes import ExitCode
from moodrop.cli.failures import CommandError
from moodrop.cli.private_files import read_private, write_private
from moodrop.cli.user_folders import config_folder

DEFAULT_URL = "http://127.0.0.1:5000"


@dataclass(frozen=True)
class Profile:
    """An address, and the token for that address only."""

    url: str
    token: str | None = None

    def __post_init__(self) -> None:
        """Raise CommandError if one of them cannot be used."""
        if not is_web_address(self.url):
            raise CommandError(f"{self.url!r} is not an address such as {DEFAULT_URL}")
        if self.token is not None and not (self.token.isascii() and self.token.isprintable() and " " not in self.token):
            raise CommandError("the token has characters that no token can have")


def path() -> Path:
    """Return the profile's path. Raises OSError if there is no home."""
    return config_folder() / "profile.json"


def current(environ: Mapping[str, str] = os.environ) -> Profile:
    """Return MOODROP_URL and MOODROP_TOKEN, completed by the profile.

    The profile's token goes to the profile's address and to no other. Raises CommandError.
    """
    url = environ.get("MOODROP_URL")
    token = environ.get("MOODROP_TOKEN")
    if url and token:
        return Profile(url.rstrip("/"), token)
    stored = load() or Profile(DEFAULT_URL)
    if not url:
        return Profile(stored.url, token or stored.token)
    url = url.rstrip("/")
    return Profile(url, token or (stored.token if stored.url == url else None))


def connect() -> Client:
    """Return a client for the server and token of the environment or the profile. Raises CommandError."""
    profile = current()
    return Client(profile.url, profile.token)


def load() -> Profile | None:
    """Return the profile, or None if there is none. Raises CommandError if it is incomplete or a link."""
    file = _present()
    if file is None:
        return None
    try:
        content = json.loads(read_private(file))
        return Profile(url=content["url"], token=content["token"])
    except FileNotFoundError:
        return None
    except OSError as error:
        why = "it is a link" if error.errno == errno.ELOOP else error.strerror
        raise CommandError(f"the profile {file} cannot be read: {why}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CommandError(f"the profile {file} is incomplete: run `moodrop login` again, or remove it") from error


def _present() -> Path | None:
    """Return the profile's path, or None if there is no profile.

    There is none if the folder belongs to someone else: in a container, for example, HOME may be root's.
    """
    try:
        file = path()
        file.lstat()
    except OSError:
        return None
    return file


def save(profile: Profile) -> None:
    """Write the profile so that only this user can read it. Raises CommandError."""
    try:
        write_private(path(), json.dumps(asdict(profile)))
    except OSError as error:
        where = f" in {error.filename}" if error.filename else ""
        why = f"the profile cannot be written{where}: {error.strerror or error}"
        raise CommandError(f"{why}. Set MOODROP_URL and MOODROP_TOKEN instead", ExitCode.LOCAL_FILE) from error


def remove() -> bool:
    """Remove the profile; return whether there was one."""
    file = _present()
    if file:
        file.unlink(missing_ok=True)
    return file is not None
