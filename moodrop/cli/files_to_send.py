"""Finds the files to send from the paths of a command line."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from moodrop.cli.failures import CommandError
from moodrop.cli.left_out import LeftOut, Reason
from moodrop.reading.content_types import content_type_of
from moodrop.reading.hidden_files import is_hidden
from moodrop.transfer.reservations import is_partial_download

STDIN = "-"
OnError = Callable[[OSError], None]


@dataclass(frozen=True)
class FileToSend:
    """A file to send: named by the user, or contained in the folder `within` that the user named.

    `leads_out` means that the file is a link out of that folder.
    """

    path: Path
    within: Path | None = None
    leads_out: bool = False


def find_files(
    paths: Iterable[str], *, recursive: bool, follow_links: bool, on_error: OnError, left_out: LeftOut
) -> Iterator[FileToSend]:
    """Yield the files, and those in the folders. Raises CommandError for a folder unless `recursive`."""
    for given in paths:
        path = Path(given)
        if given == STDIN or not path.is_dir():
            # A file called `-` is not the pipe, so give it its full path.
            yield FileToSend(path.absolute() if given != STDIN == str(path) else path)
        elif recursive:
            yield from walk(path, on_error, left_out, follow_links=follow_links)
        else:
            raise CommandError(f"{given} is a folder; use --recursive to upload its files")


def walk(folder: Path, on_error: OnError, left_out: LeftOut, *, follow_links: bool = False) -> Iterator[FileToSend]:
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
                yield FileToSend(file, folder, leads_out)


def _paths(folder: str, names: Iterable[str]) -> list[Path]:
    return [Path(folder, name) for name in sorted(names)]


def _reason_against_folder(folder: Path) -> Reason | None:
    if is_hidden(folder.name):
        return "hidden"
    return "linked_folder" if folder.is_symlink() else None


def _reason_against_file(file: Path) -> Reason | None:
    if is_partial_download(file.name):
        return "incomplete_download"
    if is_hidden(file.name):
        return "hidden"
    if file.is_file():
        return None
    return "special" if file.exists() else "broken_link"


def _is_below(root: Path, link: Path) -> bool:
    target = Path(os.path.realpath(link))
    return target.is_relative_to(root) and not any(is_hidden(part) for part in target.relative_to(root).parts)


def sendable(files: Iterable[FileToSend], content_types: Sequence[str], left_out: LeftOut) -> list[FileToSend]:
    """Return the files without those of a folder that must not be sent: for their type, or as a link out of it."""
    return [
        file for file in files if file.within is None or left_out.keeps(file.path, _reason_against(file, content_types))
    ]


def _reason_against(file: FileToSend, content_types: Sequence[str]) -> Reason | None:
    if not is_accepted(file.path, content_types):
        return "content_type"
    return "link_out" if file.leads_out else None


def is_accepted(path: Path, content_types: Iterable[str]) -> bool:
    """Return whether the service takes files of this type. Patterns are allowed: `audio/*`."""
    content_type = content_type_of(path.name)
    return any(fnmatchcase(content_type, pattern) for pattern in content_types)
