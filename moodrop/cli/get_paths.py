"""Chooses a path for each file of one `get`: no two share a path, and an existing copy keeps its own."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from moodrop import File
from moodrop.cli.digest_cache import digest_of_file
from moodrop.transfer.local_names import local_name, same_name, with_suffix

Map = Callable[[Callable[[str, File], Path | None], Iterable[str], Iterable[File]], Iterable[Path | None]]


def paths_of(files: Sequence[File], folder: Path, map_: Map) -> list[Path]:
    """Return a path for each file. Existing copies keep their paths; the others choose in order.

    `map_` checks many files at once.
    """
    names = [local_name(file.filename) for file in files]
    alike = Counter(map(same_name, names))
    present = {path.name for path in folder.iterdir()}

    def existing_copy(name: str, file: File) -> Path | None:
        candidates = (_numbered(name, number) for number in range(alike[same_name(name)]))
        paths = (folder / each for each in candidates if each in present)
        return next((path for path in paths if is_same(path, file)), None)

    copies = list(map_(existing_copy, names, files))
    taken = {same_name(path.name) for path in copies if path}
    return [path or folder / _free(name, folder, taken) for name, path in zip(names, copies, strict=True)]


def _free(name: str, folder: Path, taken: set[str]) -> str:
    """Take the name itself, even if something is in the way; if another file has taken it, take a numbered name."""
    number = 0
    while same_name(chosen := _numbered(name, number)) in taken or (number and os.path.lexists(folder / chosen)):
        number += 1
    taken.add(same_name(chosen))
    return chosen


def _numbered(name: str, number: int) -> str:
    return with_suffix(name, f" ({number})") if number else name


def is_same(path: Path, file: File) -> bool:
    """Return whether the path has the file's bytes already. Raises OSError."""
    if not path.is_file() or path.stat().st_size != file.size_bytes or file.checksum is None:
        return False
    return digest_of_file(path, file.checksum.algorithm) == file.checksum.value_base64
