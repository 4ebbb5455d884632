"""Removes what is older than a history is to be kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from service.listening.ports import Ports
from service.shared.batches import repeat_batches

BATCH = 1000


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """What was removed, by count."""

    listens: int
    positions: int

    @property
    def total(self) -> int:
        return self.listens + self.positions


def remove_old_listens(
    ports: Ports, may_go_on: Callable[[], bool] = lambda: True, *, keep_days: int
) -> RetentionReport:
    """Remove listens and positions that are older than so many days, asking `may_go_on` in between; 0 keeps all.

    Plays stay counted: they name nobody.
    """
    if keep_days == 0:
        return RetentionReport(0, 0)
    before = ports.now() - timedelta(days=keep_days)
    return RetentionReport(
        repeat_batches(lambda: ports.listens.remove_before(before, BATCH), may_go_on, batch=BATCH),
        repeat_batches(lambda: ports.positions.remove_before(before, BATCH), may_go_on, batch=BATCH),
    )
