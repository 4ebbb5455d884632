"""Which CPUs the threads of this process use. A server may keep them on one CPU: see service/server/one_cpu.py."""

import os
import sys
import threading

_allowed = frozenset(os.sched_getaffinity(0)) if sys.platform == "linux" else frozenset()
_free_threads: set[int] = set()


def allowed_cpus() -> frozenset[int]:
    """Return the CPUs that the process might use when it started. None where a process cannot choose among them."""
    return _allowed


def use_any_cpu() -> None:
    """Let this thread always run on any CPU: for one that computes long, without the interpreter's lock."""
    if sys.platform == "linux":
        _free_threads.add(threading.get_native_id())
        os.sched_setaffinity(0, _allowed)


def is_free(thread: int) -> bool:
    """Return whether the thread of that native id called `use_any_cpu`."""
    return thread in _free_threads
