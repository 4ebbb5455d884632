"""Whether signing keeps taking memory: its caches have to be bounded, whatever is signed."""

import resource
import secrets
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.row import Reach, Row, Samples
from service.store.sigv4.query import Credentials, QuerySigner

FEW, MANY = 1_000, 100_000
ROUNDS = 3
START = datetime(2026, 11, 21, tzinfo=UTC)
MEMORY_NOW = Path("/proc/self/statm")


def sign(signer: QuerySigner, number: int) -> None:
    """Sign something new: a different bucket, key, day, header name and parameter name each time."""
    signer.presign(
        "PUT",
        f"bucket-{number}",
        f"uploads/u1/{number} é.mp3",
        expires_in=60,
        at=START + timedelta(hours=number % 100_000),
        headers={f"x-amz-meta-{number}": str(number)},
        params={f"name-{number}": str(number)},
    )


def memory_bytes() -> int:
    """Return the memory of this process now or, without /proc, its peak."""
    if MEMORY_NOW.exists():
        return int(MEMORY_NOW.read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS


def after_few_and_after_many() -> tuple[int, int]:
    signer = QuerySigner(
        Credentials("AKID", secrets.token_hex(20)), endpoint_url="https://s3.example.com", region="us-east-1"
    )
    sizes = []
    for first, end in ((0, FEW), (FEW, MANY)):
        for number in range(first, end):
            sign(signer, number)
        sizes.append(memory_bytes())
    return sizes[0], sizes[1]


def measure() -> Samples:
    """Run this module in fresh processes: the bench's own memory would hide the growth."""
    samples = Samples("B", [], [])
    for _ in range(ROUNDS):
        command = [sys.executable, "-m", __spec__.name]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ourselves
        few, many = output.split()
        samples.baseline.append(float(few))
        samples.ours.append(float(many))
    return samples


# No growth but 2 %, the allocator's reserve.
ROWS = (Row(f"memory after {MANY:,} signs", f"after {FEW:,} signs", Reach.at_most(1.02), measure),)

if __name__ == "__main__":
    sys.stdout.write("{} {}\n".format(*after_few_and_after_many()))
