"""What waits in the database: for clients, for the sweeper, for the media worker."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.jobs.model import JobCount
from service.operations.ports import Ports


@dataclass(frozen=True, slots=True)
class Backlog:
    """`lag_s` is how long the oldest upload has been due for the sweeper."""

    pending: int
    lag_s: float
    jobs: Sequence[JobCount]


def read_backlog(ports: Ports) -> Backlog:
    """Count it. Raises DatabaseUnavailable."""
    now = ports.now()
    due = [upload.expires_at for upload in ports.records.due(now, 1)]
    due += [upload.next_check_at for upload in ports.records.unconfirmed(now, 1)]
    waits = [(now - since).total_seconds() for since in due if since]
    return Backlog(ports.records.count_pending(), max(waits, default=0.0), ports.jobs.count())
