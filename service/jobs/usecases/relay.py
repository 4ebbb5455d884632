"""Queues what the events of files ask for.

The events stand in the files' own documents until their jobs are queued, so nothing is lost whoever dies when; and
queuing a job twice changes nothing, so any number of relays may run at once. Every worker runs it before it claims a
job, and the sweeper runs it where there is no worker.
"""

import logging

from service.jobs.ports import QueuePorts
from service.shared.errors import MoodropError
from service.uploads.derived import OutboxEvent
from service.uploads.model import TransferKind, Upload, UploadChanges

log = logging.getLogger(__name__)

# New files first: somebody is waiting for them. What a deleted file leaves is the sweeper's business.
EVENTS = (OutboxEvent.READY, OutboxEvent.MOVED, OutboxEvent.COVERED, OutboxEvent.BACKFILL)


def relay(ports: QueuePorts, limit: int = 200) -> int:
    """Queue the jobs for at most `limit` files with events. Returns how many files it found.

    Raises DatabaseUnavailable. A file that makes a planner or a settler fail keeps its events, and stops no other.
    """
    count = 0
    for event in EVENTS:
        files = ports.records.with_outbox(event, limit - count) if count < limit else []
        for file in files:
            _try_one(ports, file)
        count += len(files)
    return count


def _try_one(ports: QueuePorts, file: Upload) -> None:
    try:
        relay_file(ports, file)
    except MoodropError:
        raise
    except Exception:
        log.exception("the events of file %s are left: a defect", file.upload_id)


def relay_file(ports: QueuePorts, file: Upload) -> None:
    """Queue the jobs that the events of this file ask for, have it show them, and take the events out."""
    if OutboxEvent.MOVED in file.outbox:
        ports.jobs.change_owner(file.upload_id, file.owner)
    for event in (OutboxEvent.READY, OutboxEvent.BACKFILL):
        if event in file.outbox:
            _queue_jobs(ports, file, event)
    for settle in ports.settlers:
        settle(ports, file.upload_id, None)
    # The bytes too: the same event may have been written again, for other ones.
    expected: UploadChanges = {"outbox": file.outbox, "etag": file.etag, "version_id": file.version_id}
    left = tuple(event for event in file.outbox if event not in EVENTS)
    ports.records.change(file.upload_id, expected, {"outbox": left})


def _queue_jobs(ports: QueuePorts, file: Upload, event: OutboxEvent) -> None:
    for plan in ports.planners:
        for job in plan(file, event):
            ports.jobs.create(job, ports.now())
    if file.kind is TransferKind.STAGED:  # no other file ever gets other bytes
        ports.jobs.supersede(file.upload_id, file.source, ports.now())
