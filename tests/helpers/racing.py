"""Many threads in several processes do the same thing at the same moment, each process with a service of its own."""

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from service.app import build_ports
from service.bounded import unbounded
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import MoodropError

# What one thread does; it gets its number and returns what happened. A plain function of a module, or a partial of one.
Act = Callable[[Ports, int], str]
LONGEST_S = 120


@dataclass(frozen=True)
class Field:
    """How many take part."""

    processes: int
    threads: int

    @property
    def size(self) -> int:
        return self.processes * self.threads


SHORT = Field(processes=2, threads=25)
FULL = Field(processes=4, threads=250)


def race(settings: Settings, act: Act, field: Field) -> Counter[str]:
    """Return how often each thing happened: what `act` returned, or the code of the error that it raised."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(field.processes)
    counted: Counter[str] = Counter()
    with ExitStack() as running:
        reports = []
        for number in range(field.processes):
            report, reported = context.Pipe(duplex=False)
            args = (settings, act, field.threads, number * field.threads, start, reported)
            runner = context.Process(target=_run, args=args, daemon=True)
            runner.start()
            running.callback(runner.join)
            running.callback(runner.kill)
            reports.append(report)
        for report in reports:
            assert report.poll(LONGEST_S), "a process has not come to its end"
            counted += report.recv()
            report.close()
    return counted


def _prepare(ports: Ports) -> None:
    """Ask the database until it answers: on a busy machine it may not do so at once, and the race has yet to begin."""
    until = time.monotonic() + LONGEST_S / 2
    while True:
        try:
            ports.keyring.prepare()
            return ports.records.ping()
        except MoodropError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _run(settings: Settings, act: Act, threads: int, first: int, start: Any, reported: Any) -> None:
    # A race is not about how many wait for the database.
    ports = unbounded(build_ports(settings))
    _prepare(ports)
    counted: Counter[str] = Counter()
    lock, ready = threading.Lock(), threading.Barrier(threads + 1)

    def one(number: int) -> None:
        ready.wait(LONGEST_S)
        try:
            outcome = act(ports, number)
        except MoodropError as error:
            outcome = error.code
        with lock:
            counted[outcome] += 1

    running = [threading.Thread(target=one, args=(first + number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    start.wait(LONGEST_S)
    ready.wait(LONGEST_S)
    for thread in running:
        thread.join(LONGEST_S)
    reported.send(counted)
