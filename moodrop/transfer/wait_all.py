"""Several threads at one task: it is done when all are, and over when one has failed."""

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait

from moodrop.errors import Stopped
from moodrop.http.cancellation import Stop


def wait_for_all(futures: Sequence[Future[None]], stop: Stop) -> None:
    """Return when all are done. Else `stop` them, also where the wait is interrupted, and raise the first failure."""
    try:
        wait(futures, return_when=FIRST_EXCEPTION)
    finally:
        if not all(_has_succeeded(future) for future in futures):
            stop.set()
            for future in futures:
                future.cancel()
    errors = [error for future in futures if not future.cancelled() and (error := future.exception())]
    # The cause, before those that only stopped because of it.
    for error in sorted(errors, key=lambda error: isinstance(error, Stopped)):
        raise error


def _has_succeeded(future: Future[None]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
