"""What the service needs so that, of many workers, one at a time does a thing."""

from datetime import datetime
from typing import Protocol


class Leases(Protocol):
    """Who may do what until when, shared by all workers. Every method may raise DatabaseUnavailable.

    A lease spares work; it keeps no data right. Clocks differ, so for a moment two may hold the same one.
    """

    def acquire(self, name: str, holder: str, *, now: datetime, until: datetime) -> bool:
        """Take the lease, or keep it on, in ONE step; False where another holder's has not run out at `now`."""

    def release(self, name: str, holder: str) -> None:
        """Give it back before it runs out. Another holder's is left alone."""
