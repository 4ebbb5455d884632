"""Ends the work of other threads when nobody waits for its result any more."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from moodrop.errors import Stopped

NAP_S = 0.2
MESSAGE = "stopped before it was done"


@dataclass
class CancelToken:
    """Cancels all work that it was given to, and the work of its children. Cancelled work raises Stopped."""

    event: threading.Event = field(default_factory=threading.Event)
    parent: "CancelToken | None" = None
    _callbacks: set[Callable[[], None]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def cancel(self) -> None:
        with self._lock:
            self.event.set()
            callbacks = list(self._callbacks)
        for callback in callbacks:
            callback()

    def add_callback(self, callback: Callable[[], None]) -> None:
        """Call `callback` when this token or its parent is cancelled. Raises Stopped if that has happened already."""
        with self._lock:
            self._callbacks.add(callback)
        if self.parent:
            self.parent.add_callback(callback)
        self.raise_if_cancelled()

    def remove_callback(self, callback: Callable[[], None]) -> None:
        with self._lock:
            self._callbacks.discard(callback)
        if self.parent:
            self.parent.remove_callback(callback)

    def is_cancelled(self) -> bool:
        return self.event.is_set() or (self.parent is not None and self.parent.is_cancelled())

    def raise_if_cancelled(self) -> None:
        """Raise Stopped if this token or its parent is cancelled."""
        if self.is_cancelled():
            raise Stopped(MESSAGE)

    @contextmanager
    def explain_errors(self) -> Iterator[None]:
        """Raise Stopped instead of any error inside the `with`, if the token is cancelled by then."""
        try:
            yield
        except Exception as error:
            if self.is_cancelled():
                raise Stopped(MESSAGE) from error
            raise

    def sleep(self, seconds: float) -> None:
        """Sleep. Raises Stopped when the token is cancelled."""
        while seconds > 0 and not self.is_cancelled():
            # The parent's event does not wake this one, so check it after each nap.
            nap = min(seconds, NAP_S)
            self.event.wait(nap)
            seconds -= nap
        self.raise_if_cancelled()
