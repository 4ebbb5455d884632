"""The user's folders for settings and caches, according to the XDG Base Directory Specification."""

import errno
import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """Return the folder for files that may be removed at any time. Raises OSError if there is no home."""
    return _folder("XDG_CACHE_HOME", ".cache")


def config_folder() -> Path:
    """Return the folder for the profile. Raises OSError if there is no home."""
    if sys.platform == "darwin":
        return _home() / "Library" / "Application Support" / "moodrop"
    return _folder("XDG_CONFIG_HOME", ".config")


def _folder(variable: str, below_home: str) -> Path:
    # The specification ignores relative paths: they would depend on the folder in which the command runs.
    given = Path(os.environ.get(variable, ""))
    return (given if given.is_absolute() else _home() / below_home) / "moodrop"


def _home() -> Path:
    try:
        home = Path.home()
    except RuntimeError as error:  # a container's user may have no entry in passwd
        raise OSError(errno.ENOENT, "there is no home folder") from error
    if not home.is_absolute():
        raise OSError(errno.ENOENT, "HOME is not an absolute path")
    return home
