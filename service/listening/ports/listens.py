"""What listening needs of a database, for listens."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from service.listening.model import CountedListen, HistoryQuery, Listen, PlayCounts


class Listens(Protocol):
    """Listens by their ids, and how often each file was played. Every method may raise DatabaseUnavailable.

    A lost server may forget the newest listens. What was removed stays removed.
    """

    def prepare(self) -> None:
        """Make the indexes. Safe to repeat."""

    def keep(self, listens: Sequence[Listen]) -> None:
        """Add the listens that are new; one that is there gets the larger number of seconds, and nothing else."""

    def mark_counted(self, listen: Listen, at: datetime) -> bool:
        """Note that a listen counts and add one to its file's plays; False, changing nothing, if it counted already.

        Of many at once one gets True. False too if the listen is gone.
        """

    def count_plays(self, file_ids: Sequence[str]) -> PlayCounts:
        """Return how often these files were played; whatever has no plays is left out."""

    def page(self, query: HistoryQuery) -> list[Listen]:
        """Return at most `limit` listens of the owner, newest first, strictly after the place."""

    def list_counted(self, owner: str, since: datetime, limit: int) -> list[CountedListen]:
        """Return the owner's newest listens that count and began at `since` or later, newest first."""

    def count_counted(self, since: datetime, limit: int) -> int:
        """Return how many listens of all people came to count after `since`; at most `limit`."""

    def iter_owners(self) -> Iterator[str]:
        """Yield everyone who has listens, in order, each by a query of its own: it may take as long as it likes."""

    def remove(self, owner: str, listen_id: str) -> Listen | None:
        """Remove one listen of that owner and return it."""

    def remove_of_owner(self, owner: str, file_id: str | None = None) -> None:
        """Remove all that somebody listened to, or all their listens of one file."""

    def remove_of_file(self, file_id: str) -> None:
        """Remove everyone's listens of a file, and its plays."""

    def remove_before(self, moment: datetime, limit: int) -> int:
        """Remove at most `limit` listens that began before that moment; return how many."""

    def change_owner(self, owner: str, to: str) -> None:
        """Give all listens of one person to another, under the ids that they have."""
