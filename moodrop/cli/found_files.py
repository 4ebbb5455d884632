"""From the paths of a command line to the files to send."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from moodrop.cli.failures import CommandError
from moodrop.tags import content_type_of

STDIN = "-"
OnError = Callable[[OSError], None]


@dataclass(frozen=True)
class FoundFile:
    """A file to send. `named`: it was given itself; else it was met in a folder."""

    path: Path
    named: bool


def find_files(paths: Iterable[str], *, recursive: bool, on_error: OnError) -> Iterator[FoundFile]:
    """Yield the files, and those in the folders. Raises CommandError for a folder where folders are not wanted."""
    for given in paths:
        path = Path(given)
        if given == STDIN or not path.is_dir():
            # A file called `-` is not the pipe.
            yield FoundFile(path.absolute() if given != STDIN == str(path) else path, named=True)
        elif recursive:
            yield from (FoundFile(file, named=False) for file in walk(path, on_error))
        else:
            raise CommandError(f"{given} is a folder: --recursive sends what is in it")


def walk(folder: Path, on_error: OnError) -> Iterator[Path]:
    """Yield the files below it, by name; what is hidden and linked folders are left alone.

    A folder that cannot be read is told to `on_error`.
    """
    for place, folders, names in os.walk(folder, onerror=on_error):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files = (Path(place, name) for name in sorted(names) if not name.startswith("."))
        yield from (file for file in files if file.is_file())


def is_accepted(path: Path, content_types: Iterable[str]) -> bool:
    """Tell whether the service takes files of its type: `audio/*` and the like."""
    own = content_type_of(path.name)
    return any(fnmatchcase(own, pattern) for pattern in content_types)
