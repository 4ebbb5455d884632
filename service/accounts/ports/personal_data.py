"""The data about account holders that other houses keep."""

from typing import Protocol


class PersonalData(Protocol):
    """One house's documents about people. Both methods are safe to repeat, and may raise DatabaseUnavailable."""

    def move(self, owner: str, to: str) -> None:
        """Give all that is kept of a guest to the user who has adopted the guest."""

    def forget(self, owner: str) -> None:
        """Remove all that is kept of a person."""
