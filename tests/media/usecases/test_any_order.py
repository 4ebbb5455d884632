"""Media under clients, workers, sweepers, crashes and clocks in any order that Hypothesis thinks of.

At every moment each result has its objects. In the end each file shows exactly what its jobs say, and below derived/
there is nothing but the objects of results.
"""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from service.jobs.model import Job, JobState, Lease
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_job
from service.jobs.usecases.sweep import sweep_jobs
from service.media.summarize import is_current, read_results
from service.media.usecases.reconcile import reconcile_derived
from service.media.usecases.redo import BackfillReport, backfill, redo
from service.ports import Ports
from service.shared.errors import MoodropError, Unavailable
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.covers import remove_cover
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.upkeep.reconcile import Tally
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, NO_METADATA, PICTURE, a_staged_upload, send
from tests.helpers.any_order import UploadMachine, faults, pick
from tests.helpers.covers import a_cover_of
from tests.helpers.faults import Fault, with_fault
from tests.helpers.jobs import KINDS, LANES, a_sent_picture, derived_keys, expected_of, make, with_media, work

bodies = st.sampled_from([PICTURE, PICTURE[::-1]])
types = st.sampled_from(["image/png", "audio/mpeg"])
waits = st.sampled_from([1, 20, 40, 700, 1000, 50_000])


class MediaMachine(UploadMachine):
    """What may happen to the pictures of one owner, and to what is made of them."""

    def __init__(self) -> None:
        super().__init__()
        self.leases: list[Lease] = []

    def name_of(self, file: Upload) -> str:
        return file.upload_id

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.ports = with_media(self.ports)

    def faulty(self, fault: Fault | None) -> Ports:
        return with_fault(self.ports, fault) if fault else self.ports

    def one(self, number: int) -> Upload | None:
        files = self.files()
        return files[number % len(files)] if files else None

    @rule(fault=faults)
    def add_picture(self, fault: Fault | None) -> None:
        upload = a_sent_picture(self.ports)
        self.call(fault, lambda ports: confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA))

    @rule(
        fault=faults,
        body=st.sampled_from([PICTURE, PICTURE[::-1]]),
        content_type=st.sampled_from(["image/png", "audio/mpeg"]),
    )
    def add_or_replace(self, fault: Fault | None, body: bytes, content_type: str) -> None:
        """Send bytes to a key of the client, which may have a file already."""
        upload = a_staged_upload(self.ports, "uploads/alice/a", body, content_type=content_type)
        self.call(fault, lambda ports: confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA))

    @rule(number=pick, fault=faults)
    def add_cover(self, number: int, fault: Fault | None) -> None:
        if file := self.one(number):
            upload, transfer = start_upload(self.ports, ALICE, a_cover_of(file))
            send(self.ports, transfer, PICTURE)
            self.call(fault, lambda ports: confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA))

    @rule(number=pick, fault=faults)
    def drop_cover(self, number: int, fault: Fault | None) -> None:
        if file := self.one(number):
            with suppress(MoodropError):
                remove_cover(self.faulty(fault), ALICE, file.upload_id)

    @rule(number=pick, fault=faults)
    def delete(self, number: int, fault: Fault | None) -> None:
        if file := self.one(number):
            with suppress(MoodropError):
                delete_file(self.faulty(fault), ALICE, file.upload_id)

    @rule(number=pick, fault=faults)
    def edit(self, number: int, fault: Fault | None) -> None:
        if file := self.one(number):
            with suppress(MoodropError):
                edit_file(self.faulty(fault), ALICE, file.upload_id, {"title": f"T{number}"})

    @rule(fault=faults)
    def relay(self, fault: Fault | None) -> None:
        with suppress(Unavailable):
            relay(self.faulty(fault))

    @rule()
    def claim(self) -> None:
        if lease := self.ports.jobs.claim(KINDS, LANES, "w", self.clock()):
            self.leases.append(lease)

    @rule(number=pick, writes=st.booleans(), fails=st.booleans(), fault=faults)
    def end_job(self, number: int, writes: bool, fails: bool, fault: Fault | None) -> None:
        """Go on with a lease, possibly long after it was lost, and die anywhere on the way."""
        if not self.leases:
            return
        lease = self.leases.pop(number % len(self.leases))
        ports = self.faulty(fault)
        if not writes or not self.ports.jobs.renew(lease, 0.5, self.clock()):
            return
        with suppress(Unavailable):
            if fails:
                ended = ports.jobs.fail(lease, "not_media", "", self.clock())
            else:
                ended = ports.jobs.finish(lease, make(self.ports, lease), self.clock())
            if ended:
                settle_job(ports, ended)

    @rule(number=pick, fault=faults)
    def redo(self, number: int, fault: Fault | None) -> None:
        if file := self.one(number):
            with suppress(MoodropError):
                redo(self.faulty(fault), file.upload_id)

    @rule(fault=faults)
    def backfill(self, fault: Fault | None) -> None:
        with suppress(Unavailable):
            list(backfill(self.faulty(fault), BackfillReport()))

    @rule(fault=faults)
    def sweep_jobs(self, fault: Fault | None) -> None:
        with suppress(Unavailable):
            sweep_jobs(self.faulty(fault))

    @rule(seconds=waits)
    def wait(self, seconds: int) -> None:
        self.clock.pass_(seconds)

    @invariant()
    def every_result_has_its_objects(self) -> None:
        if not self.made:
            return
        there = set(self.objects.keys())
        for file in self.alive():
            assert self.keys_of_results(file) <= there

    def alive(self) -> list[Upload]:
        files = self.files()
        covers = [cover for file in files if file.cover_id and (cover := self.ports.records.get(file.cover_id))]
        return [*files, *(cover for cover in covers if cover.status is UploadStatus.ATTACHED)]

    def keys_of_results(self, file: Upload) -> set[str]:
        jobs = [job for job in self.jobs_of(file) if is_current(job, file)]
        made = read_results(file, jobs).get("image")
        return {made.key_of(f"{width}.webp") for width in (96, 320)} if made else set()

    def jobs_of(self, file: Upload) -> list[Job]:
        return self.ports.jobs.list_by_files([file.upload_id])

    def teardown(self) -> None:
        if not self.made:
            return
        for _ in range(5):
            self.clock.pass_(100_000)
            list(work(self.ports))
            sweep_jobs(self.ports)
            sweep(self.ports)
        alive = self.alive()
        for file in alive:
            assert file.outbox == ()
            assert file.derived == expected_of(self.ports, file)
            assert all(job.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED) for job in self.jobs_of(file))
        needed = {key for file in alive for key in self.keys_of_results(file)}
        assert {key for key in derived_keys(self.ports) if key not in needed} == set()
        assert list(reconcile_derived(self.ports, Tally())) == []


SHORT = settings(max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))


def test_media_in_any_order() -> None:
    """Whatever comes between any two steps."""
    run_machine(SHORT)


@pytest.mark.torture("1,000 histories of 80 steps")
@pytest.mark.timeout(3600)
def test_media_in_any_order_for_long() -> None:
    run_machine(settings(SHORT, max_examples=1000, stateful_step_count=80))


def run_machine(sized: settings) -> None:
    MediaMachine.TestCase.settings = sized
    MediaMachine.TestCase().runTest()
