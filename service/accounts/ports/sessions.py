"""What the service needs to remember of the people who are signed in by a cookie."""

from typing import Protocol

from service.accounts.model import Session


class Sessions(Protocol):
    """By the digests of their ids, shared by all workers. Every method may raise DatabaseUnavailable."""

    def prepare(self) -> None:
        """Make what is missing. Safe to repeat."""

    def add(self, session: Session) -> None:
        """Remember it until some time after its `expires_at`."""

    def find(self, digest: str) -> Session | None:
        """The session; None where there is none (any more). It may be over: look at its `expires_at`."""

    def remove(self, digest: str) -> None:
        """Forget it, for all workers from now on, also if a server is lost. Absent is fine."""
