"""A service with a film of which a real worker has made two renditions."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dev.ffmpeg import Ffmpeg
from service.settings import Settings
from tests.conftest import Service
from tests.e2e.service import files_of
from tests.e2e.songs import send
from tests.e2e.weak_line import WeakLine
from tests.helpers.ffmpeg import make_media, need_ffmpeg
from tests.helpers.worker import WorkerRun, wait_until, worker_settings_for

TITLE = "Harbour"
SECONDS = 120  # twice as long as what the page fetches ahead
HEIGHT = 480
MEDIA = {"media": True, "media_video": "always"}  # it is too short and too plain for `auto`
READY_S = 600  # it takes half a minute of two processors, behind everything else


@dataclass(frozen=True)
class Cinema:
    """The service, and the line on which the browser reaches its store."""

    url: str
    line: WeakLine


def open_cinema(
    start: Callable[[Settings], Service], settings: Settings, keys: dict[str, str], folder: Path
) -> Service:
    """Start a service with these settings and MEDIA, and return once its film is ready. Skips without ffmpeg."""
    ffmpeg = need_ffmpeg()
    film = make_film(ffmpeg, folder / "film.mp4")
    service = start(settings)
    programs = {"ffmpeg_bin": ffmpeg.ffmpeg, "ffprobe_bin": ffmpeg.ffprobe}
    # What the sandbox refuses is tested elsewhere, and not every machine has Landlock.
    given = {"media_video": "always", "media_sandbox": "none", "worker_scratch": folder}
    worker = WorkerRun(worker_settings_for(settings, keys, **programs, **given), folder)
    try:
        send(service, film, f"{TITLE}.mp4", "video/mp4", title=TITLE)
        wait_until(lambda: files_of(service)[0]["media_state"] == "ready", READY_S, lambda: worker.shown)
    finally:
        worker.stop()
    return service


def make_film(ffmpeg: Ffmpeg, path: Path) -> bytes:
    """Return a film in H.264 and AAC, which every browser plays."""
    picture = ("-f", "lavfi", "-i", f"testsrc2=s=854x{HEIGHT}:r=5:d={SECONDS}")
    tone = ("-f", "lavfi", "-i", f"sine=440:r=44100:d={SECONDS}")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
    return make_media(ffmpeg, path, *picture, *tone, *codecs).read_bytes()
