"""Reads and writes the command's small private files in the user's folders, completely or not at all."""

import os
import stat
import tempfile
from pathlib import Path


def read_private(path: Path) -> str:
    """Return the file's content. Raises OSError, even if the file is a link or not a regular file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, encoding="utf-8") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(None, "it is not a regular file", str(path))
        return file.read()


def write_private(path: Path, text: str) -> None:
    """Replace the file, or a link, of that name in one step: a reader finds the old file or the new one, never half."""
    private_folder(path.parent)
    # mkstemp gives the file mode 0600 from the start, and a name that nobody knows.
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
    """Make the folder for this user only, and make an existing folder private."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        folder.chmod(mode & ~0o077)
