"""Measures the processor time of this process's descendants: the servers and commands of a row."""

import os
import resource
from collections import defaultdict
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    """Return the user and system time of living and of reaped descendants, from Linux's /proc."""
    reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
    times = dict[int, int]()
    children = defaultdict[int, list[int]](list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, in brackets, may contain anything.
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        pid = int(stat.parent.name)
        times[pid] = int(fields[11]) + int(fields[12])
        children[int(fields[1])].append(pid)
    below = [os.getpid()]
    ticks = 0
    while below:
        for child in children[below.pop()]:
            ticks += times[child]
            below.append(child)
    return reaped.ru_utime + reaped.ru_stime + ticks / TICKS_PER_S
