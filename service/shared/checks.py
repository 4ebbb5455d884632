"""The result of one check of the store, the database or the page."""

from collections.abc import Collection
from dataclasses import dataclass

# Names every check in WAIVED_CHECKS.
WAIVE_ALL = "all"


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """One check, mostly of something that the store must enforce, and its result."""

    name: str
    ok: bool
    must: bool
    finding: str
    fix: str
    note: bool = False  # if it is not ok, that is information: there is nothing to fix

    def is_named_in(self, waived: Collection[str]) -> bool:
        """Return whether WAIVED_CHECKS names this check, or all."""
        return self.name in waived or WAIVE_ALL in waived
