"""Has a file show what became of its jobs, and queues the jobs that follow from a result.

The file is read before its jobs, and written only if nobody has written it since: whoever is late reads both again. So
the file ends up showing all its jobs, in whatever order they end and however often this runs.
"""

from functools import partial

from service.jobs.model import Job, JobState
from service.jobs.ports import QueuePorts, Settler
from service.media.model import ProbeResult
from service.media.plan import Rules, plan_next
from service.media.summarize import summarize
from service.media.usecases.fill_tags import fill_tags
from service.media.usecases.results import result_of
from service.uploads.derived import Derived
from service.uploads.metadata import PUBLIC, FileMetadata
from service.uploads.model import AT_REST, Upload, UploadChanges, UploadStatus
from service.uploads.search import length_key
from service.uploads.usecases.transitions import metadata_changes


def make_settler(rules: Rules, *, fills_tags: bool) -> Settler:
    """Return `settle_media` with the rules of this deployment."""
    return partial(settle_media, rules=rules, fills_tags=fills_tags)


def settle_media(ports: QueuePorts, file_id: str, job: Job | None, /, *, rules: Rules, fills_tags: bool) -> None:
    """Queue what follows from the job that has just ended, and have its file show its jobs.

    The file of a cover shows that too, and no longer once the cover is removed.
    """
    file = ports.records.get(file_id)
    if file is None:
        return
    if job and job.state is JobState.DONE:
        _follow(ports, file, job, rules, fills_tags=fills_tags)
    show_jobs(ports, file_id)
    if file.cover_of:
        show_jobs(ports, file.cover_of)


def _follow(ports: QueuePorts, file: Upload, job: Job, rules: Rules, *, fills_tags: bool) -> None:
    made = result_of(file, job)
    if made is None:
        return
    for following in plan_next(job, made.result, rules):
        ports.jobs.create(following, ports.now())
    if fills_tags and isinstance(made.result, ProbeResult):
        fill_tags(ports, file.upload_id, job.source, made.result.tags)


def show_jobs(ports: QueuePorts, file_id: str) -> None:
    """Write the summary of its jobs into the file's document. Raises DatabaseUnavailable."""
    while (file := ports.records.get(file_id)) and file.status in AT_REST:
        cover = _cover_of(ports, file)
        # The file was read first: whatever changes its jobs after this has it settled once more.
        jobs = ports.jobs.list_by_files([file_id, cover.upload_id] if cover else [file_id])
        summary = summarize(file, jobs, cover)
        if summary == file.derived or ports.records.change(file_id, _as_read(file), _changes(file, summary)):
            return


def _cover_of(ports: QueuePorts, file: Upload) -> Upload | None:
    cover = ports.records.get(file.cover_id) if file.cover_id else None
    return cover if cover and cover.status is UploadStatus.ATTACHED else None


def _as_read(file: Upload) -> UploadChanges:
    return {
        "status": file.status,
        "etag": file.etag,
        "version_id": file.version_id,
        "revision": file.revision,
        "derived_revision": file.derived_revision,
    }


def _changes(file: Upload, summary: Derived | None) -> UploadChanges:
    measured = summary.duration_seconds if summary else None
    changes: UploadChanges = {
        "derived": summary,
        "derived_revision": file.derived_revision + 1,
        "sort_length": length_key(file.metadata, measured),
    }
    if summary and summary.threat and (summary.threat != file.threat or file.metadata.visibility == PUBLIC):
        # A new revision in any case: an edit that is about to make the file public has to notice the threat.
        return {**changes, **metadata_changes(file, FileMetadata(visibility="private"))}
    return changes
