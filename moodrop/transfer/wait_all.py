"""Waits for several threads that work on one task: it is done when all are done, and fails when one fails."""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TypeVar

from moodrop.errors import Stopped
from moodrop.http.cancellation import NAP_S, CancelToken

T = TypeVar("T")


def wait_for_some(running: set[Future[T]]) -> tuple[set[Future[T]], set[Future[T]]]:
    """Return those that are done, at least one, and the others.

    Waits in naps: the system may deliver Ctrl-C to another thread, and this one sees it only when it is awake.
    """
    while not (done := wait(running, NAP_S, FIRST_COMPLETED).done):
        pass
    return done, running - done


def wait_all(futures: Sequence[Future[None]], cancel: CancelToken) -> None:
    """Return when all are done. If one fails or the wait is interrupted, cancel the others; raise the first failure."""
    try:
        _until_one_fails(futures)
    finally:
        if not all(_has_succeeded(future) for future in futures):
            cancel.cancel()
            for future in futures:
                future.cancel()
    errors = [error for future in futures if not future.cancelled() and (error := future.exception())]
    # The cause comes before the errors of those that were only stopped because of it.
    for error in sorted(errors, key=lambda error: isinstance(error, Stopped)):
        raise error


def _until_one_fails(futures: Sequence[Future[None]]) -> None:
    running = set(futures)
    while running:
        done, running = wait_for_some(running)
        if not all(_has_succeeded(future) for future in done):
            return


def _has_succeeded(future: Future[None]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
