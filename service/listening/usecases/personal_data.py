"""What becomes of a history when its file or its owner goes."""

from service.jobs.model import Job
from service.jobs.ports import QueuePorts
from service.listening.model import Listener
from service.listening.ports.listens import Listens
from service.listening.ports.neighbours import NeighbourStore
from service.listening.ports.positions import Positions
from service.shared.ports.collection import Collection
from service.uploads.model import UploadStatus


class ListeningData:
    """What listening keeps of people, for accounts; and of files, for jobs, which call it as a Settler."""

    def __init__(
        self, listens: Listens, positions: Positions, listeners: Collection[Listener], neighbours: NeighbourStore
    ) -> None:
        self._listens = listens
        self._positions = positions
        self._listeners = listeners
        self._neighbours = neighbours

    def forget(self, owner: str) -> None:
        """Remove all that is known of a person. Safe to repeat."""
        self._listens.remove_of_owner(owner)
        self._positions.remove_of_owner(owner)
        self._listeners.remove(owner)
        self._neighbours.mark_stale()

    def move(self, owner: str, to: str) -> None:
        """Give the history of a guest to the person who turned out to be the guest. Safe to repeat.

        If that person wants no history, it is removed.
        """
        listener = self._listeners.get(to)
        if listener is None or listener.enabled:
            self._listens.change_owner(owner, to)
            self._positions.change_owner(owner, to)
        self.forget(owner)

    def __call__(self, ports: QueuePorts, file_id: str, job: Job | None, /) -> None:
        """Remove everyone's listens of a file that is deleted."""
        file = ports.records.get(file_id) if job is None else None
        if file is not None and file.status is UploadStatus.DELETED:
            self._listens.remove_of_file(file_id)
            self._positions.remove_of_file(file_id)
