"""From the paths of a command line to the files to send."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from moodrop.cli.failures import CommandError
from moodrop.cli.left_out import LeftOut, Reason
from moodrop.reading.content_types import content_type_of
from moodrop.reading.hidden_files import is_hidden
from moodrop.transfer.reservations import is_of_ours

STDIN = "-"
OnError = Callable[[OSError], None]


@dataclass(frozen=True)
class FoundFile:
    """A file to send: named by the user, or found `within` a folder that the user named.

    `leads_out` says that the file is a link out of that folder.
    """

    path: Path
    within: Path | None = None
    leads_out: bool = False


def find_files(
    paths: Iterable[str], *, recursive: bool, follow_links: bool, on_error: OnError, left_out: LeftOut
) -> Iterator[FoundFile]:
    """Yield the files, and those in the folders. Raises CommandError for a folder where folders are not wanted."""
    for given in paths:
        path = Path(given)
        if given == STDIN or not path.is_dir():
            # A file called `-` is not the pipe.
            yield FoundFile(path.absolute() if given != STDIN == str(path) else path)
        elif recursive:
            yield from walk(path, on_error, left_out, follow_links=follow_links)
        else:
            raise CommandError(f"{given} is a folder; use --recursive to upload its files")


def walk(folder: Path, on_error: OnError, left_out: LeftOut, *, follow_links: bool = False) -> Iterator[FoundFile]:
    """Yield the files below the folder, by name; note those that are left out.

    A folder that cannot be read is reported to `on_error`.
    """
    root = Path(os.path.realpath(folder))
    for place, folders, names in os.walk(folder, onerror=on_error):
        folders[:] = [
            path.name for path in _paths(place, folders) if left_out.keeps(path, _reason_against_folder(path))
        ]
        for file in _paths(place, names):
            if left_out.keeps(file, _reason_against_file(file)):
                leads_out = not follow_links and file.is_symlink() and not _is_below(root, file)
                yield FoundFile(file, folder, leads_out)


def _paths(folder: str, names: Iterable[str]) -> list[Path]:
    return [Path(folder, name) for name in sorted(names)]


def _reason_against_folder(folder: Path) -> Reason | None:
    if is_hidden(folder.name):
        return "hidden"
    return "linked_folder" if folder.is_symlink() else None


def _reason_against_file(file: Path) -> Reason | None:
    if is_of_ours(file.name):
        return "incomplete_download"
    if is_hidden(file.name):
        return "hidden"
    if file.is_file():
        return None
    return "special" if file.exists() else "broken_link"


def _is_below(root: Path, link: Path) -> bool:
    target = Path(os.path.realpath(link))
    return target.is_relative_to(root) and not any(is_hidden(part) for part in target.relative_to(root).parts)


def sendable(found: Iterable[FoundFile], content_types: Sequence[str], left_out: LeftOut) -> list[FoundFile]:
    """Leave out files found in a folder that must not be sent: by type, or as a link out of it."""
    return [
        file for file in found if file.within is None or left_out.keeps(file.path, _reason_against(file, content_types))
    ]


def _reason_against(file: FoundFile, content_types: Sequence[str]) -> Reason | None:
    if not is_accepted(file.path, content_types):
        return "content_type"
    return "link_out" if file.leads_out else None


def is_accepted(path: Path, content_types: Iterable[str]) -> bool:
    """Tell whether the service takes files of its type: `audio/*` and the like."""
    own = content_type_of(path.name)
    return any(fnmatchcase(own, pattern) for pattern in content_types)
