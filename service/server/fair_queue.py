"""Picks the next request: callers take turns, and no caller holds all threads."""

from collections import Counter, OrderedDict, deque
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Requests that wait for a thread. Only one thread uses the queue."""

    def __init__(self, threads: int, threads_for_others: int) -> None:
        self._threads = threads
        self._most_of_one = max(1, threads - threads_for_others)
        self._waiting: OrderedDict[tuple[Hashable, Hashable], deque[T]] = OrderedDict()
        self._running: Counter[Hashable] = Counter()

    def add(self, caller: Hashable, item: T, kind: Hashable = None) -> None:
        """Queue the item behind this caller's other items of its kind. Kinds take turns, too."""
        self._waiting.setdefault((caller, kind), deque()).append(item)

    def done(self, caller: Hashable) -> None:
        """Release the thread of an item that `take` returned."""
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]

    def take(self) -> T | None:
        """Return the next item that may run now, or None if all threads are busy or no caller may have another."""
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
