"""The port of the keys with which the service signs."""

from typing import Protocol


class Keyring(Protocol):
    """The keys behind upload tokens, signed calls, cursors and signing accounts; the same for all workers.

    No key comes from a credential of the store. Every method may raise DatabaseUnavailable until one method has
    returned; after that, no method asks the database.
    """

    def prepare(self) -> None:
        """Make or read the values in the database. Safe to repeat."""

    @property
    def deployment_id(self) -> str:
        """Return the random name of this deployment. It is no secret and is not derived from one."""

    def derive(self, purpose: str) -> tuple[str, ...]:
        """Return a secret for the purpose from each key, 64 hex digits: the first signs, all verify."""
