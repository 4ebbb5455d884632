"""The port of the bell, which tells workers at once that there is something to do."""

from typing import Protocol


class Bell(Protocol):
    """A ring may be lost, doubled or late: workers poll as well, and find the same jobs."""

    def ring(self, file_id: str) -> None:
        """Tell a worker to look now. Returns at once, never fails, and uses no network in this thread."""
