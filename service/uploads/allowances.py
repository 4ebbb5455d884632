"""How many bytes each owner may start before the service sums their pending uploads again.

All threads of one process share the allowances. usecases/starting/pending.py fills them.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

MOST_OWNERS = 10_000
# The longest wait for other sums of the same owner: as long as an unresponsive database holds a caller.
LONGEST_WAIT_S = 4.0


@dataclass(slots=True, eq=False)
class Allowance:
    """The allowance of one owner."""

    _turn: Lock = field(default_factory=Lock)
    _mutex: Lock = field(default_factory=Lock)
    _left_bytes: int = 0
    _in_flight_bytes: int = 0
    _limit_bytes: int = 0  # the limit for which it was computed

    @contextmanager
    def taken(self, size_bytes: int, limit_bytes: int) -> Iterator[bool]:
        """Take this many bytes if they are left; say whether they were. They are in flight while the caller writes."""
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
        """Wait to be the only caller who sums; yield False if the others did not finish in time."""
        got = self._turn.acquire(timeout=LONGEST_WAIT_S)
        try:
            yield got
        finally:
            if got:
                self._turn.release()

    def emptied(self) -> int:
        """Clear the allowance and return how many bytes are being written, which a sum may not include."""
        with self._mutex:
            self._left_bytes = 0
            return self._in_flight_bytes

    def refill(self, size_bytes: int, limit_bytes: int) -> None:
        with self._mutex:
            self._left_bytes, self._limit_bytes = size_bytes, limit_bytes


class Allowances:
    """The allowances of the owners seen last."""

    def __init__(self) -> None:
        self._by_owner: OrderedDict[str, Allowance] = OrderedDict()
        self._mutex = Lock()

    def of(self, owner: str) -> Allowance:
        with self._mutex:
            allowance = self._by_owner.setdefault(owner, Allowance())
            self._by_owner.move_to_end(owner)
            if len(self._by_owner) > MOST_OWNERS:
                self._by_owner.popitem(last=False)
        return allowance
