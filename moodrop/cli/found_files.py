"""From the paths of a command line to the files to send."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from moodrop.cli.failures import CommandError
from moodrop.cli.report import Report
from moodrop.content_types import content_type_of
from moodrop.reservations import is_of_ours

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


def find_files(paths: Iterable[str], *, recursive: bool, follow_links: bool, on_error: OnError) -> Iterator[FoundFile]:
    """Yield the files, and those in the folders. Raises CommandError for a folder where folders are not wanted."""
    for given in paths:
        path = Path(given)
        if given == STDIN or not path.is_dir():
            # A file called `-` is not the pipe.
            yield FoundFile(path.absolute() if given != STDIN == str(path) else path)
        elif recursive:
            yield from walk(path, on_error, follow_links=follow_links)
        else:
            raise CommandError(f"{given} is a folder: --recursive sends what is in it")


def walk(folder: Path, on_error: OnError, *, follow_links: bool = False) -> Iterator[FoundFile]:
    """Yield the files below the folder, by name, without hidden files, linked folders, pipes and devices.

    A folder that cannot be read is reported to `on_error`.
    """
    root = Path(os.path.realpath(folder))
    for place, folders, names in os.walk(folder, onerror=on_error):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for file in (Path(place, name) for name in sorted(names) if not _is_left_alone(name)):
            if file.is_file():
                leads_out = not follow_links and file.is_symlink() and not _is_below(root, file)
                yield FoundFile(file, folder, leads_out)


def _is_left_alone(name: str) -> bool:
    return name.startswith(".") or is_of_ours(name)


def _is_below(root: Path, link: Path) -> bool:
    target = Path(os.path.realpath(link))
    return target.is_relative_to(root) and not any(part.startswith(".") for part in target.relative_to(root).parts)


def sendable(found: Iterable[FoundFile], content_types: Sequence[str], report: Report) -> list[FoundFile]:
    """Leave out files found in a folder that must not be sent: by type, as the caller says, or as a link out of it."""
    accepted = [file for file in found if file.within is None or is_accepted(file.path, content_types)]
    kept = [file for file in accepted if not file.leads_out]
    if len(kept) < len(accepted):
        links = len(accepted) - len(kept)
        left_out = f"{links} links that lead" if links > 1 else "a link that leads"
        report.note(f"left out {left_out} out of the folder: --follow-links sends such files too")
    return kept


def is_accepted(path: Path, content_types: Iterable[str]) -> bool:
    """Tell whether the service takes files of its type: `audio/*` and the like."""
    own = content_type_of(path.name)
    return any(fnmatchcase(own, pattern) for pattern in content_types)
