"""Turns: threads work side by side, but begin one thing in the order in which they were sent off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from moodrop.http.cancellation import Stop

NAP_S = 0.2


@dataclass(frozen=True, slots=True)
class Turn:
    """A place in the line: behind the one that sets `before`."""

    before: Event
    stop: Stop
    passed: Event = field(default_factory=Event)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for those before; the next one's turn is when this ends. Nobody waits once it is all stopped."""
        while not self.before.wait(NAP_S) and not self.stop.is_set():
            pass
        try:
            yield
        finally:
            self.passed.set()


def turns(stop: Stop) -> Iterator[Turn]:
    """Yield one place after another; the first need not wait."""
    before = Event()
    before.set()
    while True:
        turn = Turn(before, stop)
        yield turn
        before = turn.passed
