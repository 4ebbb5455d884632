"""Decides whether a job is tried again, and when."""

import hashlib
from datetime import timedelta

from service.jobs.model import Job, Lease, Reason
from service.jobs.ports import QueuePorts

FIRST_WAIT = timedelta(seconds=10)
GROWTH = 4.0  # each wait is so many times the one before
SPREAD = 0.2  # either way, so that jobs that failed together do not come back together


def retry_later(ports: QueuePorts, lease: Lease, reason: Reason, detail: str) -> Job | None:
    """Have the job tried again after a while; if it has no tries left, fail it for that reason and return it."""
    job = lease.job
    if job.tries_left < 1:
        return ports.jobs.fail(lease, reason, detail, ports.now())
    ports.jobs.requeue(lease, reason, detail, ports.now() + wait_after(job))
    return None


def wait_after(job: Job) -> timedelta:
    """Return how long a job waits that was started `tries - tries_left` times: 10 s, 40 s, 160 s …, each ± 20 %."""
    starts = max(1, job.tries - job.tries_left)
    digest = hashlib.sha256(f"{job.job_id} {job.token}".encode()).digest()
    return FIRST_WAIT * GROWTH ** (starts - 1) * (1 - SPREAD + 2 * SPREAD * digest[0] / 255)
