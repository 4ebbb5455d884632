"""What recommendations need of a database: the model, one small document for each file and mood."""

from collections.abc import Sequence
from typing import Protocol

from service.listening.recommend.model import Neighbours, NeighboursById


class NeighbourStore(Protocol):
    """The neighbours of files. Every method may raise DatabaseUnavailable.

    Documents do not depend on each other, so a fit that was interrupted harms nothing: some are newer than others.
    """

    def prepare(self) -> None:
        """Make the indexes. Safe to repeat."""

    def put_many(self, items: Sequence[Neighbours]) -> None:
        """Write these in place of those of the same items."""

    def get_many(self, item_ids: Sequence[str]) -> NeighboursById:
        """Return what there is of these items, by their ids."""

    def remove_before(self, fit: str) -> None:
        """Remove what earlier fits left: the names of fits sort by time."""

    def mark_stale(self) -> None:
        """Note that somebody took back plays that the model may have learned from."""

    def is_stale(self) -> bool:
        """Return whether that was noted since the last `clear_stale`."""

    def clear_stale(self) -> None:
        """A fit begins to read: what was taken back before, it does not see."""
