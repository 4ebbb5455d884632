"""The worker's credential and settings on the real servers, and the leases of its jobs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dev.project import ROOT
from service.jobs.model import Job, JobState, Lane, Lease
from service.jobs.usecases.sweep import sweep_jobs
from service.ports import Ports
from service.settings import Settings
from service.store.minio.accounts import MinioAccounts
from service.store.minio.credentials import worker_policy
from service.store.sigv4.query import Credentials
from service.uploads.derived import DerivedState
from service.uploads.model import Upload
from service.uploads.usecases.upkeep.sweep import sweep
from tests.conftest import BUCKETS, MongodServer, Store, settings_for
from worker.job.active_lease import ActiveLease
from worker.settings import WorkerSettings

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACCESS_KEY, SECRET_KEY = "tests-worker-0123", "a secret of the worker 71c5"


@pytest.fixture(scope="session")
def worker_keys(minio: Store, mongod: MongodServer) -> dict[str, str]:
    """The worker's credential, for the buckets of all tests."""
    made = Credentials(ACCESS_KEY, SECRET_KEY)
    policy = worker_policy((BUCKETS,))
    assert MinioAccounts(settings_for(minio, mongod)).ensure("tests-worker", made, policy) is None
    return {"minio_worker_access_key": ACCESS_KEY, "minio_worker_secret_key": SECRET_KEY}


@pytest.fixture
def worker_settings(settings: Settings, worker_keys: dict[str, str]) -> WorkerSettings:
    """Those of a worker beside the service of `settings`."""
    return worker_settings_for(settings, worker_keys)


def worker_settings_for(settings: Settings, keys: dict[str, str], **values: Any) -> WorkerSettings:
    shared = {
        name: getattr(settings, name)
        for name in ("mongodb_uri", "mongodb_database", "minio_endpoint", "minio_region", "minio_addressing_style")
    }
    return WorkerSettings(**{**shared, **keys, **values})


def a_job(file: Upload, kind: str = "image", **changes: Any) -> Job:
    """Return a job on the file that has just been claimed."""
    fields: dict[str, Any] = {
        "job_id": f"{file.upload_id}.{kind}",
        "file_id": file.upload_id,
        "owner": file.owner,
        "kind": kind,
        "source": file.source,
        "state": JobState.RUNNING,
        "lane": Lane.LIGHT,
        "priority": 7,
        "virtual_time": 1,
        "cost": 1,
        "created_at": NOON,
        "due_at": NOON,
        "tries": 5,
        "tries_left": 4,
        "token": 2,
    }
    return Job(**{**fields, **changes})


def an_active_lease(file: Upload, kind: str = "image", **changes: Any) -> ActiveLease:
    """Return a lease that never lapses: nobody renews it in a test, which may take longer than it lasts."""
    return ActiveLease(Lease(a_job(file, kind, **changes)), now=lambda: 0.0)


class WorkerRun:
    """A worker as it is run: a process of its own that knows only its own settings."""

    def __init__(self, settings: WorkerSettings, folder: Path) -> None:
        self.log = folder / f"worker-{len(list(folder.glob('worker-*.log')))}.log"
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "worker"],
                cwd=ROOT,
                env={**environment, **environment_of(settings), "PYTHONFAULTHANDLER": "1"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def shown(self) -> str:
        return self.log.read_text()

    def wait_for(self, words: str, seconds: float = 30) -> None:
        """Return when its log says so."""
        until = time.monotonic() + seconds
        while words not in self.shown:
            assert self.process.poll() is None, self.shown
            assert time.monotonic() < until, self.shown
            time.sleep(0.02)

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            # Its threads show where they stand, in the log that pytest prints.
            self.process.send_signal(signal.SIGABRT)
            self.process.wait(5)
            raise AssertionError(self.shown) from None


def environment_of(settings: WorkerSettings) -> dict[str, str]:
    """Return the settings as the environment has them."""
    written = {}
    for name in WorkerSettings.model_fields:
        value = getattr(settings, name)
        value = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        written[name.upper()] = ",".join(value) if isinstance(value, tuple) else str("" if value is None else value)
    return written


StartWorker = Callable[..., WorkerRun]


@pytest.fixture
def start_worker(worker_settings: WorkerSettings, tmp_path: Path) -> Iterator[StartWorker]:
    """Start workers beside the service of `settings`, with their scratch in the test's folder."""
    runs: list[WorkerRun] = []

    def start(**changes: Any) -> WorkerRun:
        values = {"worker_scratch": tmp_path / "scratch", **changes}
        (tmp_path / "scratch").mkdir(exist_ok=True)
        runs.append(WorkerRun(worker_settings.model_copy(update=values), tmp_path))
        return runs[-1]

    yield start
    for run in runs:
        run.stop(signal.SIGKILL)


def wait_until(holds: Callable[[], object], seconds: float = 30, why: Callable[[], str] = lambda: "") -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, why()
        time.sleep(0.05)


@pytest.fixture
def announcing(real_ports: Ports) -> Ports:
    """A service that has others told what becomes of its files."""
    return replace(real_ports, policy=replace(real_ports.policy, announces=True))


def sweep_after(ports: Ports, time_passed: timedelta) -> None:
    """Do what the service's sweeper does: among others it shows what a killed worker could not."""
    later = replace(ports, now=lambda: ports.now() + time_passed)
    sweep_jobs(later)
    sweep(later)


def wait_until_ended(ports: Ports, file: Upload, worker: WorkerRun, seconds: float = 60) -> Upload:
    """Return the file once nothing is left to be done for it."""

    def has_ended() -> bool:
        shown = ports.records.get(file.upload_id)
        return bool(shown and shown.derived and shown.derived.state in (DerivedState.READY, DerivedState.FAILED))

    wait_until(has_ended, seconds, lambda: worker.shown)
    shown = ports.records.get(file.upload_id)
    assert shown
    return shown


def wait_until_running(ports: Ports, job_id: str, seconds: float = 30) -> Job:
    """Return the job once a worker has it."""

    def is_running() -> bool:
        job = ports.jobs.get(job_id)
        return job is not None and job.state is JobState.RUNNING

    wait_until(is_running, seconds, lambda: str(ports.jobs.get(job_id)))
    job = ports.jobs.get(job_id)
    assert job
    return job


def children_of(run: WorkerRun) -> list[int]:
    """Return the processes below a worker, sandboxed ones."""
    text = Path(f"/proc/{run.process.pid}/task/{run.process.pid}/children")
    tasks = Path(f"/proc/{run.process.pid}/task").glob("*/children") if text.exists() else []
    return [int(pid) for children in tasks for pid in children.read_text().split()]
