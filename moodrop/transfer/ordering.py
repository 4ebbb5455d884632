"""Ordering: threads work in parallel, but pass one step in the order in which their work was submitted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from moodrop.http.cancellation import CancelToken

NAP_S = 0.2


@dataclass(frozen=True, slots=True)
class StartGate:
    """One thread's place in the order. The thread before it sets `previous`."""

    previous: Event
    cancel: CancelToken
    passed: Event = field(default_factory=Event)

    @contextmanager
    def in_order(self) -> Iterator[None]:
        """Wait for the threads before this one; let the next one pass at the end. Nobody waits after a cancel."""
        while not self.previous.wait(NAP_S) and not self.cancel.is_cancelled():
            pass
        try:
            yield
        finally:
            self.passed.set()


def start_gates(cancel: CancelToken) -> Iterator[StartGate]:
    """Yield one gate after another; the first is open."""
    previous = Event()
    previous.set()
    while True:
        gate = StartGate(previous, cancel)
        yield gate
        previous = gate.passed
