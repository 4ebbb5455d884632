"""The thread that sweeps: in one worker at a time, through outages, until it is told to stop."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.operations.usecases.preparation import Preparation
from service.operations.usecases.sweeper import LONGEST_PAUSE_S, SWEEP, Sweeper
from service.ports import Ports
from service.shared.errors import DatabaseUnavailable
from service.shared.memory.leases import MemoryLeases
from service.store.errors import StoreUnavailable
from service.uploads.model import Upload, UploadStatus
from tests.builders import a_sent_upload
from tests.conftest import Clock


def a_sweeper(ports: Ports, interval_s: int = 60) -> Sweeper:
    return Sweeper(ports, Preparation(ports, (), retry_after_s=0), interval_s)


def status_of(ports: Ports, upload: Upload) -> UploadStatus:
    stored = ports.records.get(upload.upload_id)
    assert stored is not None
    return stored.status


def test_of_several_workers_one_sweeps(ports: Ports, clock: Clock) -> None:
    """The others ask for the lease each time, and do nothing."""
    leader, other = a_sweeper(ports), a_sweeper(ports)
    leader.turn()
    upload = a_sent_upload(ports)
    clock.pass_(60)

    other.turn()
    assert status_of(ports, upload) is UploadStatus.PENDING

    leader.turn()
    assert status_of(ports, upload) is UploadStatus.READY


def test_a_dead_leader_is_followed_by_another(ports: Ports, clock: Clock) -> None:
    """A killed worker releases nothing, but its lease expires after two intervals."""
    a_sweeper(ports).turn()
    upload = a_sent_upload(ports)
    other = a_sweeper(ports)

    for _ in range(3):
        clock.pass_(60)
        other.turn()

    assert status_of(ports, upload) is UploadStatus.READY


class Down:
    """A port that fails as long as the test says."""

    def __init__(self, port: Any, error: type[Exception]) -> None:
        self._port = port
        self.error: type[Exception] | None = error

    def __getattr__(self, name: str) -> Any:
        if self.error:
            raise self.error("down")
        return getattr(self._port, name)


@pytest.mark.parametrize(
    ("port", "error"),
    [
        ("records", DatabaseUnavailable),
        ("leases", DatabaseUnavailable),
        ("objects", StoreUnavailable),
        ("records", ZeroDivisionError),
    ],
)
def test_an_outage_makes_it_wait_longer_and_ends_nothing(
    ports: Ports, clock: Clock, port: str, error: type[Exception]
) -> None:
    """Nor does a bug. Each wait doubles, up to ten minutes; then all is as before."""
    down = Down(getattr(ports, port), error)
    sweeper = a_sweeper(replace(ports, **{port: down}))
    upload = a_sent_upload(ports)
    clock.pass_(60)
    pauses = []
    for _ in range(6):
        sweeper.turn()
        pauses.append(sweeper.pause_s)
    assert pauses == [120, 240, 480, LONGEST_PAUSE_S, LONGEST_PAUSE_S, LONGEST_PAUSE_S]

    down.error = None
    sweeper.turn()

    assert sweeper.pause_s == 60
    assert status_of(ports, upload) is UploadStatus.READY


def eventually(holds: Callable[[], bool]) -> None:
    """Return as soon as the condition holds; the test's own time-out ends a futile wait."""
    pause = threading.Event()
    while not holds():
        pause.wait(0.01)


def test_it_sweeps_by_itself_until_it_is_stopped(ports: Ports, clock: Clock) -> None:
    """It releases its lease, so that another worker need not wait for the expiry."""
    upload = a_sent_upload(ports)
    clock.pass_(60)
    sweeper = a_sweeper(ports, 1)

    sweeper.start()
    eventually(lambda: status_of(ports, upload) is UploadStatus.READY)
    sweeper.stop()
    sweeper.stop()

    assert SWEEP.name not in {thread.name for thread in threading.enumerate()}
    assert ports.leases.acquire(SWEEP.name, "another", now=clock(), until=clock() + timedelta(seconds=1))


def test_a_long_sweep_keeps_its_lease(ports: Ports, clock: Clock) -> None:
    """And stops if it has lost the lease."""
    uploads = [a_sent_upload(ports) for _ in range(6)]
    clock.pass_(60)
    leases = MemoryLeases()

    class Slow:
        """Each call takes fifty seconds; after the fourth, another worker holds the lease."""

        def __init__(self) -> None:
            self.looks = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(ports.objects, name)

        def head(self, *which: Any) -> Any:
            self.looks += 1
            if self.looks == 4:
                clock.pass_(1000)
                assert leases.acquire(SWEEP.name, "another", now=clock(), until=clock() + timedelta(seconds=100))
            else:
                assert not leases.acquire(SWEEP.name, "another", now=clock(), until=clock() + timedelta(seconds=100))
            clock.pass_(50)
            return ports.objects.head(*which)

    a_sweeper(replace(ports, objects=Slow(), leases=leases)).turn()

    assert [status_of(ports, upload) for upload in uploads].count(UploadStatus.READY) == 4


def test_an_interval_of_zero_starts_nothing(ports: Ports) -> None:
    """With SWEEP_INTERVAL=0, cron does it."""
    a_sweeper(ports, 0).start()

    assert SWEEP.name not in {thread.name for thread in threading.enumerate()}
