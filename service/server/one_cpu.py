"""Keeps the threads of a worker together on one CPU, the one that other processes use least.

Only one of them runs at a time, the one that has the interpreter's lock. On several CPUs each change of the lock wakes
another CPU, whose caches have none of the interpreter's objects. For short requests that takes longer than the rest.
"""

import os
import socket
import threading
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from service.shared.adapters.cpus import allowed_cpus, is_free

CHECK_EVERY_S = 1.0
# Each worker waits for a different time, so that two do not leave their CPU for the same one at once.
LATER_S = 0.25
# The share of a CPU: a move is worth it if others use so much less of another CPU than of this one.
WORTH_A_MOVE = 0.25
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def keep_on_one_cpu(place: int) -> None:
    """Do so in a thread, until the process ends. Workers of different places begin on different CPUs."""
    if len(allowed_cpus()) > 1:
        threading.Thread(target=OneCpu(place).run, name="one-cpu", daemon=True).start()


class OneCpu:
    """The CPU that the threads of this process are on."""

    def __init__(self, place: int) -> None:
        self._place = place
        self._cpu: int | None = None
        self._tied: set[int] = set()
        self._busy_s = busy_seconds()
        self._own_s = time.process_time()
        self._checked_at = time.monotonic()

    def run(self) -> None:
        """Check again and again who else uses the CPUs."""
        try:
            while True:
                time.sleep(CHECK_EVERY_S + LATER_S * (self._place % 4))
                self.check()
        except OSError:  # somebody else decides it, or does not show it
            pass

    def check(self) -> None:
        """Choose the CPU by what others used since the last time, and keep all threads on it. Raises OSError."""
        used = self._used_by_others()
        if used:
            self._keep_on(choose(self._cpu, used, self._place + _of_this_service()))

    def _used_by_others(self) -> dict[int, float]:
        """Return the share of each CPU that other processes used."""
        busy_s, own_s, now = busy_seconds(), time.process_time(), time.monotonic()
        seconds = now - self._checked_at
        used = {cpu: (busy_s[cpu] - self._busy_s[cpu]) / seconds for cpu in busy_s.keys() & self._busy_s.keys()}
        if self._cpu in used:
            used[self._cpu] = max(0.0, used[self._cpu] - (own_s - self._own_s) / seconds)
        self._busy_s, self._own_s, self._checked_at = busy_s, own_s, now
        return used

    def _keep_on(self, cpu: int) -> None:
        if cpu != self._cpu:
            self._cpu, self._tied = cpu, set()
        threads = {int(task.name) for task in Path("/proc/self/task").iterdir()}
        for thread in threads - self._tied:
            if not is_free(thread):
                with suppress(ProcessLookupError):  # it has ended
                    os.sched_setaffinity(thread, (cpu,))
        self._tied = threads


def choose(cpu: int | None, used: Mapping[int, float], place: int) -> int:
    """Return the CPU to be on, given the one that is left, and what others use of each."""
    least = min(used.values())
    good = sorted(each for each in used if used[each] - least < WORTH_A_MOVE)
    return cpu if cpu in good else good[place % len(good)]


def busy_seconds() -> dict[int, float]:
    """Return for how long each CPU that we may use has been busy since the machine started. Raises OSError."""
    busy = {}
    for line in Path("/proc/stat").read_text(encoding="ascii").splitlines():
        name, *ticks = line.split()
        if name.startswith("cpu") and name[3:].isdigit() and int(name[3:]) in allowed_cpus():
            user, nice, system, _idle, _iowait, *others = map(int, ticks[:8])
            busy[int(name[3:])] = (user + nice + system + sum(others)) / TICKS_PER_S
    return busy


def _of_this_service() -> int:
    """Return a number that services on one machine do not share, so that they begin on different CPUs."""
    return zlib.crc32(f"{socket.gethostname()} {os.getppid()}".encode())
