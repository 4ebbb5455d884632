"""What the service needs to remember of tokens that may start so many uploads and no more."""

from typing import Protocol

from service.shared.model import Grant, Spent


class GrantLedger(Protocol):
    """Counts by `Grant.usage_id`, shared by all workers. Every method may raise DatabaseUnavailable.

    What was spent stays spent: an upload that is aborted, rejected or expired gives nothing back, for its URL
    may have been used until then. It is forgotten some time after the token is dead.
    """

    def prepare(self) -> None:
        """Make what is missing. Safe to repeat."""

    def spend(self, grant: Grant, files: int, size_bytes: int) -> bool:
        """Take both from what the grant has left, in ONE step; False, and nothing taken, where it has too little.

        True survives the loss of a server.
        """

    def spent(self, grant: Grant) -> Spent:
        """What was taken so far."""
