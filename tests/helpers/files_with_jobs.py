"""A state machine of files and their jobs: what clients, workers, sweepers and crashes do, and what holds for all."""

from collections.abc import Callable
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from service.jobs.model import OPEN, Job, JobState, Lease
from service.jobs.transitions import LEASE
from service.jobs.usecases.relay import relay
from service.jobs.usecases.retry_later import retry_later
from service.jobs.usecases.settle import settle_job
from service.jobs.usecases.sweep import sweep_jobs
from service.jobs.usecases.view import retry_job
from service.ports import Ports
from service.shared.errors import MoodropError, Unavailable
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.uploads.derived import OutboxEvent
from service.uploads.model import Upload, UploadStatus
from service.uploads.object_keys import derived_key
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.change_owner import change_owner
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, NO_METADATA, a_staged_upload
from tests.helpers.any_order import UploadMachine, faults, pick
from tests.helpers.faults import Fault, with_fault
from tests.helpers.jobs import (
    KINDS,
    LANES,
    a_sent_picture,
    derived_keys,
    expected_of,
    make,
    put_derived,
    with_media,
    work,
)

KEY = "uploads/alice/one.bin"
TYPES = ["image/png", "audio/mpeg", "image/gif"]
OWNERS = ("alice", "bob")
# A worker notices that its lease is lost, and its last PUT ends.
LATEST_PUT_S = 120
LATER_S = 50_000


