"""Has files worked on again, or for the first time if they are older than media are here."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from service.jobs.model import Job, JobState, NewJob
from service.jobs.ports import Ports
from service.media.model import RESULTS, AudioResult
from service.media.summarize import is_current, read_results
from service.shared.errors import Conflict
from service.uploads.derived import OutboxEvent
from service.uploads.errors import FileNotFound
from service.uploads.model import AT_REST, Upload, UploadChanges

BATCH = 500


@dataclass(slots=True)
class BackfillReport:
    """What a backfill did, by count."""

    files: int = 0  # files and covers that it looked at
    announced: int = 0  # of which jobs will be queued


def redo(ports: Ports, file_id: str, kinds: Collection[str] = ()) -> list[str]:
    """Queue the jobs of a file or a cover again, or only those of these kinds; return the kinds.

    What was made before is served until the new is there. Raises FileNotFound.
    """
    file = ports.records.get(file_id)
    if file is None or file.status not in AT_REST:
        raise FileNotFound(f"there is no file {file_id}")
    orders = [order for order in _orders(ports, file) if not kinds or order.kind in kinds]
    for order in orders:
        ports.jobs.redo(order, ports.now())
    for settle in ports.settlers:
        settle(ports, file_id, None)
    return [order.kind for order in orders]


def _orders(ports: Ports, file: Upload) -> Sequence[NewJob]:
    """Return the jobs that the file had, and those that it should have."""
    planned = [job for plan in ports.planners for job in plan(file, OutboxEvent.BACKFILL)]
    known = [job for job in ports.jobs.list_by_files([file.upload_id]) if is_current(job, file)]
    orders = {job.kind: job for job in planned if job.kind in RESULTS} | {job.kind: order_again(job) for job in known}
    return [orders[kind] for kind in sorted(orders)]


def order_again(job: Job) -> NewJob:
    """Return the order that the job was queued by."""
    return NewJob(
        job_id=job.job_id,
        file_id=job.file_id,
        owner=job.owner,
        kind=job.kind,
        source=job.source,
        lane=job.lane,
        priority=job.priority,
        cost=job.cost,
        tries=job.tries,
    )


def backfill(ports: Ports, report: BackfillReport) -> Iterator[BackfillReport]:
    """Announce the files and covers from which nothing was made yet, 500 at a time; yield the counts after each batch.

    Their jobs are queued as their events are relayed, after those of new files. Songs that were measured before there
    were small waveforms are measured again. If it is cut off, it can be repeated: what was announced is left out then.
    Raises Conflict if MEDIA is off.
    """
    if not ports.planners:
        raise Conflict("MEDIA=0: nothing would be made from the files")
    for bucket in ports.policy.buckets:
        rows = (row.upload_id for row in ports.records.iter_recorded(bucket) if row.status in AT_REST)
        while ids := list(islice(rows, BATCH)):
            _announce(ports, report, ids)
            yield report


def _announce(ports: Ports, report: BackfillReport, ids: Sequence[str]) -> None:
    files = [file for file in ports.records.get_many(ids) if file.status in AT_REST]
    missing = [file.upload_id for file in files if _is_to_be_worked_on(ports, file)]
    change: UploadChanges = {"outbox": (OutboxEvent.BACKFILL,)}
    if missing:
        ports.records.change_many(dict.fromkeys(missing, change), {"outbox": ()})
    report.files += len(files)
    report.announced += len(missing) + _measure_again(ports, files)


def _is_to_be_worked_on(ports: Ports, file: Upload) -> bool:
    if file.outbox or file.current_derived:
        return False
    return any(plan(file, OutboxEvent.BACKFILL) for plan in ports.planners)


def _measure_again(ports: Ports, files: Sequence[Upload]) -> int:
    """Queue the songs whose result has no small waveform; return how many."""
    measured = {file.upload_id: file for file in files if file.current_derived and not file.current_derived.waveform}
    jobs = ports.jobs.list_by_files(list(measured)) if measured else []
    older = [job.file_id for job in jobs if _is_without_waveform(measured[job.file_id], job)]
    for file_id in older:
        redo(ports, file_id, ["audio"])
    return len(older)


def _is_without_waveform(file: Upload, job: Job) -> bool:
    if job.state is not JobState.DONE or not is_current(job, file):
        return False
    made = read_results(file, [job]).get("audio")
    return made is not None and isinstance(made.result, AudioResult) and made.result.waveform is None
