"""The worker as a program, beside the real store and the real database: from a confirmed file to what it shows."""

import re
import signal
import socket
import time
from datetime import datetime
from pathlib import Path

import pytest

from service.jobs.model import JobState
from service.media.model import WAVEFORM
from service.ports import Ports
from service.uploads.derived import DerivedState
from service.uploads.model import Upload
from service.uploads.queries import UploadQuery
from tests.builders import ALICE, a_file
from tests.helpers.ffmpeg import make_media
from tests.helpers.hostile_media import with_hours
from tests.helpers.made_files import ENDLESS, a_photo, make_pdf, make_png_bomb
from tests.helpers.worker import (
    StartWorker,
    children_of,
    wait_until,
    wait_until_ended,
    wait_until_running,
)
from worker.ffmpeg.locate import Ffmpeg
from worker.kinds import KINDS

pytestmark = pytest.mark.real


def test_an_image_and_a_pdf_get_their_thumbnails(announcing: Ports, start_worker: StartWorker) -> None:
    """From the confirm to the file's own document, by a process that has no secret of the service."""
    worker = start_worker()
    photo = a_file(announcing, ALICE, a_photo(), content_type="image/jpeg")
    paper = a_file(announcing, ALICE, make_pdf(pages=2), content_type="application/pdf")

    shown = [wait_until_ended(announcing, file, worker).derived for file in (photo, paper)]

    assert [one.state for one in shown if one] == [DerivedState.READY] * 2
    assert [one.thumbnail.width for one in shown if one and one.thumbnail] == [600, 1280]
    assert [one.page_count for one in shown if one] == [None, 2]


def a_song(ffmpeg: Ffmpeg, folder: Path, seconds: int = 6) -> bytes:
    source = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}")
    return make_media(ffmpeg, folder / "song.flac", *source, "-metadata", "title=Ocean Drive").read_bytes()


def a_film(ffmpeg: Ffmpeg, folder: Path, seconds: int) -> bytes:
    """Return a film that takes its ladder some seconds: over a minute, so that it gets one."""
    source = ("-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=24:duration={seconds}")
    encoder = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "38", "-threads", "1")
    return make_media(ffmpeg, folder / "film.mp4", *source, *encoder).read_bytes()


def with_ffmpeg(ffmpeg: Ffmpeg) -> dict[str, Path]:
    return {"ffmpeg_bin": ffmpeg.ffmpeg, "ffprobe_bin": ffmpeg.ffprobe}


