"""Real workers while the database, the store, the broker or they themselves are away: every job ends, and once."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pika
import pytest

from service.jobs.model import Job, JobState
from service.jobs.rabbitmq.bell import RabbitBell
from service.jobs.rabbitmq.connecting import QUEUE
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import MoodropError
from service.uploads.derived import OutboxEvent
from service.uploads.model import Upload
from service.uploads.object_keys import derived_prefix
from service.uploads.usecases.files.delete import delete_file
from tests.builders import ALICE, BOB, a_file
from tests.conftest import prepared_ports
from tests.helpers.made_files import a_photo
from tests.helpers.rabbitmq import RabbitServer, is_installed, rabbit_server
from tests.helpers.worker import ACCESS_KEY, SECRET_KEY, StartWorker, WorkerRun, sweep_after, wait_until
from tests.integration.frail import Frail, frail_pair, frozen

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

FILES = 60
OUTAGES = 8
OUTAGE_S = 5.0
# A worker gives up its jobs when it could not renew their leases for 15 s.
LONG_OUTAGE_S = 18.0
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@pytest.fixture
def frail(tmp_path: Path) -> Iterator[Frail]:
    with frail_pair(tmp_path / "servers") as servers:
        yield servers


@pytest.fixture
def settings(frail: Frail) -> Settings:
    pair = {"minio_worker_access_key": ACCESS_KEY, "minio_worker_secret_key": SECRET_KEY}
    return frail.settings(sweep_interval=0, media=True, upload_url_expires_in=3600, **pair)


@pytest.fixture
def worker_keys() -> dict[str, str]:
    """The service of `settings` makes this account at its start."""
    return {"minio_worker_access_key": ACCESS_KEY, "minio_worker_secret_key": SECRET_KEY}


@pytest.fixture
def media(settings: Settings) -> Iterator[Ports]:
    with prepared_ports(settings) as ports:
        yield ports


def photos(ports: Ports, count: int) -> list[Upload]:
    body = a_photo()
    return [a_file(ports, ALICE, body, content_type="image/jpeg") for _ in range(count)]


def jobs_of(ports: Ports, files: list[Upload]) -> list[Job]:
    return ports.jobs.list_by_files([file.upload_id for file in files])


def wait_for_the_end(ports: Ports, files: list[Upload], workers: list[WorkerRun], seconds: float = 300) -> list[Job]:
    def have_ended() -> bool:
        with suppress(MoodropError):
            jobs = jobs_of(ports, files)
            return len(jobs) == len(files) and all(job.state in ENDED for job in jobs)
        return False

    wait_until(have_ended, seconds, lambda: "\n".join(worker.shown[-2000:] for worker in workers))
    return jobs_of(ports, files)


def the_database_stands_still(frail: Frail, chance: random.Random) -> None:
    with frozen(frail.database):
        time.sleep(chance.choice([OUTAGE_S, LONG_OUTAGE_S]))


def the_database_is_killed(frail: Frail, chance: random.Random) -> None:
    frail.kill(frail.database)
    time.sleep(chance.uniform(0, OUTAGE_S))
    frail.start_database()


def the_store_stands_still(frail: Frail, chance: random.Random) -> None:
    with frozen(frail.store):
        time.sleep(OUTAGE_S)


def the_store_is_killed(frail: Frail, chance: random.Random) -> None:
    frail.kill(frail.store)
    time.sleep(chance.uniform(0, OUTAGE_S))
    frail.start_store()


@pytest.mark.torture(f"{FILES} files, {OUTAGES} outages")
@pytest.mark.parametrize(
    "outage",
    [the_database_stands_still, the_database_is_killed, the_store_stands_still, the_store_is_killed],
)
def test_jobs_end_in_spite_of_outages(
    frail: Frail, media: Ports, start_worker: StartWorker, outage: Callable[[Frail, random.Random], None]
) -> None:
    """Each file has its thumbnail, all of whose objects are there; nothing else of it is shown."""
    chance = random.Random(7)
    files = photos(media, FILES)
    workers = [start_worker(), start_worker()]
    for _ in range(OUTAGES):
        time.sleep(chance.uniform(0.2, 1.5))
        outage(frail, chance)

    jobs = wait_for_the_end(media, files, workers)
    sweep_after(media, timedelta(minutes=1))

    assert Counter(job.state for job in jobs) == {JobState.DONE: FILES}
    check_results(media, files, jobs)


def check_results(ports: Ports, files: list[Upload], jobs: list[Job]) -> None:
    """Each result's objects are there, and each file shows it."""
    by_file = {job.file_id: job for job in jobs}
    for file in files:
        job = by_file[file.upload_id]
        assert job.result
        names = {thumbnail["name"] for thumbnail in job.result["thumbnails"]}
        prefix = f"{derived_prefix(file)}image/{job.result_token}/"
        assert {entry.object_key for entry in ports.objects.iter_objects(file.bucket, prefix)} == {
            prefix + name for name in names
        }
        shown = ports.records.get(file.upload_id)
        assert shown
        assert shown.derived
        assert shown.derived.thumbnail
        assert shown.derived.thumbnail.prefix == prefix


