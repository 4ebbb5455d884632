"""Where figures come from: the commit, the machine and the versions, and how much of the machine others used."""

import os
import platform
import subprocess
import time
from importlib import metadata
from pathlib import Path

from bench.cpu import TICKS_PER_S, cpu_seconds
from dev.minio import VERSION as MINIO
from dev.mongodb import find_mongod
from dev.node import find_node
from dev.project import ROOT

GIB = 2**30
# Below this share of the processors, what others do is the system itself.
QUIET = 0.1
# The bench writes these itself.
WRITTEN = (":!docs/benchmarks.md", ":!bench/results.json")


def commit() -> str:
    """Return the short hash of the commit, with a plus if the code differs from it."""
    changed = _output("git", "status", "--porcelain", "--untracked-files=no", "--", ".", *WRITTEN)
    return _output("git", "rev-parse", "--short=8", "HEAD") + ("+" if changed else "")


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB"


def versions() -> str:
    """Return what our code ran on, and the servers beside it."""
    packages = ("gunicorn", "granian", "pymongo", "Flask")
    mongod = _output(str(find_mongod()), "--version").split()[2].removeprefix("v")
    return ", ".join(
        [
            f"Python {platform.python_version()}",
            *(f"{name} {metadata.version(name)}" for name in packages),
            f"MongoDB {mongod}",
            f"MinIO of {MINIO.split('-')[1][:8]}",
            f"Node {_output('node', '--version', path=find_node().env['PATH']).removeprefix('v')}",
        ]
    )


class OthersLoad:
    """Tells how much of the processors others have used since it was made, from Linux's /proc."""

    def __init__(self) -> None:
        self._begun, self._others = time.monotonic(), _busy_seconds() - _own_seconds()

    def beside(self) -> str:
        """Return what ran beside the bench, such as `others 40 %`; nothing if the machine was quiet."""
        wall = time.monotonic() - self._begun
        share = (_busy_seconds() - _own_seconds() - self._others) / (wall * (os.cpu_count() or 1))
        return "" if share < QUIET else f"others {share:.0%}".replace("%", " %")


def _own_seconds() -> float:
    return cpu_seconds() + time.process_time()


def _busy_seconds() -> float:
    ticks = [int(field) for field in Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()[1:9]]
    user, nice, system, _, _, irq, softirq, steal = ticks
    return (user + nice + system + irq + softirq + steal) / TICKS_PER_S


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _output(*command: str, path: str = "") -> str:
    env = {**os.environ, **({"PATH": path} if path else {})}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603  our own words
