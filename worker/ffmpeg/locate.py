"""Where ffmpeg and ffprobe are. Only the standard library: the launcher asks before any package is installed."""

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ffmpeg:
    """The two programs, as absolute paths."""

    ffmpeg: Path
    ffprobe: Path


def locate_ffmpeg(ffmpeg: Path | None, ffprobe: Path | None, search_path: str | None = None) -> Ffmpeg | None:
    """Return the given programs; for one that is not given, that beside the other, else that on `search_path`.

    `search_path` is written as PATH is, and PATH by default. Returns None unless both can be run.
    """
    programs = _locate("ffmpeg", ffmpeg, ffprobe, search_path), _locate("ffprobe", ffprobe, ffmpeg, search_path)
    if programs[0] is None or programs[1] is None:
        return None
    return Ffmpeg(Path(programs[0]).resolve(), Path(programs[1]).resolve())


def _locate(name: str, given: Path | None, other: Path | None, search_path: str | None) -> str | None:
    if given:
        return shutil.which(given.absolute())
    beside = shutil.which(other.absolute().with_name(name)) if other else None
    return beside or shutil.which(name, path=search_path)
