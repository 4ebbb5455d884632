"""All that the use cases of jobs may touch of the outside world, and what others hand to them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from service.jobs.model import Job, NewJob
from service.jobs.ports.queue import JobQueue
from service.uploads import ports as uploads
from service.uploads.derived import OutboxEvent
from service.uploads.model import Upload
from service.uploads.ports.records import RecordStore

# Says what has to be done because of an event of a file. Asked again after a crash, it has to say the same.
Planner = Callable[[Upload, OutboxEvent], Sequence[NewJob]]


class Settler(Protocol):
    """Makes others see how far the jobs of a file are. Safe to repeat, at any time and in any order."""

    def __call__(self, ports: "QueuePorts", file_id: str, job: Job | None, /) -> None:
        """Have the file show its jobs, and queue what follows from `job`, which has just ended.

        None: nothing has ended, but the file has new jobs, or none for its new bytes.
        """


class QueuePorts(Protocol):
    """What a worker has: the records, the queue, the clock, those who plan and settle jobs. It has no object store."""

    @property
    def records(self) -> RecordStore: ...

    @property
    def jobs(self) -> JobQueue: ...

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def planners(self) -> tuple[Planner, ...]: ...

    @property
    def settlers(self) -> tuple[Settler, ...]: ...


class Ports(QueuePorts, uploads.Ports, Protocol):
    """Everything that uploads and workers touch."""
