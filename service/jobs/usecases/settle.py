"""Has a file show what became of its jobs.

It depends on the jobs alone, so it may be repeated at any time. The worker that ended a job does it at once; what a
crash leaves is found by the time since which the job is not settled.
"""

import logging
from datetime import timedelta

from service.jobs.model import Job
from service.jobs.ports import QueuePorts
from service.shared.errors import MoodropError

log = logging.getLogger(__name__)

# A worker settles its jobs itself, within less.
LEFT_AFTER = timedelta(seconds=30)


def settle_job(ports: QueuePorts, job: Job) -> None:
    """Have the job's file show its state, queue what follows from it, and note that this is done."""
    for settle in ports.settlers:
        settle(ports, job.file_id, job)
    file = ports.records.get(job.file_id) if job.file_id else None
    if file and file.owner != job.owner:  # what followed from it may have been queued for the owner before
        ports.jobs.change_owner(file.upload_id, file.owner)
    if file or not job.file_id:
        ports.jobs.mark_settled(job)


def settle_left(ports: QueuePorts, limit: int = 200) -> int:
    """Settle jobs that somebody left unsettled for a while. Returns how many there were.

    Jobs whose file is gone are removed: a relay that was slow queued them after all others were removed.
    """
    jobs = ports.jobs.unsettled(ports.now() - LEFT_AFTER, limit)
    for job in jobs:
        _try_one(ports, job)
    return len(jobs)


def _try_one(ports: QueuePorts, job: Job) -> None:
    try:
        if job.file_id and ports.records.get(job.file_id) is None:
            ports.jobs.delete_by_file(job.file_id)
        else:
            settle_job(ports, job)
    except MoodropError:
        raise
    except Exception:
        log.exception("job %s stays unsettled: a defect", job.job_id)
