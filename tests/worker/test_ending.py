"""How a worker ends: within ten seconds of a signal, whatever holds it up, and whichever thread takes the signal."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from dev.project import ROOT
from service.jobs.model import JobState, Lane
from service.jobs.usecases.relay import relay
from service.ports import Ports
from tests.builders import ALICE, a_file
from tests.helpers.jobs import with_media
from tests.helpers.made_files import a_photo
from tests.helpers.signals import signal_another_thread
from tests.helpers.worker import StartWorker, environment_of, wait_until, wait_until_running
from worker.app import build
from worker.settings import WorkerSettings

pytestmark = pytest.mark.real

BUSY_S = 60  # for what takes seconds, on a machine that does much else


def test_a_signal_that_another_thread_takes_ends_it(start_worker: StartWorker) -> None:
    """Python leaves it to the main thread, and wakes nobody: the worker went on for ever."""
    worker = start_worker()
    worker.wait_for("The worker is ready")

    signal_another_thread(worker.process.pid, signal.SIGTERM)

    assert worker.process.wait(BUSY_S) == 0
    assert "The worker has ended" in worker.shown


INTERRUPTED = """
import signal, sys
from worker.process import EndRequest

request, times = EndRequest(), 0

def stop(*_):
    request.make()

def interrupt(*_):
    global times
    times += 1
    signal.raise_signal(signal.SIGTERM)

signal.signal(signal.SIGTERM, stop)
sys.setprofile(interrupt)
request.make()
request.wait()
sys.setprofile(None)
print(times)
"""


def test_signals_in_the_middle_of_one_another_are_taken() -> None:
    """Ctrl-C and SIGTERM come together: of a lock in the handler, the second one would wait for the first.

    Here one comes at each step that Python takes.
    """
    taken = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], cwd=ROOT, capture_output=True, text=True, timeout=BUSY_S, check=True
    )

    assert int(taken.stdout) > 3


def test_a_store_that_never_answers_holds_up_no_end(announcing: Ports, start_worker: StartWorker) -> None:
    """The slot waits for it for longer, so the job is given back over its head."""
    with socket.create_server(("127.0.0.1", 0)) as store:
        worker = start_worker(minio_endpoint=f"http://127.0.0.1:{store.getsockname()[1]}")
        photo = a_file(announcing, ALICE, a_photo(), content_type="image/jpeg")
        job_id = wait_until_running(announcing, f"{photo.upload_id}.image").job_id
        connection, _ = store.accept()
        with connection:
            code = worker.stop()

    job = announcing.jobs.get(job_id)
    assert code == 0, "it ended by itself: after ten seconds, the kernel would have ended it"
    assert job
    assert (job.state, job.tries_left, job.worker) == (JobState.QUEUED, 5, None)


def test_a_job_claimed_as_the_end_came_is_given_back(announcing: Ports, worker_settings: WorkerSettings) -> None:
    """The worker looked for leases before this job had one, so the slot itself must notice the end."""
    photo = a_file(announcing, ALICE, a_photo(), content_type="image/jpeg")
    relay(with_media(announcing))
    lease = announcing.jobs.claim(["image"], [Lane.LIGHT], "a worker", announcing.now())
    assert lease
    with socket.create_server(("127.0.0.1", 0)) as store:
        store.setblocking(False)
        endpoint = f"http://127.0.0.1:{store.getsockname()[1]}"
        runner = build(worker_settings.model_copy(update={"minio_endpoint": endpoint}))._runner  # noqa: SLF001
        runner.stopping.set()
        with closing(runner.ports.records), closing(runner.scratch):  # type: ignore[type-var]
            runner.work(lease)

        with pytest.raises(BlockingIOError):
            store.accept()

    job = announcing.jobs.get(f"{photo.upload_id}.image")
    assert job
    assert (job.state, job.tries_left) == (JobState.QUEUED, 5)


def fill(pipe: int) -> None:
    os.set_blocking(pipe, False)
    with suppress(BlockingIOError):
        while True:
            os.write(pipe, bytes(4096))
    os.set_blocking(pipe, True)


def takes(pid: int, number: int) -> bool:
    """Return whether a process has a handler for a signal."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    taken = next(line.split()[1] for line in lines if line.startswith("SigCgt:"))
    return bool(int(taken, 16) >> (number - 1) & 1)


@pytest.mark.torture("10 s")
def test_a_log_that_nobody_reads_holds_up_no_end(worker_settings: WorkerSettings, tmp_path: Path) -> None:
    """Each thread hangs in its first line. The kernel ends what cannot end itself."""
    settings = worker_settings.model_copy(update={"worker_scratch": tmp_path})
    reads, writes = os.pipe()
    fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, 4096)
    fill(writes)
    with subprocess.Popen(
        [sys.executable, "-m", "worker"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment_of(settings)},
        stderr=writes,
        start_new_session=True,
    ) as worker:
        wait_until(lambda: takes(worker.pid, signal.SIGTERM))

        worker.send_signal(signal.SIGTERM)

        assert worker.wait(BUSY_S) == -signal.SIGALRM
    os.close(reads)
    os.close(writes)
