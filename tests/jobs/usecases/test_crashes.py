"""A crash at any call, of whoever acts on a file with jobs: what comes next repairs everything."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from service.jobs.model import JobState
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_job
from service.jobs.usecases.sweep import sweep_jobs
from service.ports import Ports
from service.shared.errors import MoodropError
from service.uploads.derived import DerivedState, OutboxEvent
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, NO_METADATA
from tests.conftest import Clock
from tests.helpers.faults import Fault, each_fault, with_fault
from tests.helpers.fresh_ports import make_ports
from tests.helpers.jobs import KINDS, LANES, a_sent_picture, derived_keys, make, put_derived, with_media, work

__all__ = ["make_ports"]

LONG_AFTER = 50_000  # s
MakePorts = Callable[[], tuple[Ports, Clock]]


def confirm(ports: Ports, file_id: str) -> None:
    confirm_upload(ports, ALICE, file_id, NO_METADATA)


def work_once(ports: Ports, file_id: str) -> None:
    """Do the next job, as a worker does that dies somewhere."""
    lease = ports.jobs.claim(KINDS, LANES, "w", ports.now())
    if lease and (done := ports.jobs.finish(lease, {"threat": None}, ports.now())):
        settle_job(ports, done)


def delete(ports: Ports, file_id: str) -> None:
    delete_file(ports, ALICE, file_id)


def sweep_all(ports: Ports, file_id: str) -> None:
    sweep_jobs(ports)
    sweep(ports)


def relay_all(ports: Ports, file_id: str) -> None:
    relay(ports)


def run(ports: Ports, clock: Clock, fault: Fault, step: Callable[[Ports, str], None], until: str) -> str:
    """Take a picture through its life, with the fault in that step alone; return its id."""
    file_id = a_sent_picture(ports).upload_id
    for one in (confirm, relay_all, work_once, delete, sweep_all):
        with suppress(MoodropError):
            one(with_fault(ports, fault) if one is step else ports, file_id)
        clock.pass_(1)
        if one.__name__ == until:
            break
    return file_id


def come_to_an_end(ports: Ports, clock: Clock) -> None:
    for _ in range(6):
        clock.pass_(LONG_AFTER)
        list(work(ports))
        sweep_all(ports, "")


@pytest.mark.parametrize("step", [confirm, relay_all, work_once], ids=lambda step: step.__name__)
def test_nothing_is_lost_or_done_twice(make_ports: MakePorts, step: Callable[[Ports, str], None]) -> None:
    """Each file has each of its jobs, done, and shows it."""
    for fault in each_fault():
        ports, clock = make_ports()
        ports = with_media(ports)
        file_id = run(ports, clock, fault, step, "work_once")
        with suppress(MoodropError):
            confirm(ports, file_id)

        come_to_an_end(ports, clock)

        jobs = ports.jobs.list_by_files([file_id])
        assert sorted(job.kind for job in jobs) == ["image", "scan"], fault
        assert {job.state for job in jobs} == {JobState.DONE}, fault
        shown = ports.records.get(file_id)
        assert shown
        assert shown.outbox == (), fault
        assert shown.derived
        assert shown.derived.state is DerivedState.READY or shown.derived.failed, fault


@pytest.mark.parametrize("step", [work_once, delete, sweep_all], ids=lambda step: step.__name__)
def test_nothing_is_left_of_a_deleted_file(make_ports: MakePorts, step: Callable[[Ports, str], None]) -> None:
    """No object, no job, no tombstone: whoever dies when."""
    for fault in each_fault():
        ports, clock = make_ports()
        ports = with_media(ports)
        file_id = run(ports, clock, fault, step, "sweep_all")
        with suppress(MoodropError):
            delete(ports, file_id)

        come_to_an_end(ports, clock)

        assert derived_keys(ports) == [], fault
        assert ports.jobs.list_by_files([file_id]) == [], fault
        assert ports.records.get(file_id) is None, fault
        assert all(ports.records.with_outbox(event, 9) == [] for event in OutboxEvent), fault


def test_what_is_written_after_a_deletion_goes_too(make_ports: MakePorts) -> None:
    """By a worker that has not noticed yet: the sweeper comes a second time, ten minutes later."""
    ports, clock = make_ports()
    ports = with_media(ports)
    file_id = a_sent_picture(ports).upload_id
    confirm(ports, file_id)
    relay(ports)
    lease = ports.jobs.claim(["image"], LANES, "w", ports.now())
    file = ports.records.get(file_id)
    assert lease
    assert file
    make(ports, lease)
    delete(ports, file_id)
    sweep_jobs(ports)
    assert derived_keys(ports) == []

    put_derived(ports, file, "image", lease.token, "1280.webp")
    clock.pass_(599)
    sweep_jobs(ports)
    waiting = derived_keys(ports)
    clock.pass_(1)
    sweep_jobs(ports)

    assert (len(waiting), derived_keys(ports)) == (1, [])
    assert ports.jobs.list_by_files([file_id]) == []


def test_very_many_deleted_files_wait_for_none_of_each_other(make_ports: MakePorts) -> None:
    """Those that wait for their ten minutes hold up nobody's first removal."""
    ports, clock = make_ports()
    ports = with_media(ports)
    for _ in range(2):
        ids = [a_sent_picture(ports).upload_id for _ in range(250)]
        for file_id in ids:
            confirm(ports, file_id)
        relay(ports, limit=500)
        lease = ports.jobs.claim(["image"], LANES, "w", ports.now())
        assert lease
        make(ports, lease)
        for file_id in ids:
            delete(ports, file_id)

        report = sweep_jobs(ports)

        assert (report.purged, report.forgotten, derived_keys(ports)) == (250, 0, [])
    clock.pass_(601)
    assert sweep_jobs(ports).forgotten == 500
