"""Lists jobs and retries them."""

from dataclasses import replace

from service.jobs.errors import JobNotFound, JobNotRetryable
from service.jobs.model import Job, JobQuery
from service.jobs.ports import Ports
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, FILES_WRITE, require
from service.uploads.model import Upload
from service.uploads.usecases.access import own_file
from service.uploads.usecases.files.read import get_file


def list_jobs(ports: Ports, caller: Caller, query: JobQuery) -> list[Job]:
    """Return a page of the caller's open or failed jobs, newest first."""
    require(caller, FILES_READ)
    return ports.jobs.page(replace(query, owner=caller.owner))


def list_file_jobs(ports: Ports, caller: Caller, file_id: str) -> list[Job]:
    """Return the jobs on the present bytes of a file that the caller may read, by kind. Raises FileNotFound."""
    file = get_file(ports, caller, file_id)
    jobs = ports.jobs.list_by_files([file_id])
    return sorted((job for job in jobs if job.source == file.source), key=lambda job: job.kind)


def retry_job(ports: Ports, caller: Caller, file_id: str, kind: str) -> Job:
    """Queue the failed or cancelled job of the caller's file again.

    Raises FileNotFound, JobNotFound, JobNotRetryable.
    """
    require(caller, FILES_WRITE)
    job = _job_of(ports, own_file(ports, caller, file_id), kind)
    # By the owner that the job has: it may lag behind the file's.
    queued = ports.jobs.retry(job.job_id, job.owner, ports.now())
    if queued is None:
        raise JobNotRetryable(f"the job {kind!r} of file {file_id} is {job.state.value}")
    for settle in ports.settlers:
        settle(ports, file_id, None)
    return queued


def _job_of(ports: Ports, file: Upload, kind: str) -> Job:
    job = ports.jobs.get(f"{file.upload_id}.{kind}")
    if job is None or job.source != file.source:
        raise JobNotFound(f"file {file.upload_id} has no job {kind[:20]!r}")
    return job


def count_workers(ports: Ports) -> int:
    """Return how many workers were seen in the last two minutes."""
    return len(ports.jobs.workers(ports.now()))
