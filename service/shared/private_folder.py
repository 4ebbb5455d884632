"""Folders for one user alone, in places that all users share."""

import os
import stat
from pathlib import Path


def make_private_folder(folder: Path) -> bool:
    """Make the folder if it is missing. Return False if somebody else has made it, or others may enter it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()  # of a link itself
    is_own = stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid()
    return is_own and not facts.st_mode & 0o077
