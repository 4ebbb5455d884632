"""All that the use cases of media may touch of the outside world."""

from typing import Protocol

from service.jobs.ports.queue import JobQueue
from service.uploads import ports as uploads


class Ports(uploads.Ports, Protocol):
    """Everything that uploads touch, and the queue."""

    @property
    def jobs(self) -> JobQueue: ...
