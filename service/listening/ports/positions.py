"""What listening needs of a database, for the places where people stopped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from service.listening.model import Position


class Positions(Protocol):
    """One position for each person and file. Every method may raise DatabaseUnavailable.

    A lost server may forget the newest positions. What was removed stays removed.
    """

    def prepare(self) -> None:
        """Make the indexes. Safe to repeat."""

    def note(self, positions: Sequence[Position]) -> None:
        """Keep each position, unless a later one of the same person and file is there."""

    def list_unfinished(self, owner: str, limit: int) -> list[Position]:
        """Return the owner's newest unfinished positions, newest first."""

    def remove_of_listen(self, position_id: str, listen_id: str) -> None:
        """Remove the position if it was left at that listen."""

    def remove_of_owner(self, owner: str, file_id: str | None = None) -> None:
        """Remove all positions of somebody, or that in one file."""

    def remove_of_file(self, file_id: str) -> None:
        """Remove everyone's positions in a file."""

    def remove_before(self, moment: datetime, limit: int) -> int:
        """Remove at most `limit` positions from before that moment; return how many."""

    def change_owner(self, owner: str, to: str) -> None:
        """Give all positions of one person to another, who keeps the later one of each file."""
