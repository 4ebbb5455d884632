"""Reads the results of a file's jobs, and reports those that do not fit their models."""

import logging
from collections.abc import Mapping

from service.jobs.model import Job, JobState
from service.media.ports import Ports
from service.media.summarize import Made, is_current, read_results
from service.uploads.model import Upload

log = logging.getLogger(__name__)


def result_of(file: Upload, job: Job) -> Made | None:
    """Return the result of a job on the file's present bytes; None if it has none that fits its model."""
    if not is_current(job, file):
        return None
    made = read_results(file, [job]).get(job.kind)
    if made is None and job.state is JobState.DONE:
        log.error("job %s is done, but its result does not fit its kind; it counts as failed", job.job_id)
    return made


def results_by_kind(ports: Ports, file: Upload) -> tuple[list[Job], Mapping[str, Made]]:
    """Return the jobs on the file's present bytes, and what came of them by kind."""
    jobs = [job for job in ports.jobs.list_by_files([file.upload_id]) if is_current(job, file)]
    return jobs, read_results(file, jobs)
