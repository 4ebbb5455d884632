"""Whether a worker that serves for long takes more memory. Over HTTP, to include the whole request path."""

import resource
from pathlib import Path

from bench.load import Target, measure_rate
from bench.row import Reach, Row, Samples
from bench.rows.upload_url import CALL
from bench.running import service, stores

# 100,000 over HTTP would take minutes; signing_memory.py signs as many, in one process.
FEW, MANY = 1_000, 20_000
ROUNDS = 2


def worker_bytes(gunicorn_pid: int) -> int:
    """Return the memory of the one worker of a gunicorn."""
    children = Path(f"/proc/{gunicorn_pid}/task/{gunicorn_pid}/children").read_text().split()
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in children) * resource.getpagesize()


def measure() -> Samples:
    samples = Samples("B", [], [])
    for _ in range(ROUNDS):
        with stores() as given, service(given) as running:
            target = Target(running.url + CALL, given.authorization)
            measure_rate(target, count=FEW)
            samples.baseline.append(worker_bytes(running.process.pid))
            measure_rate(target, count=MANY - FEW)
            samples.ours.append(worker_bytes(running.process.pid))
    return samples


# No growth but 2 %, the allocator's reserve.
ROWS = (
    (Row(f"memory of the service after {MANY:,} URLs", f"after {FEW:,}", Reach.at_most(1.02), measure),)
    if Path("/proc/self/statm").exists()
    else ()
)
