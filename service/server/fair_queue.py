"""Whose request is next: callers take turns, and none of them holds all threads."""

from collections import Counter, OrderedDict, deque
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Requests that wait for a thread. Used by one thread alone."""

    def __init__(self, threads: int, threads_for_others: int) -> None:
        self._threads = threads
        self._most_of_one = max(1, threads - threads_for_others)
        self._waiting: OrderedDict[tuple[Hashable, Hashable], deque[T]] = OrderedDict()
        self._running: Counter[Hashable] = Counter()

    def add(self, caller: Hashable, item: T, kind: Hashable = None) -> None:
        """Put it behind what this caller has waiting of that kind. Kinds take turns, too."""
        self._waiting.setdefault((caller, kind), deque()).append(item)

    def done(self, caller: Hashable) -> None:
        """Give back the thread of an item that `take` returned."""
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]

    def take(self) -> T | None:
        """The next item that may run now; None where every thread is busy or nobody may have one."""
        if self._running.total() >= self._threads:
            return None
        turn = next((turn for turn in self._waiting if self._running[turn[0]] < self._most_of_one), None)
        if turn is None:
            return None
        waiting = self._waiting[turn]
        item = waiting.popleft()
        self._waiting.move_to_end(turn)
        if not waiting:
            del self._waiting[turn]
        self._running[turn[0]] += 1
        return item
