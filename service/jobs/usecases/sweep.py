"""Does what workers left undone, and removes what nobody needs any more: only the service may delete in the store.

Every step may be repeated, and any number of sweepers may run at once.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from service.jobs.model import OPEN, Job, JobState
from service.jobs.ports import Ports
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_left
from service.shared.batches import repeat_batches
from service.store.errors import StoreDenied, StoreUnavailable
from service.uploads.derived import OutboxEvent
from service.uploads.model import Upload, UploadChanges, UploadStatus
from service.uploads.object_keys import derived_prefix, parse_derived

log = logging.getLogger(__name__)

BATCH = 200
MOST_BATCHES = 500
# A worker notices within seconds that its job was cancelled, and its last PUT ends within a minute of silence.
QUIET_AFTER = timedelta(minutes=10)

T = TypeVar("T")


@dataclass(slots=True)
class JobsReport:
    """What one sweep did, by count."""

    relayed: int = 0  # files with events
    crashed: int = 0  # jobs whose last worker died
    settled: int = 0  # jobs that their files did not show
    purged: int = 0  # deleted files from which everything derived was removed
    forgotten: int = 0  # deleted files whose jobs were removed
    tidied: int = 0  # jobs of which objects of other attempts were removed
    failed: int = 0  # left for the next time: the store is up but gave no answer about them

    @property
    def total(self) -> int:
        return self.relayed + self.crashed + self.settled + self.purged + self.forgotten + self.tidied


def _always() -> bool:
    return True


def sweep_jobs(ports: Ports, may_go_on: Callable[[], bool] = _always) -> JobsReport:
    """Do all that is due now, asking `may_go_on` in between.

    Raises StoreUnavailable or DatabaseUnavailable if one of them is down; then run it again.
    """
    report = JobsReport(crashed=ports.jobs.abandon(ports.now()))
    report.relayed = _repeat(lambda: relay(ports, BATCH), may_go_on)
    report.settled = _repeat(lambda: settle_left(ports, BATCH), may_go_on)
    _each_deleted(ports, report, OutboxEvent.DELETED, may_go_on)
    _each_deleted(ports, report, OutboxEvent.PURGED, may_go_on)
    _repeat(lambda: _tidy_batch(ports, report, may_go_on), may_go_on)
    return report


def _repeat(step: Callable[[], int], may_go_on: Callable[[], bool]) -> int:
    return repeat_batches(step, may_go_on, batch=BATCH, most=MOST_BATCHES)


def _each(ports: Ports, report: JobsReport, items: Iterable[T], handle: Callable[[T], None]) -> None:
    for item in items:
        try:
            handle(item)
        except (StoreUnavailable, StoreDenied) as problem:
            ports.objects.ping(ports.policy.bucket)
            log.warning("put off: %s (%s)", problem.detail, problem.code)
            report.failed += 1


def _each_deleted(ports: Ports, report: JobsReport, event: OutboxEvent, may_go_on: Callable[[], bool]) -> None:
    """Handle all deleted files with that event, page by page: most of them have to wait."""
    after = ""
    for _ in range(MOST_BATCHES):
        files = ports.records.with_outbox(event, BATCH, after) if may_go_on() else []
        jobs = _jobs_of(ports, files)
        if event is OutboxEvent.PURGED:
            files_due = [file for file in files if _is_quiet(jobs[file.upload_id], ports.now())]
        else:
            files_due = files
        _each(ports, report, files_due, lambda file: _remove_derived(ports, report, file))
        if len(files) < BATCH:
            break
        after = files[-1].upload_id


def _jobs_of(ports: Ports, files: Iterable[Upload]) -> dict[str, list[Job]]:
    jobs: dict[str, list[Job]] = {file.upload_id: [] for file in files}
    for job in ports.jobs.list_by_files(list(jobs)):
        jobs[job.file_id].append(job)
    return jobs


def _is_quiet(jobs: Iterable[Job], now: datetime) -> bool:
    """Whether nobody can still be writing what any of these jobs makes."""
    return all(job.state not in OPEN and (job.finished_at or now) <= now - QUIET_AFTER for job in jobs)


def _remove_derived(ports: Ports, report: JobsReport, file: Upload) -> None:
    """Cancel the jobs of a deleted file and remove all that was made of it; once nobody writes, the jobs as well."""
    ports.jobs.cancel(file.upload_id, ports.now())
    was_quiet = _is_quiet(ports.jobs.list_by_files([file.upload_id]), ports.now())
    for settle in ports.settlers:  # a file stops showing its cover before that is gone
        settle(ports, file.upload_id, None)
    for bucket in (file.bucket, *([file.left.bucket] if file.left else [])):
        ports.objects.purge_below(bucket, derived_prefix(file))
    if was_quiet:
        ports.jobs.delete_by_file(file.upload_id)
    ends = (OutboxEvent.DELETED, OutboxEvent.PURGED)
    others = tuple(event for event in file.outbox if event not in ends)
    left = others if was_quiet else (*others, OutboxEvent.PURGED)
    expected: UploadChanges = {"outbox": file.outbox, "status": UploadStatus.DELETED}
    if left == file.outbox or ports.records.change(file.upload_id, expected, {"outbox": left}):
        report.purged += 1
        report.forgotten += was_quiet


def _tidy_batch(ports: Ports, report: JobsReport, may_go_on: Callable[[], bool]) -> int:
    jobs = ports.jobs.to_tidy(ports.now(), BATCH)
    failed = report.failed
    _each(ports, report, jobs, lambda job: _tidy(ports, report, job) if may_go_on() else None)
    # Those that failed are found again: not in the same sweep.
    return len(jobs) if report.failed == failed else 0


def _tidy(ports: Ports, report: JobsReport, job: Job) -> None:
    """Remove the objects of all attempts up to this one, but those of the result and of an attempt that is running."""
    file = ports.records.get(job.file_id)
    if file is not None and file.status is not UploadStatus.DELETED:
        needed = {job.result_token, job.token if job.state is JobState.RUNNING else None}
        for entry in ports.objects.iter_objects(file.bucket, f"{derived_prefix(file)}{job.kind}/"):
            key = parse_derived(entry.object_key)
            # A later attempt may have begun since the job was read.
            if key and key.token <= job.token and key.token not in needed:
                ports.objects.purge(file.bucket, entry.object_key)
    ports.jobs.mark_tidied(job)
    report.tidied += 1
