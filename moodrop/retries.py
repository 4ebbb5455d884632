"""Trying again: how often, how long apart, and never longer than the caller is there."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from moodrop.errors import MoodropError, Stopped

T = TypeVar("T")

FIRST_S = 0.25
LONGEST_S = 20.0
LONGEST_ASKED_S = 60.0  # of a Retry-After


@dataclass
class Stop:
    """Set once the caller is gone: whoever sends, reads or waits then ends by Stopped."""

    event: threading.Event = field(default_factory=threading.Event)
    parent: "Stop | None" = None
    _calls: set[Callable[[], None]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set(self) -> None:
        with self._lock:
            self.event.set()
            calls = list(self._calls)
        for call in calls:
            call()

    def call_when_set(self, call: Callable[[], None]) -> None:
        """Have `call` called by whoever sets this one or its parent, until `forget`. Raises Stopped where it is set."""
        with self._lock:
            self._calls.add(call)
        if self.parent:
            self.parent.call_when_set(call)
        self.check()

    def forget(self, call: Callable[[], None]) -> None:
        with self._lock:
            self._calls.discard(call)
        if self.parent:
            self.parent.forget(call)

    def is_set(self) -> bool:
        return self.event.is_set() or (self.parent is not None and self.parent.is_set())

    def check(self) -> None:
        """Raises Stopped."""
        if self.is_set():
            raise Stopped("stopped before it was done")

    @contextmanager
    def explains(self) -> Iterator[None]:
        """Whatever goes wrong within once it is set: raises Stopped for it."""
        try:
            yield
        except Exception as error:
            if self.is_set():
                raise Stopped("stopped before it was done") from error
            raise

    def wait(self, seconds: float) -> None:
        """Sleep, in short naps for the sake of the parent. Raises Stopped."""
        while seconds > 0 and not self.is_set():
            nap = min(seconds, 0.2)
            self.event.wait(nap)
            seconds -= nap
        self.check()


@dataclass(frozen=True, slots=True)
class Retries:
    """`count` further tries after the first, each wait about twice the one before (0.25 s to 20 s, with jitter)."""

    count: int
    stop: Stop

    def until(self, stop: Stop) -> "Retries":
        return Retries(self.count, stop)

    def pause_s(self, tries: int, error: MoodropError) -> float:
        if error.retry_after_s is not None:
            return min(error.retry_after_s, LONGEST_ASKED_S)
        # Jitter, so that many clients of a service that comes back do not come at once.
        return min(LONGEST_S, FIRST_S * 2.0**tries) * random.uniform(0.5, 1)  # noqa: S311  nothing secret

    def run(self, work: Callable[[], T], *, worth_it: Callable[[MoodropError], bool] | None = None) -> T:
        """Call `work` until it succeeds; what is not `worth_it` (by default: not retryable) is raised at once."""
        tries = 0
        while True:
            self.stop.check()
            try:
                return work()
            except MoodropError as error:
                wanted = worth_it(error) if worth_it else error.retryable
                if not wanted or tries >= self.count:
                    raise
                self.stop.wait(self.pause_s(tries, error))
            tries += 1
