"""What the use cases of jobs and media may touch, as the worker has it: no object store, for it deletes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.jobs.ports import Planner, Settler
from service.jobs.ports.queue import JobQueue
from service.listening.model import Listener
from service.listening.ports.listens import Listens
from service.listening.ports.neighbours import NeighbourStore
from service.shared.ports.collection import Collection
from service.uploads.ports.records import RecordStore
from service.webhooks.model import Delivery


@dataclass(frozen=True)
class WorkerPorts:
    """`now` is aware UTC, cut to milliseconds."""

    records: RecordStore
    jobs: JobQueue
    now: Callable[[], datetime]
    planners: tuple[Planner, ...]
    settlers: tuple[Settler, ...]
    deliveries: Collection[Delivery]
    listens: Listens
    listeners: Collection[Listener]
    neighbours: NeighbourStore
