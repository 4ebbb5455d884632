"""Whether this system can confine programs at all."""

import ctypes
import os

import pytest

LANDLOCK_CREATE_RULESET = 444
ASK_FOR_VERSION = 1


def has_landlock() -> bool:
    """Ask the kernel itself: a sandbox that is broken must fail tests, not skip them."""
    version = ctypes.CDLL(None).syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_long(0), ctypes.c_long(ASK_FOR_VERSION))
    return bool(version > 0)


needs_landlock = pytest.mark.skipif(
    not has_landlock() and not os.environ.get("CI"), reason="this system has no Landlock"
)