class FilesWithJobs(UploadMachine):
    """What may happen to files, to the workers at them, and to the sweepers behind both."""

    def __init__(self) -> None:
        super().__init__()
        self.leases: list[Lease] = []
        self.finished: set[tuple[str, int]] = set()  # the jobs and tokens of attempts that came to their end

    @initialize()
    def begin(self) -> None:
        """With a file that has all its results, and one whose first job is at work: few histories come to either."""
        super().begin()
        self.ports = with_media(self.ports)
        self.send_picture(None)
        list(work(self.ports))
        self.send_picture(None)
        self.claim()

    def name_of(self, file: Upload) -> str:
        return file.upload_id

    def files(self) -> list[Upload]:
        pages = [self.ports.records.page(UploadQuery(owner, limit=99)) for owner in OWNERS] if self.made else []
        return [file for page in pages for file in page]

    def one_file(self, number: int) -> Upload | None:
        files = self.files()
        return files[number % len(files)] if files else None

    def do(self, fault: Fault | None, act: Callable[[Ports], object]) -> None:
        """Act; it may be refused or break off."""
        with suppress(MoodropError):
            act(with_fault(self.ports, fault) if fault else self.ports)

    # --- clients -------------------------------------------------------------------------------
    @rule(fault=faults)
    def send_picture(self, fault: Fault | None) -> None:
        upload = a_sent_picture(self.ports)
        self.do(fault, lambda ports: confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA))

    @rule(fault=faults, kind=st.sampled_from(TYPES), body=st.binary(min_size=1, max_size=3))
    def send_new_bytes(self, fault: Fault | None, kind: str, body: bytes) -> None:
        """To one key, of this or another type."""
        upload = a_staged_upload(self.ports, KEY, body, content_type=kind)
        self.do(fault, lambda ports: confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA))

    @rule(fault=faults, number=pick)
    def delete(self, fault: Fault | None, number: int) -> None:
        if file := self.one_file(number):
            caller = Caller(file.owner, frozenset(ALL_SCOPES))
            self.do(fault, lambda ports: delete_file(ports, caller, file.upload_id))

    @rule(fault=faults, number=pick)
    def change_hands(self, fault: Fault | None, number: int) -> None:
        if file := self.one_file(number):
            self.do(fault, lambda ports: change_owner(ports, file, "bob"))

    @rule(fault=faults, number=pick, kind=st.sampled_from(KINDS))
    def retry(self, fault: Fault | None, number: int, kind: str) -> None:
        if file := self.one_file(number):
            caller = Caller(file.owner, frozenset(ALL_SCOPES))
            self.do(fault, lambda ports: retry_job(ports, caller, file.upload_id, kind))

    @rule(fault=faults, number=pick)
    def redo(self, fault: Fault | None, number: int) -> None:
        """As an operator does, who wants all of it made anew."""
        if file := self.one_file(number):
            [plan] = self.ports.planners
            for job in plan(file, OutboxEvent.BACKFILL):
                self.do(fault, lambda ports, job=job: ports.jobs.redo(job, ports.now()))  # type: ignore[misc]

    # --- workers -------------------------------------------------------------------------------
    @rule(fault=faults)
    def relay(self, fault: Fault | None) -> None:
        self.do(fault, relay)

    @rule()
    def claim(self) -> None:
        """Claim a job after a relay, as each worker does."""
        self.do(None, relay)
        if lease := self.ports.jobs.claim(KINDS, LANES, "w", self.clock()):
            self.leases.append(lease)

    def late_or_not(self, number: int) -> Lease | None:
        """Return the lease of a worker that may still write: it may have lost it."""
        now = self.clock()
        able = [one for one in self.leases if (now - one.job.due_at + LEASE).total_seconds() < LATEST_PUT_S]
        return able[number % len(able)] if able else None

    @rule(number=pick)
    def renew(self, number: int) -> None:
        if lease := self.late_or_not(number):
            self.ports.jobs.renew(lease, 0.5, self.clock())

    @rule(number=pick)
    def put(self, number: int) -> None:
        """Write an object, as an attempt does that never comes to its end. One that finished writes no more."""
        lease = self.late_or_not(number)
        file = self.ports.records.get(lease.job.file_id) if lease else None
        if lease and file and file.source == lease.job.source and (lease.job.job_id, lease.token) not in self.finished:
            name = "1280.webp"
            if not self.objects.head(file.bucket, derived_key(file, lease.job.kind, lease.token, name)):
                put_derived(self.ports, file, lease.job.kind, lease.token, name)

    @rule(number=pick, fault=faults)
    def finish(self, number: int, fault: Fault | None) -> None:
        lease = self.late_or_not(number)
        file = self.ports.records.get(lease.job.file_id) if lease else None
        if lease and file and file.status is UploadStatus.READY and not self.has_written(lease, file):
            result = make(self.ports, lease)
            self.finished.add((lease.job.job_id, lease.token))
            self.end(fault, lambda ports: ports.jobs.finish(lease, result, ports.now()))

    def has_written(self, lease: Lease, file: Upload) -> bool:
        keys = [derived_key(file, lease.job.kind, lease.token, name) for name in ("96.webp", "1280.webp")]
        return any(self.objects.head(file.bucket, key) for key in keys)

    @rule(number=pick, fault=faults, again=st.booleans())
    def fail(self, number: int, fault: Fault | None, again: bool) -> None:
        if lease := self.late_or_not(number):
            if again:
                self.end(fault, lambda ports: retry_later(ports, lease, "store_unavailable", "no answer"))
            else:
                self.end(fault, lambda ports: ports.jobs.fail(lease, "not_media", "", ports.now()))

    @rule(number=pick)
    def give_back(self, number: int) -> None:
        if lease := self.late_or_not(number):
            self.ports.jobs.give_back(lease, self.clock())

    def end(self, fault: Fault | None, act: Callable[[Ports], Job | None]) -> None:
        def ended(ports: Ports) -> None:
            if job := act(ports):
                settle_job(ports, job)

        self.do(fault, ended)

    @rule()
    def work(self) -> None:
        """Do all that is due."""
        list(work(self.ports))

    # --- sweepers ------------------------------------------------------------------------------
    @rule(fault=faults)
    def sweep_jobs(self, fault: Fault | None) -> None:
        self.do(fault, sweep_jobs)

    @rule(seconds=st.sampled_from([1, 31, 61, 700, 4000]))
    def wait(self, seconds: int) -> None:
        self.clock.pass_(seconds)

    # --- what holds ----------------------------------------------------------------------------
    def objects_of(self, file: Upload, jobs: list[Job]) -> set[str]:
        return {
            derived_key(file, job.kind, job.result_token or 0, one["name"])
            for job in jobs
            if job.result
            for one in job.result.get("thumbnails", [])
        }

    @precondition(lambda self: self.made)
    @invariant()
    def the_objects_of_a_result_are_there(self) -> None:
        for file in self.files():
            jobs = [job for job in self.ports.jobs.list_by_files([file.upload_id]) if job.source == file.source]
            assert self.objects_of(file, jobs) <= set(derived_keys(self.ports))

    def teardown(self) -> None:
        if not self.made:
            return
        self.come_to_rest()
        self.assert_all_is_shown()
        self.assert_nothing_else_is_left()

    def come_to_rest(self) -> None:
        """Let workers and sweepers do all that is left to do."""
        for _ in range(8):
            self.clock.pass_(LATER_S)
            list(work(self.ports))
            sweep_jobs(self.ports)
            with suppress(Unavailable):
                sweep(self.ports)

    def assert_all_is_shown(self) -> None:
        for file in self.files():
            jobs = self.ports.jobs.list_by_files([file.upload_id])
            assert all(job.state not in OPEN or job.kind not in KINDS for job in jobs)
            assert {job.owner for job in jobs} <= {file.owner}
            assert (file.outbox, file.derived) == ((), expected_of(self.ports, file))
            assert {job.kind for job in jobs if job.source == file.source and job.state is not JobState.CANCELLED} >= {
                "scan"
            }

    def assert_nothing_else_is_left(self) -> None:
        files = self.files()
        jobs = {file.upload_id: self.ports.jobs.list_by_files([file.upload_id]) for file in files}
        assert set(derived_keys(self.ports)) == {
            key for file in files for key in self.objects_of(file, jobs[file.upload_id])
        }
        for event in OutboxEvent:
            assert self.ports.records.with_outbox(event, 9) == []
        assert list(self.ports.records.due(self.clock(), 9)) == [], "a tombstone"
        known = {file.upload_id for file in files}
        assert {job.file_id for job in self.ports.jobs.unsettled(self.clock(), 99)} <= known
        assert {job.file_id for job in self.ports.jobs.to_tidy(self.clock(), 99)} <= known


SHORT = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


def run(machine: type[FilesWithJobs], how: settings = SHORT) -> None:
    machine.TestCase.settings = how
    case = machine.TestCase()
    case.runTest()
