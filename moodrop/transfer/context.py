"""What every transfer needs: the service, the store, and how often to try."""

from collections.abc import Callable
from dataclasses import dataclass

from moodrop.calls.service import Service
from moodrop.calls.signed_requests import Signed
from moodrop.calls.store import Store
from moodrop.errors import MoodropError, StoreNoAnswer, StoreRefused
from moodrop.http.cancellation import Stop
from moodrop.http.retries import Retries
from moodrop.transfer.progress import Meter
from moodrop.transfer.sources import FilePiece


@dataclass(frozen=True, slots=True)
class Line:
    service: Service
    store: Store
    retries: Retries

    def until(self, stop: Stop) -> "Line":
        """The same line, of which every wait ends when `stop` is set."""
        return Line(self.service.until(stop), self.store, self.retries.until(stop))

    def put(
        self,
        sign: Callable[[], Signed],
        piece: FilePiece,
        meter: Meter,
        *,
        first: Signed | None = None,
    ) -> None:
        """PUT the piece, each try by a URL that lives: the `first`, then what `sign` gives."""
        signed = first

        def once() -> None:
            nonlocal signed
            request, signed = signed, None
            attempt = meter.attempt(self.retries.stop)
            try:
                live = request if request and request.is_alive else sign()
                self.store.put(live, piece, self.retries.stop, attempt.add)
            except BaseException:
                attempt.undo()
                raise
            meter.add(piece.size_bytes - attempt.moved_bytes)  # of what was there already

        self.retries.run(once, worth_it=is_the_stores)


def is_the_stores(error: MoodropError) -> bool:
    """Whether to ask the store again; the service's own calls have been tried often enough by then."""
    return error.retryable and isinstance(error, StoreRefused | StoreNoAnswer)
