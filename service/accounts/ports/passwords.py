"""The port of password hashing, which is slow on purpose."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password is right, and whether its hash should be replaced by a newer kind."""

    is_right: bool
    is_outdated: bool = False


class Hashing(Protocol):
    """Hashes one password at a time. Both methods raise PasswordsBusy if that takes too long."""

    def hash(self, password: str) -> str:
        """Return the hash to store; it carries its own salt and parameters."""

    def verify(self, stored: str | None, password: str) -> Verdict:
        """Compare the password with the hash. Without a hash it takes as long, and nothing is right."""


class Passwords(Hashing, Protocol):
    """Hashes passwords, a few at a time. Every method raises PasswordsBusy if too many wait already."""

    def place(self) -> AbstractContextManager[Hashing]:
        """Take a place in the queue for the block, so that a try is counted only if the password will be compared."""
