"""Sends a signal as the kernel may deliver it: to any thread of a program, not always to the first (signal(7))."""

import ctypes
import os
from pathlib import Path


def signal_another_thread(pid: int, number: int) -> None:
    """Signal a thread other than the main one, or the main one of a program that has no other.

    Python runs its handlers in the main thread alone, which such a signal does not wake.
    """
    threads = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
    other = max((thread for thread in threads if thread != pid), default=pid)
    assert ctypes.CDLL(None, use_errno=True).tgkill(pid, other, number) == 0, os.strerror(ctypes.get_errno())
