"""How soon a file has its thumbnail and its waveform, and what the sandbox costs a film."""

import io
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3
from PIL import Image

from bench.row import Reach, Row, Samples
from bench.running import OWNER, Stores, stores
from dev import children
from dev.ffmpeg import find_ffmpeg
from dev.project import ROOT
from service.app import create_app
from service.media.model import AudioResult, read_result
from service.ports import Ports
from service.shared.api.context import EXTENSION
from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE
from service.store.model import PresignedRequest
from service.uploads.metadata import FileMetadata
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.starting.declare import NewUpload
from service.uploads.usecases.starting.start import start_upload
from worker import sandbox
from worker.ffmpeg import arguments
from worker.ffmpeg.ladder import plan_rungs
from worker.ffmpeg.locate import Ffmpeg
from worker.limits import media_limits

ROUNDS = 5
THUMBNAIL_S, PEAKS_S = 2.0, 6.0
SONG_S, FILM_S = 180, 60
FILM_ROUNDS = 3
READY_S = 60
CALLER = Caller(OWNER, frozenset({UPLOADS_WRITE}))


def ffmpeg() -> Ffmpeg:
    if programs := find_ffmpeg():
        return programs
    raise RuntimeError("no ffmpeg, and none could be fetched")


def make(path: Path, *words: str) -> Path:
    command = [str(ffmpeg().ffmpeg), "-nostdin", "-y", "-loglevel", "error", *words, str(path)]
    subprocess.run(command, check=True, timeout=600)  # noqa: S603 - our own words
    return path


@contextmanager
def worker(given: Stores, keys: dict[str, str]) -> Iterator[None]:
    """Run a worker until the block is left; it begins when the worker is ready."""
    programs = ffmpeg()
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        **{name: given.environment[name] for name in ("MINIO_ENDPOINT", "MONGODB_URI")},
        **keys,
        "FFMPEG_BIN": str(programs.ffmpeg),
        "FFPROBE_BIN": str(programs.ffprobe),
        "WORKER_SCRATCH": str(given.folder),
    }
    log_path = given.folder / "worker.log"
    with log_path.open("wb") as log:
        process = children.spawn([sys.executable, "-m", "worker"], output=log, env=environment, cwd=ROOT)
    try:
        wait_until(lambda: "worker is ready" in log_path.read_text(), READY_S)
        yield
    finally:
        children.stop(process)


def wait_until(holds: Callable[[], object], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise RuntimeError(f"it took more than {seconds} s")
        time.sleep(0.01)


@contextmanager
def service_and_worker() -> Iterator[Ports]:
    keys = {"MINIO_WORKER_ACCESS_KEY": secrets.token_hex(10), "MINIO_WORKER_SECRET_KEY": secrets.token_hex(20)}
    with stores() as bare:
        given = Stores(bare.folder, {**bare.environment, **keys})
        shared = create_app(given.settings).extensions[EXTENSION]
        shared.preparation.ensure()
        with worker(given, keys):
            yield shared.ports
        shared.ports.records.close()


def seconds_until(
    ports: Ports, body: bytes, content_type: str, is_shown: Callable[[str], object], caller: Caller = CALLER
) -> float:
    """Return the seconds from a file's confirm on."""
    new = NewUpload("a", content_type, len(body), FileMetadata(mood="happy"))
    upload, put = start_upload(ports, caller, new)
    if not isinstance(put, PresignedRequest):
        raise TypeError("a file this small goes in one PUT")
    if urllib3.request("PUT", put.url, body=body, headers=dict(put.headers), retries=False).status != 200:
        raise RuntimeError("the store took no file")
    confirm_upload(ports, caller, upload.upload_id, FileMetadata())
    began = time.monotonic()
    wait_until(lambda: is_shown(upload.upload_id), READY_S)
    return time.monotonic() - began


def measure_thumbnail() -> Samples:
    file = io.BytesIO()
    Image.effect_noise((4000, 3000), 64).convert("RGB").save(file, "JPEG", quality=85)
    with service_and_worker() as ports:

        def has_thumbnail(file_id: str) -> bool:
            shown = ports.records.get(file_id)
            return bool(shown and shown.derived and shown.derived.thumbnail)

        ours = [seconds_until(ports, file.getvalue(), "image/jpeg", has_thumbnail) for _ in range(ROUNDS)]
    return Samples("s", [THUMBNAIL_S] * ROUNDS, ours)


def measure_peaks() -> Samples:
    with service_and_worker() as ports, tempfile.TemporaryDirectory() as folder:
        source = f"anoisesrc=duration={SONG_S}:amplitude=0.3"
        song = make(Path(folder, "song.mp3"), "-f", "lavfi", "-i", source, "-c:a", "libmp3lame").read_bytes()

        def has_peaks(file_id: str) -> bool:
            job = ports.jobs.get(f"{file_id}.audio")
            return bool(job and job.result and isinstance(read_result("audio", job.result), AudioResult))

        ours = [seconds_until(ports, song, "audio/mpeg", has_peaks) for _ in range(ROUNDS)]
    return Samples("s", [PEAKS_S] * ROUNDS, ours)


def measure_film() -> Samples:
    """Encode the same film by the same command, alternately in the sandbox and without it."""
    samples = Samples("s", [], [])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = ("-f", "lavfi", "-i", f"testsrc2=size=1280x720:rate=30:duration={FILM_S}")
        sound = ("-f", "lavfi", "-i", f"sine=duration={FILM_S}")
        film = make(folder / "film.mp4", *source, *sound, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
        rungs = plan_rungs(1280, 720, (240, 480, 720))
        threads = os.cpu_count() or 1
        command = arguments.encode_video(str(ffmpeg().ffmpeg), str(film), rungs, has_audio=True, threads=threads)
        for number in range(FILM_ROUNDS):
            samples.baseline.append(_bare(command, folder / f"bare-{number}"))
            samples.ours.append(_confined(command, film, folder / f"confined-{number}"))
    return samples


def _bare(command: list[str], out: Path) -> float:
    out.mkdir()
    began = time.monotonic()
    subprocess.run(command, cwd=out, check=True, capture_output=True, timeout=600)  # noqa: S603 - our own words
    return time.monotonic() - began


def _confined(command: list[str], film: Path, out: Path) -> float:
    out.mkdir()
    began = time.monotonic()
    outcome = sandbox.run(command, read=[film], out=out, limits=media_limits(FILM_S), on_progress=lambda _: None)
    if outcome.reason is not None:
        raise RuntimeError(f"{outcome.reason}: {outcome.detail}")
    return time.monotonic() - began


ROWS = (
    Row("confirm to thumbnail, 12 MP", "the two seconds promised", Reach.at_most(1), measure_thumbnail),
    Row("confirm to waveform, 3 min", "the six seconds promised", Reach.at_most(1), measure_peaks),
    Row(f"film of {FILM_S} s, three sizes, sandboxed", "ffmpeg alone", Reach.at_most(1.15), measure_film),
)
