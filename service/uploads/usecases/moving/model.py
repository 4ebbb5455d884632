"""What a move between two stores does and says, as plain data."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from service.uploads.model import Upload


class Problem(StrEnum):
    """Why a file stayed where it was. These codes are kept for good."""

    GONE = "source_gone"  # the store no longer has the recorded version
    CHANGED = "source_changed"  # it has other bytes than those that were confirmed
    UNREADABLE = "source_unreadable"  # the store breaks off whenever it sends them
    BUSY = "busy"  # somebody changed the file again and again meanwhile
    WAITS = "waits_for_removal"  # it left a copy in a third store


@dataclass(frozen=True, slots=True)
class Stayed:
    """A file that did not move."""

    upload_id: str
    bucket: str
    object_key: str
    problem: Problem


@dataclass(slots=True)
class MoveReport:
    """What came of it, by count."""

    moved: int = 0
    moved_bytes: int = 0
    returned: int = 0  # of these, how many went back to the copy that they had left there
    derived: int = 0  # objects made from files: thumbnails, waveforms, renditions
    removed: int = 0  # copies left behind that were removed
    later: int = 0  # copies whose time has not come
    pending: int = 0  # uploads under way to the other store, and files that came there since this run began
    stopped: bool = False
    stayed: list[Stayed] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Return whether nothing is left in the other store but copies to be removed."""
        return not (self.stayed or self.pending or self.stopped)


# Moves what was made from a file to a bucket, and returns how many objects that were.
MoveDerived = Callable[[Upload, str], int]
