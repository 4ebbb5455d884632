"""Ends what is under way in other threads once the caller is gone."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from moodrop.errors import Stopped


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
