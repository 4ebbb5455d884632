"""Retries: when, how often, and that they end."""

import threading
import time
from collections.abc import Callable

import pytest

from moodrop.errors import MoodropError, NoAnswer, NotFound, Stopped, Unavailable
from moodrop.http.cancellation import CancelToken
from moodrop.http.retries import RetryPolicy


def failing(times: int, error: MoodropError) -> tuple[Callable[[], str], list[int]]:
    """Return work that fails so often, and the list of its calls."""
    calls = list[int]()

    def work() -> str:
        calls.append(len(calls))
        if len(calls) <= times:
            raise error
        return "done"

    return work, calls


def test_what_passes_is_tried_again() -> None:
    work, calls = failing(2, NoAnswer("gone"))

    assert RetryPolicy(5, CancelToken()).run(work) == "done"
    assert len(calls) == 3


def test_what_does_not_pass_is_raised_at_once() -> None:
    work, calls = failing(1, NotFound("no such file"))

    with pytest.raises(NotFound):
        RetryPolicy(5, CancelToken()).run(work)
    assert len(calls) == 1


def test_it_ends() -> None:
    """With the error of the last try."""
    work, calls = failing(99, NoAnswer("gone"))

    with pytest.raises(NoAnswer):
        RetryPolicy(1, CancelToken()).run(work)
    assert len(calls) == 2


def test_the_service_says_how_long_to_wait() -> None:
    retries = RetryPolicy(5, CancelToken())

    assert retries.pause_s(0, Unavailable("busy", retry_after_s=7)) == 7
    assert retries.pause_s(0, Unavailable("busy", retry_after_s=86_400)) == 60


def test_pauses_grow_and_are_never_the_same_for_all() -> None:
    retries, error = RetryPolicy(99, CancelToken()), NoAnswer("gone")

    assert 0.125 <= retries.pause_s(0, error) <= 0.25
    assert 1 <= retries.pause_s(3, error) <= 2
    assert 10 <= retries.pause_s(50, error) <= 20
    assert len({retries.pause_s(3, error) for _ in range(9)}) > 1


def test_a_wait_ends_with_its_parent() -> None:
    """Closing the client ends waits in other threads, at any depth."""
    parent = CancelToken()
    waiting = CancelToken(parent=parent)
    threading.Timer(0.05, parent.cancel).start()

    began = time.monotonic()
    with pytest.raises(Stopped):
        waiting.sleep(60)
    assert time.monotonic() - began < 30
