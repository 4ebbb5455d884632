"""Workers that are killed, or freeze past their lease, at any moment: no job is lost, and none is published twice."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from service.jobs.model import JobState
from service.jobs.mongo.queue import MongoJobQueue
from service.settings import Settings
from service.shared.mongo.client import open_database
from tests.contracts.job_queue_contract import a_job
from tests.contracts.record_store_contract import an_id
from tests.helpers.job_worker import fast_now

pytestmark = pytest.mark.real

LEASE_S = 0.5  # of the test's workers
ROOT = Path(__file__).parent.parent.parent


class Workers:
    """Worker processes, each replaced when it is killed."""

    def __init__(self, settings: Settings, log: Path, size: int) -> None:
        self._command = [sys.executable, "-m", "tests.helpers.job_worker", settings.mongodb_uri]
        self._command += [settings.mongodb_database, str(log)]
        self._count = 0
        self.running = [self._spawn() for _ in range(size)]

    def _spawn(self) -> "subprocess.Popen[bytes]":
        self._count += 1
        return subprocess.Popen([*self._command, str(self._count)], cwd=ROOT)

    def kill(self, number: int) -> None:
        self.running[number].kill()
        self.running[number].wait()
        self.running[number] = self._spawn()

    def freeze(self, number: int, seconds: float) -> None:
        self.running[number].send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.running[number].send_signal(signal.SIGCONT)

    def end(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_and_frozen_workers_lose_and_double_nothing(settings: Settings, tmp_path: Path, seed: int) -> None:
    attack(settings, tmp_path / "published", jobs=60, workers=3, kills=12, seed=seed)


@pytest.mark.torture("full")
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_and_frozen_workers_for_long(settings: Settings, tmp_path: Path, seed: int) -> None:
    attack(settings, tmp_path / "published", jobs=200, workers=3, kills=30, seed=seed)


def attack(settings: Settings, log: Path, *, jobs: int, workers: int, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    database = open_database(settings)
    queue = MongoJobQueue(database)
    queue.prepare()
    log.touch()
    for number in range(jobs):
        # Somebody unlucky may be killed at the same job again and again: that is another test.
        queue.create(a_job(number, tries=kills + 2), fast_now())
    team = Workers(settings, log, workers)
    try:
        for number in range(kills):
            time.sleep(chance.uniform(0.05, 0.4))
            if number % 4 == 3:
                team.freeze(chance.randrange(workers), 2 * LEASE_S)
            else:
                team.kill(chance.randrange(workers))
        states = wait_for_all(queue, jobs)
        # Creating a job counts its token to 1, and each claim further.
        starts = sum(job.token - 1 for job in queue.list_by_files([an_id(number) for number in range(jobs)]))
    finally:
        team.end()
        database.client.close()

    assert states == Counter({JobState.DONE: jobs})
    published = Counter(log.read_text().split())
    assert max(published.values()) == 1
    # Whoever is killed between publishing and noting it is the only one that the note lacks.
    assert len(published) >= jobs - kills
    # A worker that is killed or frozen loses at most one job, so few jobs start twice.
    assert starts <= jobs + kills


def wait_for_all(queue: MongoJobQueue, jobs: int) -> Counter[JobState]:
    until = time.monotonic() + 120
    while True:
        states = Counter(job.state for job in queue.list_by_files([an_id(number) for number in range(jobs)]))
        if states[JobState.DONE] == jobs or time.monotonic() > until:
            return states
        time.sleep(0.2)
