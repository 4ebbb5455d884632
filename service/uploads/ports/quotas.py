"""What the service has to remember about what owners may hold."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from service.uploads.quota import Amounts, ClosedEntry, Quota


class Quotas(Protocol):
    """One quota for each owner, shared by all workers. Every method may raise DatabaseUnavailable.

    A crash may undo the last changes, but never one without all later changes, and with it all later changes of
    uploads: whatever document survives, its reservation survives.
    """

    def prepare(self) -> None:
        """Apply the limits of the settings to every quota that is not custom. Safe to repeat.

        Without limits in the settings every quota has to be counted anew before it is used again.
        """

    def reserve(self, owner: str, entries: Mapping[str, int]) -> bool:
        """Take all uploads, by id and with their bytes, from what is left in ONE step; False takes nothing."""

    def close(self, owner: str, entries: Sequence[ClosedEntry]) -> bool:
        """Remove all these entries and give back what they name in ONE step; False if one is not as it was read."""

    def resize(self, owner: str, upload_id: str, reserved_bytes: int, size_bytes: int) -> bool:
        """Let an entry count for `size_bytes`; False if it is not as it was read, or too little is left."""

    def restore(self, owner: str, entries: Mapping[str, int]) -> None:
        """Add the entries that a killed database forgot, whatever is left."""

    def recount(self, quota: Quota, used: Amounts, *, counted_at: datetime, took: timedelta) -> bool:
        """Set what is left, `used` being all but the entries; False if the quota has changed since it was read."""

    def add(self, owner: str) -> None:
        """Make the owner's quota, with the limits of the settings and not counted yet, unless there is one."""

    def left(self, owner: str) -> Quota | None:
        """Return the owner's quota."""

    def of(self, owners: Sequence[str]) -> Mapping[str, Quota]:
        """Return the quotas of these owners, by owner; those who have none are left out."""

    def set_limits(self, owner: str, allowed: Amounts | None) -> None:
        """Give the owner limits of their own; None: those of the settings again."""

    def remove(self, owner: str) -> None:
        """Forget the quota of an owner who is gone."""

    def owners_with_entries(self) -> Iterator[str]:
        """Yield the owners whose quotas have entries, page by page."""
