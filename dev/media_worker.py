"""The media worker of a run. Everything else works without it, so its failures end nothing."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from dev import children
from dev.errors import LauncherError, tail
from dev.ffmpeg import find_ffmpeg
from dev.packages import PYTHON, install_packages
from dev.private import private_log
from dev.project import LOGS, ROOT, display_path

READY = "The worker is ready: "
READY_SECONDS = 30
STOP_SECONDS = 10
RESTARTS = 3
LOG = LOGS / "worker.log"
# What the worker may know: where its peers are, and its own credential. No secret of the service alone.
SETTINGS = (
    *("MONGODB_URI", "MONGODB_DATABASE", "MINIO_ENDPOINT", "MINIO_REGION", "MINIO_ADDRESSING_STYLE"),
    *("MINIO_WORKER_ACCESS_KEY", "MINIO_WORKER_SECRET_KEY", "JOB_BROKER_URL", "MEDIA", "SCANNER_URL"),
    *("STORE_NAME", "STORE_2_NAME", "STORE_2_ENDPOINT", "STORE_2_REGION", "STORE_2_ADDRESSING_STYLE"),
    *("STORE_2_WORKER_ACCESS_KEY", "STORE_2_WORKER_SECRET_KEY"),
)
PREFIXES = ("WORKER_", "MEDIA_", "FFMPEG_", "FFPROBE_", "WEBHOOK_")
# What any program needs of the environment.
SYSTEM = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "XDG_CACHE_HOME"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    *("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"),
)


def worker_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the part of a run's settings that the worker gets."""
    return {
        name: value
        for name, value in settings.items()
        if value and (name in SETTINGS or name in SYSTEM or name.startswith(PREFIXES))
    }


class MediaWorker:
    """One worker process, started again when it ends by itself: three times, then never."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._restarts = 0

    def start(self) -> str:
        """Start it; return what it can do, or why there is none. Raises nothing but an interruption."""
        if not (self._environment.get("MINIO_WORKER_ACCESS_KEY") and self._environment.get("MINIO_WORKER_SECRET_KEY")):
            return "off: set MINIO_WORKER_ACCESS_KEY and MINIO_WORKER_SECRET_KEY (docs/deploy.md)"
        try:
            install_packages("worker")
            self._environment |= _programs(self._environment)
            self._process = self._spawn()
            return _wait(self._process)
        except LauncherError as error:
            self.stop()
            self._process = None
            return f"off: {str(error).splitlines()[0]}"

    def watch(self, say: Callable[[str], None]) -> None:
        """Start it again if it has ended."""
        if self._process is None or self._process.poll() is None:
            return
        if self._restarts == RESTARTS:
            self._process = None
            say(f"The media worker ended again and stays off; everything else goes on. Its log: {display_path(LOG)}")
            return
        self._restarts += 1
        self._process = self._spawn()

    def stop(self) -> None:
        if self._process is not None:
            children.stop(self._process, STOP_SECONDS)

    def _spawn(self) -> "subprocess.Popen[bytes]":
        with private_log(LOG) as log:
            command = [str(PYTHON), "-m", "worker"]
            return children.spawn(command, output=log, env=self._environment, cwd=ROOT)


def _wait(process: "subprocess.Popen[bytes]") -> str:
    """Return what the worker says of itself once it is ready. Raises LauncherError."""
    deadline = time.monotonic() + READY_SECONDS
    while (note := _note_in(LOG)) is None:
        if process.poll() is not None:
            raise LauncherError((tail(LOG, 1) or ["it ended at once"])[0])
        if time.monotonic() > deadline:
            raise LauncherError(f"it was not ready within {READY_SECONDS} s, see {display_path(LOG)}")
        time.sleep(0.05)
    return note


def _programs(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that name ffmpeg and ffprobe, if there are any."""
    programs = find_ffmpeg({**os.environ, **environment})
    return {"FFMPEG_BIN": str(programs.ffmpeg), "FFPROBE_BIN": str(programs.ffprobe)} if programs else {}


def _note_in(log: Path) -> str | None:
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        _, marker, note = line.partition(READY)
        if marker:
            return note
    return None
