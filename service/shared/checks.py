"""The result of one check of the store, the database or the page."""

from collections.abc import Collection
from dataclasses import dataclass

# Names every check in WAIVED_CHECKS.
WAIVE_ALL = "all"


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """One thing that was looked at (mostly: that the store was asked to enforce), and what was found."""

    name: str
    ok: bool
    must: bool
    finding: str
    fix: str
    note: bool = False  # where it is not ok, that is to be known and nothing to be mended

    def is_named_in(self, waived: Collection[str]) -> bool:
        """Return whether WAIVED_CHECKS names this check, or all."""
        return self.name in waived or WAIVE_ALL in waived
