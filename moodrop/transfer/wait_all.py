"""Waits for several threads that work on one task: it is done when all are done, and fails when one fails."""

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait

from moodrop.errors import Stopped
from moodrop.http.cancellation import CancelToken


def wait_all(futures: Sequence[Future[None]], cancel: CancelToken) -> None:
    """Return when all are done. If one fails or the wait is interrupted, cancel the others; raise the first failure."""
    try:
        wait(futures, return_when=FIRST_EXCEPTION)
    finally:
        if not all(_has_succeeded(future) for future in futures):
            cancel.cancel()
            for future in futures:
                future.cancel()
    errors = [error for future in futures if not future.cancelled() and (error := future.exception())]
    # The cause comes before the errors of those that were only stopped because of it.
    for error in sorted(errors, key=lambda error: isinstance(error, Stopped)):
        raise error


def _has_succeeded(future: Future[None]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
