"""Plugin: a test that takes too long fails, and nothing else does.

pytest-timeout raises wherever the process happens to be. Inside pytest itself that would end the whole run, and after a
failure it counts no longer, so that a cleanup that hangs would hang for ever.
"""

import signal
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
from pytest_timeout import Settings, timeout_sigalrm

# The limits of the tests are for a quiet machine. They end what hangs and measure nothing.
TIMEOUT_FACTOR = 3
CLEANUP_SECONDS = 120.0
_can_fail = threading.Event()


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: Settings) -> bool:
    """Arm the timer of pytest-timeout, but let it wait while pytest does work of its own."""
    settings = settings._replace(timeout=settings.timeout * TIMEOUT_FACTOR)

    def too_long(_number: int, _frame: FrameType | None) -> None:
        if _can_fail.is_set():
            timeout_sigalrm(item, settings)
        else:
            signal.setitimer(signal.ITIMER_REAL, 0.1)

    def cancel() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    item.cancel_timeout = cancel  # type: ignore[attr-defined]
    signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, settings.timeout)
    return True


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup() -> Generator[None, object, object]:
    with _failing_allowed():
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    with _failing_allowed():
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    if hasattr(item, "cancel_timeout") and signal.getitimer(signal.ITIMER_REAL)[0] == 0:
        signal.setitimer(signal.ITIMER_REAL, CLEANUP_SECONDS)
    with _failing_allowed():
        return (yield)


@contextmanager
def _failing_allowed() -> Iterator[None]:
    _can_fail.set()
    try:
        yield
    finally:
        _can_fail.clear()
