"""The media worker of `make run`: what it may know, and that a run goes on whatever becomes of it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import media_worker
from dev.media_worker import RESTARTS, MediaWorker, worker_environment
from dev.stack import Stack
from service.settings import Settings
from worker.settings import WorkerSettings

KEYS = {"MINIO_WORKER_ACCESS_KEY": "worker-key", "MINIO_WORKER_SECRET_KEY": "worker-secret"}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs in a folder of the test's stand for the worker; nothing is installed or fetched."""
    (tmp_path / "worker").mkdir()
    (tmp_path / "worker" / "__init__.py").touch()
    monkeypatch.setattr(media_worker, "ROOT", tmp_path)
    monkeypatch.setattr(media_worker, "LOG", tmp_path / "worker.log")
    monkeypatch.setattr(media_worker, "install_packages", lambda _: "unchanged")
    monkeypatch.setattr(media_worker, "find_ffmpeg", lambda _: None)


@pytest.fixture
def worker() -> Iterator[MediaWorker]:
    made = MediaWorker(worker_environment({**KEYS, "PATH": "/usr/bin:/bin"}))
    yield made
    made.stop()


def program(folder: Path, text: str) -> None:
    (folder / "worker" / "__main__.py").write_text(text)


def test_the_worker_gets_its_settings_and_no_secret_of_the_service() -> None:
    """It reads the bytes of strangers."""
    values = {name.upper(): f"the {name}" for name in {**Settings.model_fields, **WorkerSettings.model_fields}}

    given = worker_environment({**values, "PATH": "/usr/bin", "SOMETHING": "else", "WORKER_SLOTS": ""})

    own = {name.upper() for name in WorkerSettings.model_fields} - {"WORKER_SLOTS"}
    assert own <= set(given)
    secrets = {name.upper() for name, field in Settings.model_fields.items() if "secret" in name or "_key" in name}
    assert secrets & set(given) <= own
    assert {"JWT_SECRET", "SECRET_KEY", "MINIO_SECRET_KEY", "SMTP_URL", "SOMETHING"} & set(given) == set()


def test_what_the_worker_can_do_is_its_note(worker: MediaWorker, tmp_path: Path) -> None:
    program(tmp_path, "import time; print('x The worker is ready: ffmpeg 8.1.2', flush=True); time.sleep(60)")

    assert worker.start() == "ffmpeg 8.1.2"


def test_a_worker_that_cannot_start_is_a_note_and_no_failure(worker: MediaWorker, tmp_path: Path) -> None:
    program(tmp_path, "import sys; sys.exit('The worker cannot start: the clocks differ by 9 s')")

    assert worker.start() == "off: The worker cannot start: the clocks differ by 9 s"


def test_without_a_credential_there_is_none() -> None:
    """A store of one's own has an account only if somebody made one."""
    note = MediaWorker(worker_environment({"PATH": "/usr/bin:/bin"})).start()

    assert note.startswith("off: set MINIO_WORKER_ACCESS_KEY")


def test_a_worker_that_ends_is_started_again_three_times(worker: MediaWorker, tmp_path: Path) -> None:
    """Then it stays off, which is said once; the run goes on."""
    program(tmp_path, "open('starts', 'a').write('x'); print('The worker is ready: for a moment', flush=True)")
    shown: list[str] = []
    worker.start()

    until = time.monotonic() + 20
    while not shown:
        worker.watch(shown.append)
        assert time.monotonic() < until
        time.sleep(0.02)
    worker.watch(shown.append)

    assert (tmp_path / "starts").read_text() == "x" * (1 + RESTARTS)
    assert len(shown) == 1
    assert "stays off; everything else goes on" in shown[0]


def test_a_worker_is_not_one_of_the_servers_that_end_a_run(worker: MediaWorker, tmp_path: Path) -> None:
    program(tmp_path, "print('The worker is ready: for a moment', flush=True)")
    worker.start()

    assert Stack({}, worker=worker).ended() is None
