"""Upkeep of accounts: one worker at a time works off what requests left to be done later."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service.accounts.ports import Ports
from service.accounts.usecases.guests import remove_old_guests, work_off_adoptions
from service.accounts.usecases.leaving import work_off_leavers

MayGoOn = Callable[[], bool]
# Works off what there is, in pages, while it may go on; returns how many are done. Each step may be repeated: a worker
# that was killed is followed by another one.
Upkeep = Callable[[Ports, MayGoOn], int]

# By the name for the log, in this order.
UPKEEP: Mapping[str, Upkeep] = {
    "files of guests moved": work_off_adoptions,
    "guests who leave": remove_old_guests,
    "accounts removed": work_off_leavers,
}


@dataclass(frozen=True, slots=True)
class KeeperReport:
    """How much was done, by kind of upkeep."""

    done: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.done.values())

    def __str__(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in self.done.items() if count)


def keep_accounts(
    ports: Ports, may_go_on: MayGoOn = lambda: True, upkeep: Mapping[str, Upkeep] = UPKEEP
) -> KeeperReport:
    """Do each kind of upkeep once. Raises MoodropError if the database or the store is down."""
    return KeeperReport({name: work_off(ports, may_go_on) for name, work_off in upkeep.items() if may_go_on()})
