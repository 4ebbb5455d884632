"""The port of password hashing, which is slow on purpose."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password is right, and whether its hash should be replaced by a newer kind."""

    is_right: bool
    is_outdated: bool = False


class Passwords(Protocol):
    """Hashes passwords, a few at a time. Both methods raise PasswordsBusy if too many wait already."""

    def hash(self, password: str) -> str:
        """Return the hash to store; it carries its own salt and parameters."""

    def verify(self, stored: str | None, password: str) -> Verdict:
        """Compare the password with the hash. Without a hash it takes as long, and nothing is right."""
