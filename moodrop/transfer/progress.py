"""Progress of a transfer, counted over its threads."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from moodrop.http.cancellation import CancelToken
from moodrop.model import Progress, Source

OnProgress = Callable[[Progress], None]


@dataclass
class ProgressMeter:
    """Counts the bytes of one transfer and reports each change to `on_progress`."""

    source: Source
    size_bytes: int
    on_progress: OnProgress | None = None
    _sent_bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, size_bytes: int) -> None:
        """Count bytes that were sent. A negative size takes back bytes that have to be sent again."""
        if not size_bytes:
            return
        with self._lock:
            self._sent_bytes += size_bytes
            if self.on_progress:
                self.on_progress(Progress(source=self.source, sent_bytes=self._sent_bytes, size_bytes=self.size_bytes))

    def restart(self, sent_bytes: int) -> None:
        """Start again from what the store has."""
        self.add(sent_bytes - self._sent_bytes)

    def attempt(self, cancel: CancelToken) -> "Attempt":
        return Attempt(self, cancel)


@dataclass
class Attempt:
    """One try to move some bytes. If it fails, `undo` takes back what it has counted."""

    meter: ProgressMeter
    cancel: CancelToken
    moved_bytes: int = 0

    def add(self, size_bytes: int) -> None:
        """Count bytes that were just moved. Raises Stopped."""
        self.moved_bytes += size_bytes
        self.meter.add(size_bytes)
        self.cancel.raise_if_cancelled()

    def undo(self) -> None:
        if self.moved_bytes:
            self.meter.add(-self.moved_bytes)
        self.moved_bytes = 0
