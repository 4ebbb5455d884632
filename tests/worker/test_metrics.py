"""The worker's metrics: what they say of the queue and of its own work, and who can read them."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import urllib3
from prometheus_client.parser import text_string_to_metric_families

from dev.ports import free_port
from service.jobs.memory.queue import MemoryJobQueue
from service.jobs.model import Lane, NewJob, Worker
from service.jobs.mongo.queue import MongoJobQueue
from service.ports import Ports
from service.settings import Settings
from service.shared.mongo.client import open_database
from tests.builders import ALICE, a_file
from tests.contracts.record_store_contract import an_id
from tests.helpers.made_files import a_photo
from tests.helpers.worker import StartWorker, wait_until_ended
from worker.monitoring.metrics import WorkerMetrics

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
Samples = dict[tuple[str, ...], float]


def samples_of(text: str) -> Samples:
    """Return each value by the metric's name and the values of its labels."""
    families = text_string_to_metric_families(text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def scrape(port: int, host: str = "127.0.0.1") -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", f"http://{host}:{port}/metrics", retries=False, timeout=10)


def collected(metrics: WorkerMetrics) -> Samples:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in metrics.registry.collect()
        for sample in family.samples
    }


def queue_jobs(queue: MemoryJobQueue, kind: str, lane: Lane, *minutes: int) -> None:
    """Queue a job so many minutes after noon, each."""
    for number in minutes:
        job = NewJob(f"{an_id(number)}.{kind}", an_id(number), "alice", kind, "v1", lane, priority=1)
        queue.create(job, NOON + timedelta(minutes=number))


def test_they_say_how_much_waits_and_for_how_long() -> None:
    """By lane; a job that waits for its next try is queued, but not late."""
    queue, now = MemoryJobQueue(), NOON + timedelta(minutes=10)
    queue_jobs(queue, "image", Lane.LIGHT, 1, 2, 3)
    queue_jobs(queue, "video", Lane.HEAVY, 0)
    lease = queue.claim(["video"], (Lane.HEAVY,), "w", now)
    assert lease
    queue.requeue(lease, "timeout", "", now + timedelta(minutes=1))
    done = queue.claim(["image"], (Lane.LIGHT,), "w", now)
    assert done
    queue.fail(done, "not_media", "", now)
    queue.heartbeat(Worker("w", "box", "1.0", (), None, "landlock", now))

    shown = collected(WorkerMetrics(queue, lambda: now))

    assert {name: value for name, value in shown.items() if not name[0].startswith("process_")} == {
        ("moodrop_jobs", "image", "failed"): 1,
        ("moodrop_jobs", "image", "queued"): 2,
        ("moodrop_jobs", "video", "queued"): 1,
        ("moodrop_job_oldest_seconds", "light"): 480,
        ("moodrop_job_oldest_seconds", "heavy"): 0,
        ("moodrop_workers",): 1,
    }


def test_a_job_of_a_dead_worker_waits_as_well() -> None:
    """From the end of its lease on: nobody extends that."""
    queue = MemoryJobQueue()
    queue_jobs(queue, "image", Lane.LIGHT, 0)
    queue.claim(["image"], (Lane.LIGHT,), "w", NOON)

    assert collected(WorkerMetrics(queue, lambda: NOON))["moodrop_job_oldest_seconds", "light"] == 0
    later = collected(WorkerMetrics(queue, lambda: NOON + timedelta(seconds=90)))
    assert later["moodrop_job_oldest_seconds", "light"] == 60


def test_without_a_database_they_say_what_this_worker_has_done() -> None:
    """And nothing of the queue: zeros would look as if all were well."""
    database = open_database(Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/"))
    metrics = WorkerMetrics(MongoJobQueue(database), lambda: NOON)
    metrics.observe("image", "done", 0.3)

    names = {name[0] for name in collected(metrics) if not name[0].startswith("process_")}

    database.client.close()
    assert {name.rpartition("_")[0] for name in names} == {"moodrop_job_seconds"}


@pytest.mark.real
def test_a_worker_shows_its_work_to_this_machine(announcing: Ports, start_worker: StartWorker) -> None:
    """By HTTP, while another client of the port says nothing."""
    port = free_port()
    worker = start_worker(worker_metrics_port=port)
    wait_until_ended(announcing, a_file(announcing, ALICE, a_photo(), content_type="image/jpeg"), worker)

    with socket.create_connection(("127.0.0.1", port)):
        response = scrape(port)

    shown = samples_of(response.data.decode())
    assert response.status == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    assert shown["moodrop_job_seconds_count", "image", "done"] == 1
    assert 0 < shown["moodrop_job_seconds_sum", "image", "done"] < 60
    assert shown["moodrop_workers",] == 1
    assert shown["process_resident_memory_bytes",] > 10_000_000
    assert str(port) not in worker.shown, "a line for each scrape would be too many"
    # Another address of the same machine.
    with pytest.raises(urllib3.exceptions.HTTPError):
        scrape(port, "127.0.0.2")


@pytest.mark.real
def test_a_port_that_is_taken_stops_the_start(start_worker: StartWorker) -> None:
    """Rather than a worker that nobody sees."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        worker = start_worker(worker_metrics_port=port)
        assert worker.process.wait(60) == 1

    assert f"no metrics on 127.0.0.1, port {port}: Address already in use" in worker.shown


@pytest.mark.real
def test_by_default_a_worker_listens_nowhere(start_worker: StartWorker) -> None:
    """It takes its jobs from the database."""
    worker = start_worker()
    worker.wait_for("The worker is ready")

    proc = Path(f"/proc/{worker.process.pid}")
    rows = [line.split() for name in ("tcp", "tcp6") for line in (proc / "net" / name).read_text().splitlines()]
    listening = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A"}  # proc(5)
    assert not listening & {str(path.readlink()) for path in (proc / "fd").iterdir()}
