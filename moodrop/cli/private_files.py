"""Small files of the command in the user's own folders: written whole or not at all, for nobody else's eyes."""

import os
import stat
import tempfile
from pathlib import Path


def read_private(path: Path) -> str:
    """Return what it holds. Raises OSError, also where it is a link or no regular file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, encoding="utf-8") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(None, "it is no regular file", str(path))
        return file.read()


def write_private(path: Path, text: str) -> None:
    """Put it in place of what has that name, also of a link: the old one or the new one is there, never a half."""
    private_folder(path.parent)
    # mkstemp: 0600 from the first moment on, and under a name that nobody knows.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def private_folder(folder: Path) -> None:
    """Make it for this user alone, and close one that is open to others."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        folder.chmod(mode & ~0o077)