def test_a_song_is_measured_and_gets_a_rendition(
    announcing: Ports, start_worker: StartWorker, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """What one job finds out asks for the next ones."""
    worker = start_worker(**with_ffmpeg(ffmpeg))
    file = a_file(announcing, ALICE, a_song(ffmpeg, tmp_path), content_type="audio/flac")

    shown = wait_until_ended(announcing, file, worker).derived

    assert shown
    assert shown.state is DerivedState.READY, worker.shown
    assert shown.duration_seconds == pytest.approx(6, abs=0.1)
    assert shown.has_audio
    assert shown.loudness_lufs is not None
    (row,) = announcing.records.file_page(UploadQuery(ALICE.owner, limit=2)).rows
    assert re.fullmatch(WAVEFORM, row["waveform"])


def test_an_image_is_done_while_a_film_is_at_work(
    announcing: Ports, start_worker: StartWorker, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Light jobs never wait for heavy ones."""
    worker = start_worker(**with_ffmpeg(ffmpeg))
    film = a_file(announcing, ALICE, a_film(ffmpeg, tmp_path, 120), content_type="video/mp4")
    wait_until_running(announcing, f"{film.upload_id}.video")

    photo = a_file(announcing, ALICE, a_photo(), content_type="image/jpeg")
    wait_until_ended(announcing, photo, worker)

    shown = wait_until_ended(announcing, film, worker, 90).derived
    assert shown
    assert shown.has_video
    assert _finished_at(announcing, photo, "image") < _finished_at(announcing, film, "video")


def _finished_at(ports: Ports, file: Upload, kind: str) -> datetime:
    job = ports.jobs.get(f"{file.upload_id}.{kind}")
    assert job
    assert job.finished_at
    return job.finished_at


def hostile_files(ffmpeg: Ffmpeg, folder: Path, port: int) -> dict[str, tuple[bytes, str, str]]:
    """Return bytes, the type that they are sent as, and the reason that their job has to end with."""
    film = a_film(ffmpeg, folder, 4)
    tone = ("-f", "lavfi", "-i", "sine=r=8000:d=1")
    nine = make_media(ffmpeg, folder / "nine.mkv", *tone, *["-map", "0:a"] * 9, "-c:a", "pcm_s16le").read_bytes()
    long = with_hours(make_media(ffmpeg, folder / "long.flac", *tone).read_bytes(), 20)
    addresses = f"#EXTM3U\n#EXTINF:6,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n".encode()
    return {
        "a zip called .pdf": (b"PK\x03\x04" + bytes(4096), "application/pdf", "not_media"),
        "a picture of 256 million pixels": (make_png_bomb(16_000), "image/png", "too_large"),
        "an encrypted PDF": (make_pdf(is_encrypted=True), "application/pdf", "encrypted"),
        "a PDF that unpacks for ever": (make_pdf(unpacked_bytes=2 << 30), "application/pdf", "out_of_memory"),
        "half a picture": (a_photo()[:600], "image/jpeg", "not_media"),
        "half a film": (film[: len(film) // 2], "video/mp4", "not_media"),
        "a list of addresses": (addresses, "audio/mpeg", "not_media"),
        "a list of files": (b"ffconcat version 1.0\nfile /etc/passwd\n", "video/mp4", "not_media"),
        "nine streams": (nine, "video/x-matroska", "too_many_streams"),
        "twenty hours": (long, "audio/flac", "too_long"),
        "noise": (bytes(range(256)) * 64, "audio/flac", "not_media"),
    }


def test_a_hostile_file_fails_with_a_code_and_the_next_job_starts(
    announcing: Ports, start_worker: StartWorker, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Each is tried once: another try would end the same. The file itself stays as it is, and nobody is called."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        hostile = hostile_files(ffmpeg, tmp_path, canary.getsockname()[1])
        worker = start_worker(**with_ffmpeg(ffmpeg))
        files = {
            name: a_file(announcing, ALICE, body, content_type=content_type)
            for name, (body, content_type, _) in hostile.items()
        }
        ended = {name: wait_until_ended(announcing, file, worker) for name, file in files.items()}
        with pytest.raises(BlockingIOError):
            canary.accept()

    jobs = {name: announcing.jobs.list_by_files([file.upload_id])[0] for name, file in files.items()}
    assert {name: job.reason for name, job in jobs.items()} == {
        name: reason for name, (_, _, reason) in hostile.items()
    }
    assert {file.bucket: list(announcing.objects.iter_objects(file.bucket, "derived/")) for file in files.values()} == {
        file.bucket: [] for file in files.values()
    }
    assert {job.tries_left for job in jobs.values()} == {4}
    assert all("/" not in (job.detail or "") for job in jobs.values())
    assert {file.status for file in ended.values()} == {"ready"}
    photo = a_file(announcing, ALICE, a_photo(), content_type="image/jpeg")
    shown = wait_until_ended(announcing, photo, worker).derived
    assert shown
    assert shown.state is DerivedState.READY


@pytest.mark.torture("a PDF that is drawn for ever, and 20 pictures beside it")
def test_a_document_that_never_ends_keeps_nobody_waiting(announcing: Ports, start_worker: StartWorker) -> None:
    """It has a minute."""
    worker = start_worker(worker_slots=2)
    endless = a_file(announcing, ALICE, make_pdf(content=ENDLESS), content_type="application/pdf")
    wait_until_running(announcing, f"{endless.upload_id}.pdf")
    photos = [a_file(announcing, ALICE, a_photo(), content_type="image/jpeg") for _ in range(20)]

    for photo in photos:
        wait_until_ended(announcing, photo, worker)
    still = announcing.jobs.get(f"{endless.upload_id}.pdf")
    assert still
    assert still.state is JobState.RUNNING
    wait_until_ended(announcing, endless, worker, 90)

    ended = announcing.jobs.get(f"{endless.upload_id}.pdf")
    assert ended
    assert (ended.state, ended.reason, ended.tries_left) == (JobState.FAILED, "timeout", 4)


def scratch_files(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "scratch").glob("moodrop-worker-*/worker-*/job-*"))


def a_running_film(announcing: Ports, ffmpeg: Ffmpeg, tmp_path: Path) -> tuple[Upload, str]:
    film = a_file(announcing, ALICE, a_film(ffmpeg, tmp_path, 62), content_type="video/mp4")
    job_id = f"{film.upload_id}.video"
    wait_until_running(announcing, job_id)
    wait_until(lambda: scratch_files(tmp_path))
    return film, job_id


def test_a_worker_that_is_stopped_gives_its_jobs_back(
    announcing: Ports, start_worker: StartWorker, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Within ten seconds, and the start does not count: a deployment must not use up the tries of a long film."""
    worker = start_worker(**with_ffmpeg(ffmpeg))
    _, job_id = a_running_film(announcing, ffmpeg, tmp_path)
    wait_until(lambda: children_of(worker))
    children = children_of(worker)
    began = time.monotonic()

    assert worker.stop() == 0

    assert time.monotonic() - began < 10
    job = announcing.jobs.get(job_id)
    assert job
    assert (job.state, job.tries_left, job.worker) == (JobState.QUEUED, 5, None)
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
    assert list((tmp_path / "scratch").glob("moodrop-worker-*/worker-*")) == []


def test_nothing_is_left_of_a_worker_that_was_killed(
    announcing: Ports, start_worker: StartWorker, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Its children end with it, and its scratch, which holds private files, goes at the next start."""
    worker = start_worker(**with_ffmpeg(ffmpeg))
    a_running_film(announcing, ffmpeg, tmp_path)
    wait_until(lambda: children_of(worker))
    children = children_of(worker)

    worker.process.kill()
    worker.process.wait()
    left = scratch_files(tmp_path)
    assert left
    again = start_worker(**with_ffmpeg(ffmpeg))
    again.wait_for("The worker is ready")

    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), 5)
    # Not all of scratch: the lease may have ended, and the job be the new worker's.
    assert [folder for folder in left if folder.exists()] == []


@pytest.mark.timeout(240)
def test_a_frozen_worker_publishes_nothing_when_it_wakes(
    announcing: Ports, start_worker: StartWorker, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Its job is another's by then, and so is the result. Or its connection timed out as it slept: then it says so."""
    frozen = start_worker(**with_ffmpeg(ffmpeg))
    film, job_id = a_running_film(announcing, ffmpeg, tmp_path)
    frozen.process.send_signal(signal.SIGSTOP)
    other = start_worker(**with_ffmpeg(ffmpeg))

    shown = wait_until_ended(announcing, film, other, 120).derived
    frozen.process.send_signal(signal.SIGCONT)
    frozen.wait_for(f"{job_id} ", 20)

    assert shown
    assert shown.has_video
    job = announcing.jobs.get(job_id)
    assert job
    assert (job.state, job.result_token) == (JobState.DONE, job.token)
    other.wait_for(f"{job_id} done")
    assert re.search(f"{job_id} (is not ours any more|stays as it is)", frozen.shown)


def test_a_worker_without_ffmpeg_does_what_it_can(
    announcing: Ports, start_worker: StartWorker, ffmpeg: Ffmpeg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leaves songs to another one, and says once what is missing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    worker = start_worker()
    worker.wait_for("The worker is ready: no ffmpeg: images and PDFs only")
    song = a_file(announcing, ALICE, a_song(ffmpeg, tmp_path), content_type="audio/flac")
    photo = a_file(announcing, ALICE, a_photo(), content_type="image/jpeg")

    wait_until_ended(announcing, photo, worker)

    job = announcing.jobs.get(f"{song.upload_id}.probe")
    assert job
    assert job.state is JobState.QUEUED
    [shown] = announcing.jobs.workers(announcing.now())
    of_files = tuple(kind for kind in shown.kinds if kind in KINDS)
    assert (of_files, shown.ffmpeg, shown.sandbox) == (("image", "pdf"), None, "landlock")


def test_the_log_names_jobs_and_no_address_or_secret(announcing: Ports, start_worker: StartWorker) -> None:
    """One line a job; a signed URL in a log is a key to the file."""
    worker = start_worker()
    photo = a_file(announcing, ALICE, a_photo(), content_type="image/jpeg")
    wait_until_ended(announcing, photo, worker)

    worker.stop()

    lines = [line for line in worker.shown.splitlines() if photo.upload_id in line]
    assert len(lines) == 1
    assert f"{photo.upload_id}.image done in" in lines[0]
    for secret in ("a secret of the worker 71c5", "X-Amz", "http://", "mongodb://", "song.mp3"):
        assert secret not in worker.shown
