"""What the service has to remember about tokens that limit their uploads."""

from typing import Protocol

from service.shared.model import Grant, Spent


class GrantLedger(Protocol):
    """Counts by `Grant.usage_id`, shared by all workers. Every method may raise DatabaseUnavailable.

    What was spent stays spent: an upload that is aborted, rejected or expired gives nothing back, because its URL may
    have been used until then. The counts are forgotten some time after the token has expired.
    """

    def prepare(self) -> None:
        """Make what is missing. Safe to repeat."""

    def spend(self, grant: Grant, files: int, size_bytes: int) -> bool:
        """Take both from what the grant has left in ONE step; return False, taking nothing, if too little is left.

        What was taken survives the loss of a server.
        """

    def spent(self, grant: Grant) -> Spent:
        """Return what has been taken so far."""
