"""Says which kinds of jobs this machine can do, and with which ffmpeg."""

import importlib.util
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from worker.ffmpeg.locate import locate_ffmpeg
from worker.job.job_tools import Programs
from worker.kinds import FILELESS_KINDS, KINDS
from worker.settings import WorkerSettings

VERSION_TIMEOUT_S = 10
_VERSION = re.compile(r"ffmpeg version n?(\S{1,40})")
UNKNOWN = "of an unknown version"


def find_programs(settings: WorkerSettings) -> Programs | None:
    """Return FFMPEG_BIN and FFPROBE_BIN, or those on PATH; None without the two."""
    programs = locate_ffmpeg(settings.ffmpeg_bin, settings.ffprobe_bin)
    version = _version_of(programs.ffmpeg) if programs else None
    return Programs(programs.ffmpeg, programs.ffprobe, version) if programs and version else None


def offered_kinds(settings: WorkerSettings, programs: Programs | None) -> tuple[str, ...]:
    """Return the kinds whose tools are here, and of these the ones that WORKER_KINDS names, if it names any."""
    names = settings.worker_kinds or tuple(KINDS)
    return tuple(name for name in KINDS if name in names and _has_tools(name, settings, programs))


def offered_fileless_kinds(settings: WorkerSettings) -> tuple[str, ...]:
    """Return the kinds that belong to no file whose packages are here, as far as WORKER_KINDS names them."""
    names = settings.worker_kinds or tuple(FILELESS_KINDS)
    return tuple(name for name, kind in FILELESS_KINDS.items() if name in names and _are_here(kind.packages))


def _has_tools(name: str, settings: WorkerSettings, programs: Programs | None) -> bool:
    kind = KINDS[name]
    has_peers = bool(settings.scanner_url) or not kind.needs_scanner
    return _are_here(kind.packages) and has_peers and (programs is not None or not kind.needs_ffmpeg)


def _are_here(packages: Iterable[str]) -> bool:
    return all(importlib.util.find_spec(package) for package in packages)


def _version_of(ffmpeg: Path) -> str | None:
    """Return what ffmpeg calls itself; None if it does not start."""
    try:
        done = subprocess.run(
            [ffmpeg, "-version"], capture_output=True, check=True, timeout=VERSION_TIMEOUT_S, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.match(done.stdout.decode(errors="replace"))
    return match[1] if match else UNKNOWN
