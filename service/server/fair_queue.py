"""Picks the next request: callers take turns, and no caller holds all threads."""

import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Requests that wait for a thread. Only one thread uses the queue; others may ask `may_go_on`."""

    def __init__(self, threads: int, threads_for_others: int) -> None:
        self._threads = threads
        self._most_of_one = max(1, threads - threads_for_others)
        self._waiting: OrderedDict[tuple[Hashable, Hashable], deque[T]] = OrderedDict()
        self._running: Counter[Hashable] = Counter()
        self._waiting_of: Counter[Hashable] = Counter()

    def add(self, caller: Hashable, item: T, kind: Hashable = None) -> None:
        """Queue the item behind this caller's other items of its kind. Kinds take turns, too."""
        self._waiting.setdefault((caller, kind), deque()).append(item)
        self._waiting_of[caller] += 1

    def may_go_on(self, caller: Hashable, most: int) -> bool:
        """Return whether nobody else waits, and this caller with few items. Any thread may ask this."""
        own = self._waiting_of.get(caller, 0)
        return own <= most and len(self._waiting_of) <= (own > 0)

    def _left(self, caller: Hashable) -> None:
        self._waiting_of[caller] -= 1
        if not self._waiting_of[caller]:
            del self._waiting_of[caller]

    def give_up(self, may_go: Callable[[T], bool]) -> T | None:
        """Take out the last item of the longest line whose last item may go, or return None if there is none."""
        lines = [key for key, waiting in self._waiting.items() if may_go(waiting[-1])]
        if not lines:
            return None
        longest = max(lines, key=lambda key: len(self._waiting[key]))
        item = self._waiting[longest].pop()
        if not self._waiting[longest]:
            del self._waiting[longest]
        self._left(longest[0])
        return item

    def done(self, caller: Hashable) -> None:
        """Release the thread of an item that `take` returned."""
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]

    def take(self) -> T | None:
        """Return the next item that may run now, or None if all threads are busy or no caller may have another."""
        if self._running.total() >= self._threads:
            return None
        key = next((key for key in self._waiting if self._running[key[0]] < self._most_of_one), None)
        if key is None:
            return None
        waiting = self._waiting[key]
        item = waiting.popleft()
        self._waiting.move_to_end(key)
        if not waiting:
            del self._waiting[key]
        self._running[key[0]] += 1
        self._left(key[0])
        return item


class Repeats:
    """The requests of the last few seconds."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._asked_at: OrderedDict[Hashable, float] = OrderedDict()

    def note(self, what: Hashable) -> bool:
        """Record the request. Returns whether it was made before, a moment ago."""
        now = time.monotonic()
        before = self._asked_at.pop(what, None)
        self._asked_at[what] = now
        if len(self._asked_at) > self._most:
            self._asked_at.popitem(last=False)
        return before is not None and now - before < self._seconds