@pytest.mark.torture("500 files of one, then 5 of another")
def test_a_newcomer_is_next_but_one(media: Ports, start_worker: StartWorker) -> None:
    """Behind 500 files of somebody else: 5 of 12 jobs are the newcomer's, while 2 run."""
    first = photos(media, 500)
    worker = start_worker(worker_slots=2)
    wait_until(lambda: sum(job.state is JobState.DONE for job in jobs_of(media, first)) >= 3, 120, lambda: worker.shown)
    body = a_photo()
    came_at = media.now()
    files = [a_file(media, BOB, body, content_type="image/jpeg") for _ in range(5)]

    jobs = wait_for_the_end(media, files, [worker])

    last = max(job.started_at for job in jobs if job.started_at)
    queued_at = min(job.created_at for job in jobs)
    between = [job for job in jobs_of(media, first) if job.started_at and queued_at <= job.started_at <= last]
    assert queued_at >= came_at
    # One of each in turn; and those that a second slot takes between a claim and the clock's move.
    assert len(between) <= 2 * len(files), len(between)


needs_rabbitmq = pytest.mark.skipif(not is_installed(), reason="there is no rabbitmq-server (Debian's package)")


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitServer]:
    with rabbit_server(tmp_path_factory.mktemp("rabbitmq")) as server:
        yield server


@needs_rabbitmq
@pytest.mark.torture("100 files, 20 rings doubled, 10 deleted, 5 s without a broker")
def test_a_broker_that_loses_and_doubles_rings_costs_nothing(
    media: Ports, broker: RabbitServer, start_worker: StartWorker
) -> None:
    """Nor does one that is away for a while."""
    bell = RabbitBell(broker.url)
    workers = [start_worker(job_broker_url=broker.url) for _ in range(2)]
    for worker in workers:
        worker.wait_for("The worker is ready")
    files: list[Upload] = []
    for number in range(5):
        files += ring_for(bell, photos(media, 20), times=2 if number == 1 else 1)
        if number == 2:
            delete_rings(broker, 10)
        if number == 3:
            broker.stop()
            time.sleep(OUTAGE_S)
            broker.start()

    jobs = wait_for_the_end(media, files, workers)
    sweep_after(media, timedelta(minutes=1))

    assert Counter(job.state for job in jobs) == {JobState.DONE: len(files)}
    assert {job.tries_left for job in jobs} == {4}, "nobody did a job twice"
    check_results(media, files, jobs)


def ring_for(bell: RabbitBell, files: list[Upload], times: int) -> list[Upload]:
    for file in files:
        for _ in range(times):
            bell.ring(file.upload_id)
    return files


def delete_rings(broker: RabbitServer, count: int) -> None:
    """Take as many as there are out of the queue before a worker does."""
    with pika.BlockingConnection(pika.URLParameters(broker.url)) as connection:
        channel = connection.channel()
        for _ in range(count):
            channel.basic_get(QUEUE, auto_ack=True)


@pytest.mark.torture("40 kills of workers, 120 files, half of them deleted")
def test_nothing_is_left_of_deleted_files(media: Ports, start_worker: StartWorker, tmp_path: Path) -> None:
    """Whoever is killed in the middle of what: files that stay have their jobs, and of the others nothing is left."""
    chance = random.Random(11)
    files: list[Upload] = []
    deleted: set[str] = set()
    workers = [start_worker() for _ in range(2)]
    for _ in range(40):
        files += photos(media, 3)
        for file in chance.sample(files, 2):
            if file.upload_id not in deleted and len(deleted) < len(files) // 2:
                delete_file(media, ALICE, file.upload_id)
                deleted.add(file.upload_id)
        time.sleep(chance.uniform(0.1, 0.6))
        victim = chance.randrange(len(workers))
        workers[victim].stop(signal.SIGKILL)
        workers[victim] = start_worker()
    staying = [file for file in files if file.upload_id not in deleted]

    jobs = wait_for_the_end(media, staying, workers)
    for worker in workers:
        worker.stop()
    for minutes in (0, 20, 40, 3000, 3020):
        sweep_after(media, timedelta(minutes=minutes))

    assert Counter(job.state for job in jobs) == {JobState.DONE: len(staying)}
    check_results(media, staying, jobs)
    for file in files:
        if file.upload_id in deleted:
            assert list(media.objects.iter_objects(file.bucket, derived_prefix(file))) == []
            assert media.records.get(file.upload_id) is None, "a tombstone"
    for event in OutboxEvent:
        assert media.records.with_outbox(event, 9) == []
