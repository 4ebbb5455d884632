"""Whether this system can confine programs at all."""

import ctypes
import os
import sys

import pytest

LANDLOCK_CREATE_RULESET = 444
ASK_FOR_VERSION = 1
# Refuses Landlock's first call to this process and its children, as an older kernel does, and becomes a program.
REFUSING = """
import ctypes, os, struct, sys
from worker import confine
code = struct.pack("=HBBIHBBIHBBIHBBI", 0x20, 0, 0, 0, 0x15, 0, 1, 444, 6, 0, 0, confine.ENOSYS, 6, 0, 0, confine.ALLOW)
buffer = ctypes.create_string_buffer(code, len(code))
program = struct.pack("HxxxxxxP", 4, ctypes.addressof(buffer))
confine.libc.prctl(38, 1, 0, 0, 0)
assert confine.libc.prctl(22, 2, ctypes.c_char_p(program), 0, 0) == 0
os.execv(sys.argv[1], sys.argv[1:])
"""


def has_landlock() -> bool:
    """Ask the kernel itself: a sandbox that is broken must fail tests, not skip them."""
    version = ctypes.CDLL(None).syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_long(0), ctypes.c_long(ASK_FOR_VERSION))
    return bool(version > 0)


needs_landlock = pytest.mark.skipif(
    not has_landlock() and not os.environ.get("CI"), reason="this system has no Landlock"
)


def without_landlock() -> list[str]:
    """Return the beginning of a command that runs the rest of it as a system without Landlock would.

    Its folder has to have the worker in it.
    """
    return [sys.executable, "-c", REFUSING]
