"""What the service signs with itself."""

from typing import Protocol


class Keyring(Protocol):
    """The keys behind upload tokens, calls' addresses, cursors and signing accounts; the same for all workers.

    None of them comes from a credential of the store. Every method may raise DatabaseUnavailable until one of them
    returned; from then on none asks the database.
    """

    def prepare(self) -> None:
        """Make or read what is kept in the database. Safe to repeat."""

    @property
    def deployment_id(self) -> str:
        """A random name of this deployment; no secret, and not derived from one."""

    def derive(self, purpose: str) -> tuple[str, ...]:
        """Return a secret for the purpose from each key, 64 hex digits: the first signs, all verify."""
