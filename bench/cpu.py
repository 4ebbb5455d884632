"""Processor time of this process's children and all below them: of the servers and the commands of a row."""

import os
import resource
from collections import defaultdict
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    """User and system time, of those that live and of those that were waited for. Linux tells it in /proc."""
    over = resource.getrusage(resource.RUSAGE_CHILDREN)
    times, children = dict[int, int](), defaultdict[int, list[int]](list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, in brackets, may hold anything.
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        pid = int(stat.parent.name)
        times[pid] = int(fields[11]) + int(fields[12])
        children[int(fields[1])].append(pid)
    below, found = [os.getpid()], 0
    while below:
        for child in children[below.pop()]:
            found += times[child]
            below.append(child)
    return over.ru_utime + over.ru_stime + found / TICKS_PER_S
