"""What every transfer needs: the service, the store, and the retry policy."""

from collections.abc import Callable
from dataclasses import dataclass

from moodrop.calls.service import Service
from moodrop.calls.signed_requests import SignedRequest
from moodrop.calls.store import Store
from moodrop.errors import MoodropError, StoreNoAnswer, StoreRefused
from moodrop.http.cancellation import CancelToken
from moodrop.http.retries import RetryPolicy
from moodrop.transfer.progress import ProgressMeter
from moodrop.transfer.sources import FilePiece


@dataclass(frozen=True, slots=True)
class ClientContext:
    """One client's service, store and retry policy, with the token that cancels their work."""

    service: Service
    store: Store
    retries: RetryPolicy

    @property
    def cancel(self) -> CancelToken:
        return self.retries.cancel

    def with_cancel(self, cancel: CancelToken) -> "ClientContext":
        """Return the same context with calls and waits that end when `cancel` is cancelled."""
        return ClientContext(self.service.with_cancel(cancel), self.store, self.retries.with_cancel(cancel))

    def put(
        self,
        sign: Callable[[], SignedRequest],
        piece: FilePiece,
        meter: ProgressMeter,
        *,
        first: SignedRequest | None = None,
    ) -> None:
        """PUT the piece. Each try uses a URL that has not expired: the `first`, then those that `sign` returns."""
        unused = first

        def put_once() -> None:
            nonlocal unused
            request = unused
            unused = None
            attempt = meter.attempt(self.cancel)
            try:
                fresh = sign() if request is None or request.is_expired else request
                self.store.put(fresh, piece, self.cancel, attempt.add)
            except BaseException:
                attempt.undo()
                raise
            # A store that had the bytes already has not read all of them.
            meter.add(piece.size_bytes - attempt.moved_bytes)

        self.retries.run(put_once, should_retry=is_of_the_store)


def is_of_the_store(error: MoodropError) -> bool:
    """Return whether to ask the store again. Calls to the service have already been retried on their own."""
    return error.retryable and isinstance(error, StoreRefused | StoreNoAnswer)
