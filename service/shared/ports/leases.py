"""The port of leases: at most one worker at a time does a job."""

from datetime import datetime
from typing import Protocol


class Leases(Protocol):
    """Leases that all workers share. Every method may raise DatabaseUnavailable.

    A lease spares work; it keeps no data right. Clocks differ, so for a moment two may hold the same one.
    """

    def acquire(self, name: str, holder: str, *, now: datetime, until: datetime) -> bool:
        """Take or extend the lease in ONE step. Returns False if another holder's lease is valid at `now`."""

    def release(self, name: str, holder: str) -> None:
        """Give the lease back before it expires. Another holder's lease stays."""
