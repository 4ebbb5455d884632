"""The command that moves files between two stores, and what a worker makes of a file."""

import subprocess
import sys
from functools import partial
from typing import Any

from dev.project import ROOT
from service.jobs.model import Lane, NewJob
from service.media.model import AudioResult, PictureResult, StoredName
from service.media.usecases.move_derived import move_derived, remove_derived
from service.media.usecases.settle import show_jobs
from service.ports import Ports
from service.settings import Settings
from service.uploads.model import Upload
from service.uploads.object_keys import derived_key
from service.uploads.usecases.moving.model import MoveReport
from service.uploads.usecases.moving.move import move_files, remove_copies
from service.uploads.usecases.moving.refusals import require_target
from tests.conftest import environment_of


def run_to_end(settings: Settings, *arguments: str) -> tuple[int, str, str]:
    """Run the command as an operator does; return its code, output and errors."""
    flask = [sys.executable, "-m", "flask", "--app", "service", *arguments]
    ended = subprocess.run(
        flask, cwd=ROOT, env=environment_of(settings), text=True, capture_output=True, timeout=300, check=False
    )
    return ended.returncode, ended.stdout, ended.stderr


def move(ports: Ports, to: str) -> MoveReport:
    report = MoveReport()
    require_target(ports, to)
    for _ in move_files(ports, to, partial(move_derived, ports), report, lambda: True):
        pass
    return report


def remove_old(ports: Ports, to: str, **grace: Any) -> MoveReport:
    report = MoveReport()
    derived = partial(move_derived, ports), partial(remove_derived, ports)
    for _ in remove_copies(ports, to, *derived, report, lambda: True, **grace):
        pass
    return report


def a_job_done(ports: Ports, file: Upload, kind: str, names: list[str], bucket: str | None) -> None:
    """A job with these objects, as a worker leaves it; an older worker names no bucket."""
    place = bucket or file.bucket
    ports.jobs.create(
        NewJob(f"{file.upload_id}.{kind}", file.upload_id, file.owner, kind, file.source, Lane.LIGHT, 1), ports.now()
    )
    lease = ports.jobs.claim([kind], [Lane.LIGHT], "worker", ports.now())
    assert lease
    stored = []
    for name in names:
        key = derived_key(file, kind, lease.token, name)
        ports.objects.put_small(place, key, name.encode())
        there = ports.objects.head(place, key)
        assert there
        stored.append(
            StoredName(
                name=name, version_id=there.version_id, size_bytes=len(name), content_type="image/webp", bucket=bucket
            )
        )
    result: Any
    if kind == "audio":
        result = AudioResult(duration_seconds=1, loudness_lufs=None, peak_dbfs=None, peaks=stored[0])
    else:
        result = PictureResult(thumbnails=tuple(stored), blurhash="LEHV6n", width=10, height=10)
    ports.jobs.finish(lease, result.model_dump(mode="json"), ports.now())
    show_jobs(ports, file.upload_id)
