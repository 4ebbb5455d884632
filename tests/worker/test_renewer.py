"""Leases are extended while work goes on, and lost where that fails."""

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from service.jobs.memory.queue import MemoryJobQueue
from service.jobs.model import Lane, Lease, NewJob, Worker
from service.shared.errors import DatabaseUnavailable
from tests.conftest import Clock
from worker.job.active_lease import LEASE_S, ActiveLease
from worker.job.errors import LeaseLost
from worker.monitoring.heartbeat import Heartbeat
from worker.renewer import EVERY_S, FAILING_S, Renewer

JOB = NewJob("01JD8ZK3V0X5W9QH2M4N6P7R8S.image", "01JD8ZK3V0X5W9QH2M4N6P7R8S", "alice", "image", "v1", Lane.LIGHT, 7)


class Queue(MemoryJobQueue):
    """A queue that can be out of reach."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        self.renewals: list[float | None] = []

    def renew(self, lease: Lease, progress: float | None, now: datetime) -> bool:
        if self.is_away:
            raise DatabaseUnavailable("no answer")
        self.renewals.append(progress)
        return super().renew(lease, progress, now)


@dataclass
class World:
    """A job that was just claimed; `pass_` lets time go by, the renewer at work each second."""

    queue: Queue
    clock: Clock
    renewer: Renewer
    lease: Lease
    active: ActiveLease
    monotonic: list[float]

    def pass_(self, seconds: int, *, frozen: bool = False) -> None:
        for _ in range(seconds):
            self.monotonic[0] += 1
            self.clock.pass_(1)
            if not frozen:
                self.renewer.extend_all()


@pytest.fixture
def world(clock: Clock) -> World:
    queue, monotonic = Queue(), [0.0]
    queue.create(JOB, clock())
    lease = queue.claim(["image"], [Lane.LIGHT], "one", clock())
    assert lease
    renewer = Renewer(queue, clock, lambda: monotonic[0])
    active = ActiveLease(lease, lambda: monotonic[0])
    renewer.add(active)
    return World(queue, clock, renewer, lease, active, monotonic)


def test_a_lease_is_extended_every_ten_seconds(world: World) -> None:
    """With the progress; nobody else can claim the job, however long it takes."""
    world.active.progress = 0.25

    world.pass_(70 * 60)

    assert world.active.is_alive
    assert world.queue.renewals == [0.25] * (70 * 60 // int(EVERY_S))
    assert world.queue.claim(["image"], [Lane.LIGHT], "two", world.clock()) is None


def test_a_lease_that_is_refused_is_lost(world: World) -> None:
    """Its file was deleted, or another worker has the job: it is noticed within ten seconds."""
    world.queue.cancel(JOB.file_id, world.clock())

    world.pass_(int(EVERY_S))

    with pytest.raises(LeaseLost):
        world.active.require()


def test_a_database_that_comes_back_in_time_costs_nothing(world: World) -> None:
    world.queue.is_away = True
    world.pass_(int(EVERY_S + FAILING_S) - 1)
    world.queue.is_away = False
    world.pass_(1)

    assert world.active.is_alive
    assert world.queue.get(JOB.job_id).due_at == world.clock() + timedelta(seconds=LEASE_S)  # type: ignore[union-attr]


def test_a_lease_is_lost_before_another_could_claim_the_job(world: World) -> None:
    """Fifteen seconds after the first failure, which leaves five for clocks that differ."""
    world.queue.is_away = True

    world.pass_(int(EVERY_S + FAILING_S))

    assert not world.active.is_alive
    assert world.queue.claim(["image"], [Lane.LIGHT], "two", world.clock()) is None


def test_a_process_that_was_frozen_knows_it_when_it_wakes(world: World) -> None:
    """Before it has asked anybody: it must not publish in between."""
    world.pass_(int(LEASE_S), frozen=True)

    assert not world.active.is_alive


def test_a_worker_introduces_itself(clock: Clock) -> None:
    queue = MemoryJobQueue()
    worker = Worker("box-1-abc", "box", "0.1.0", ("image",), None, "landlock", clock())
    heartbeat = Heartbeat(queue, worker, clock, threading.Event())
    clock.pass_(30)

    heartbeat.beat()

    assert queue.workers(clock()) == [replace(worker, seen_at=clock())]


def test_a_job_that_kills_each_of_its_workers_fails_at_the_fifth(clock: Clock) -> None:
    """Nobody else looks for jobs that may not be started again."""
    queue = MemoryJobQueue()
    queue.create(JOB, clock())
    worker = Worker("survivor", "box", "0", (), None, "none", clock())
    heartbeat = Heartbeat(queue, worker, clock, threading.Event())
    starts = 0
    while queue.claim(["image"], [Lane.LIGHT], "victim", clock()):
        starts += 1
        clock.pass_(LEASE_S + 1)
        heartbeat.beat()

    failed = queue.get(JOB.job_id)
    assert failed
    assert (starts, failed.state, failed.reason) == (JOB.tries, "failed", "crashed")
