"""What an owner may hold at once, as plain data.

A quota stores what is left, so that one conditional update can take from it. What is left may be too little for a
moment, and never too much: see docs/design/14-quotas.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# Stands for no limit, so that every quota is computed in the same way; sums of sizes never come near it.
NO_LIMIT = 2**60
# A quota names each upload that counts as pending, so there is a limit even if none is set.
MOST_PENDING = 2000
# A count may take this share of the time at most.
COUNT_EVERY = 20


@dataclass(frozen=True, slots=True)
class Amounts:
    """Bytes, files and pending uploads: those allowed, left or used. A pending upload is counted as a file, too."""

    size_bytes: int = 0
    files: int = 0
    pending: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.size_bytes + other.size_bytes, self.files + other.files, self.pending + other.pending)

    def __sub__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.size_bytes - other.size_bytes, self.files - other.files, self.pending - other.pending)

    def covers(self, other: "Amounts") -> bool:
        """Return whether there is at least this much of each."""
        return self.size_bytes >= other.size_bytes and self.files >= other.files and self.pending >= other.pending


@dataclass(frozen=True, slots=True)
class ClosedEntry:
    """The entry of an upload that is no longer pending, and what is given back for it besides a pending upload."""

    upload_id: str
    reserved_bytes: int  # as it was read: otherwise the entry stays
    bytes_back: int  # negative if the file is larger than what was reserved
    files_back: int

    @property
    def amounts(self) -> Amounts:
        """Return what is given back in all."""
        return Amounts(self.bytes_back, self.files_back, 1)


@dataclass(frozen=True, slots=True)
class Quota:
    """The quota of one owner."""

    owner: str
    allowed: Amounts
    left: Amounts
    reserved: Mapping[str, int] = field(default_factory=dict)  # the bytes of each upload that counts as pending
    revision: int = 0  # counts the changes
    is_custom: bool = False  # an admin set the limits; otherwise they follow the settings
    counted_at: datetime | None = None  # None: the owner's files are not counted yet, so nothing is left
    count_took: timedelta = timedelta()

    @property
    def used(self) -> Amounts:
        """Return what counts as used, which may be more than what is."""
        return self.allowed - self.left

    def may_be_counted(self, now: datetime) -> bool:
        """Return whether a new count is due: counting must not take most of the database's time."""
        if self.counted_at is None or now < self.counted_at:
            return True
        return now - self.counted_at >= COUNT_EVERY * self.count_took

    def left_after_count(self, used: Amounts) -> Amounts:
        """Return what is left if the files without an entry are these."""
        return self.allowed - used - amounts_of(self.reserved)


def amounts_of(entries: Mapping[str, int]) -> Amounts:
    """Return what new uploads of these sizes take."""
    return Amounts(sum(entries.values()), len(entries), len(entries))
