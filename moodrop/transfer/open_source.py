"""Opens the source of an upload: a path, the standard input, or a stream."""

import os
import stat
import sys
import tempfile
from io import FileIO
from pathlib import Path
from typing import BinaryIO, cast

from moodrop.errors import DiskFull, FileMissing, FileUnreadable
from moodrop.model import Source
from moodrop.reading.file_names import valid_name
from moodrop.transfer.sources import CHUNK_BYTES, OpenSource, state_of

STDIN = "-"
# O_PATH works even for a folder that may not be listed.
FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC


def open_source(source: Source, *, filename: str | None = None, within: Path | None = None) -> OpenSource:
    """Open the source of an upload; `-` is the standard input. Raises FileMissing, FileUnreadable, DiskFull.

    With `within`, a path must lead to a regular file in that folder, even through links.
    """
    if isinstance(source, str | Path) and str(source) != STDIN:
        return _open_path(source, filename, within)
    stream = sys.stdin.buffer if isinstance(source, str | Path) else source
    own_name = getattr(stream, "name", None)
    named = Path(own_name).name if isinstance(own_name, str) else ""
    name = valid_name(filename or (named if not named.startswith("<") else "") or "file")
    file = _spool(stream, name)
    return OpenSource(source, name, file, state_of(file))


def _open_path(source: str | Path, filename: str | None, within: Path | None) -> OpenSource:
    path = Path(source)
    try:
        file = cast(BinaryIO, _open_within(path, within) if within else path.open("rb", buffering=0))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileMissing(f"{path}: no such file") from error
    except (OSError, ValueError) as error:
        raise FileUnreadable(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    name = valid_name(filename or path.name)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        with file:
            copy = _spool(file, name)
        return OpenSource(source, name, copy, state_of(copy))
    return OpenSource(source, name, file, state_of(file), is_path=True)


def _open_within(path: Path, folder: Path) -> FileIO:
    """Open the target of the path's links folder by folder, so that a link swapped in meanwhile is not followed."""
    # Path.resolve would raise RuntimeError for circular links before Python 3.13.
    root, target = (Path(os.path.realpath(each, strict=True)) for each in (folder, path))
    if not target.is_relative_to(root):
        raise FileUnreadable(f"{path} leads out of {folder}")
    *folders, name = target.relative_to(root).parts
    place = os.open(root, FOLDER)
    try:
        for each in folders:
            parent = place
            place = os.open(each, FOLDER | os.O_NOFOLLOW, dir_fd=parent)
            os.close(parent)
        # O_NONBLOCK: do not wait for the other end of a pipe.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        file = FileIO(os.open(name, flags, dir_fd=place))
    finally:
        os.close(place)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileUnreadable(f"{path} is not a regular file")
    return file


def _spool(stream: BinaryIO, name: str) -> BinaryIO:
    """Copy a stream to disk: its size is declared before the first byte is sent, and parts may be sent twice."""
    copy = cast(BinaryIO, tempfile.TemporaryFile(prefix="moodrop-", buffering=0))  # noqa: SIM115  closed by the source
    try:
        while chunk := _read(stream, name):
            copy.write(chunk)
    except OSError as error:
        copy.close()
        raise DiskFull(f"{name} does not fit into {tempfile.gettempdir()}: {error.strerror}") from error
    except BaseException:
        copy.close()
        raise
    return copy


def _read(stream: BinaryIO, name: str) -> bytes:
    try:
        return stream.read(CHUNK_BYTES)
    except (OSError, ValueError) as error:
        raise FileUnreadable(f"{name} cannot be read: {error}") from error
