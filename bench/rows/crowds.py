"""How a worker serves many connections: 256 that ask at once, and one client beside 200 that send half a request."""

import socket
import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial

from bench.load import CONNECTIONS, ROUND_SECONDS, SILENCE_SECONDS, Target, measure_rate, measure_waits
from bench.row import Reach, Row, Samples
from bench.rows.upload_url import upload_url
from bench.running import Program, Stores, service, service_on_granian, stores

MANY, HALVES = 256, 200
ROUNDS = 9
# Long enough for a p99 of what a worker answers.
CROWD_SECONDS = 3.0
Run = Callable[[Stores], AbstractContextManager[Program]]


def slowest_of_many(run: Run) -> Samples:
    """Compare the p99 of many connections with the median of a few; an answer that is a refusal ends the row."""
    samples = Samples("s", [], [])
    with stores() as given, run(given) as running:
        target = upload_url(running, given)
        measure_rate(target, seconds=ROUND_SECONDS)
        for _ in range(ROUNDS):
            few = measure_waits(target, seconds=ROUND_SECONDS, connections=CONNECTIONS)
            many = measure_waits(target, seconds=CROWD_SECONDS, connections=MANY)
            samples.baseline.append(statistics.median(few))
            samples.ours.append(statistics.quantiles(many, n=100)[98])
    return samples


@contextmanager
def halves(target: Target) -> Iterator[None]:
    """Hold connections on which all but the last bytes of a request have been sent."""
    with ExitStack() as opened:
        for _ in range(HALVES):
            half = opened.enter_context(socket.create_connection(target.address, SILENCE_SECONDS))
            half.sendall(target.request[:-2])
        yield


def bystander(run: Run) -> Samples:
    samples = Samples("/s", [], [])
    with stores() as given, run(given) as running:
        target = upload_url(running, given)
        measure_rate(target, seconds=ROUND_SECONDS)
        for _ in range(ROUNDS):
            samples.baseline.append(measure_rate(target, seconds=ROUND_SECONDS, connections=1))
            with halves(target):
                samples.ours.append(measure_rate(target, seconds=ROUND_SECONDS, connections=1))
    return samples


CROWD, FEW = f"upload-url, p99 of {MANY} connections, none refused", f"the median of {CONNECTIONS}"
BESIDE, ALONE = f"upload-url for one client beside {HALVES} half-sent requests", "alone"
ROWS = (
    Row(CROWD, FEW, Reach.at_most(38), partial(slowest_of_many, service)),
    Row(f"{CROWD}, on granian", FEW, Reach.at_most(40), partial(slowest_of_many, service_on_granian)),
    # No figure was promised for these.
    Row(BESIDE, ALONE, None, partial(bystander, service)),
    Row(f"{BESIDE}, on granian", ALONE, None, partial(bystander, service_on_granian)),
)
