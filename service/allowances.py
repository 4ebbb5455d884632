"""What each owner may start before the database has to be asked again how much of theirs is pending.

The threads of one process share it. See usecases/pending.py, which fills it.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

MOST_OWNERS = 10_000
# The bound of the wait for those who ask for the same owner: as long as a database that does not answer holds one.
LONGEST_WAIT_S = 4.0


@dataclass(slots=True, eq=False)
class Allowance:
    """One owner's."""

    _turn: Lock = field(default_factory=Lock)
    _mutex: Lock = field(default_factory=Lock)
    _left_bytes: int = 0
    _in_flight_bytes: int = 0
    _limit_bytes: int = 0  # for which it was reckoned

    @contextmanager
    def taken(self, size_bytes: int, limit_bytes: int) -> Iterator[bool]:
        """Whether so much was left, and is taken; in flight while the caller writes it."""
        with self._mutex:
            enough = self._limit_bytes == limit_bytes and size_bytes <= self._left_bytes
            moved = size_bytes if enough else 0
            self._left_bytes -= moved
            self._in_flight_bytes += moved
        try:
            yield enough
        finally:
            with self._mutex:
                self._in_flight_bytes -= moved

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Alone among those who have to ask; False where the others did not come to an end."""
        got = self._turn.acquire(timeout=LONGEST_WAIT_S)
        try:
            yield got
        finally:
            if got:
                self._turn.release()

    def emptied(self) -> int:
        """Leave nothing to take, and return how much is being written: a sum may not know of it."""
        with self._mutex:
            self._left_bytes = 0
            return self._in_flight_bytes

    def refill(self, size_bytes: int, limit_bytes: int) -> None:
        with self._mutex:
            self._left_bytes, self._limit_bytes = size_bytes, limit_bytes


class Allowances:
    """Those of the owners seen last."""

    def __init__(self) -> None:
        self._by_owner: OrderedDict[str, Allowance] = OrderedDict()
        self._mutex = Lock()

    def of(self, owner: str) -> Allowance:
        with self._mutex:
            found = self._by_owner.setdefault(owner, Allowance())
            self._by_owner.move_to_end(owner)
            if len(self._by_owner) > MOST_OWNERS:
                self._by_owner.popitem(last=False)
        return found
