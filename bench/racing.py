"""Has many threads in several processes do the same thing at once, each process with a service's ports of its own."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Any

from service.app import build_ports
from service.bounded import unbounded
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import MoodropError

PROCESSES, THREADS = 4, 250
LONGEST_S = 120
# What one thread does with its number: a plain function of a module, or a partial of one.
Act = Callable[[Ports, int], object]


def seconds_of_race(settings: Settings, act: Act) -> float:
    """Return the seconds from the start until the last of 1,000 threads has its answer, which may be a refusal."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(PROCESSES + 1)
    over = context.Barrier(PROCESSES + 1)
    with ExitStack() as running:
        for number in range(PROCESSES):
            runner = context.Process(target=_run, args=(settings, act, number * THREADS, start, over), daemon=True)
            runner.start()
            running.callback(runner.join)
        start.wait(LONGEST_S)
        started = time.monotonic()
        over.wait(LONGEST_S)
        return time.monotonic() - started


def _run(settings: Settings, act: Act, first: int, start: Any, over: Any) -> None:
    # A race is not about how many wait for the database.
    ports = unbounded(build_ports(settings))
    ports.keyring.prepare()
    ready = threading.Barrier(THREADS + 1)

    def one(number: int) -> None:
        ready.wait(LONGEST_S)
        with suppress(MoodropError):
            act(ports, number)

    with ThreadPoolExecutor(THREADS) as pool:
        acting = [pool.submit(one, first + number) for number in range(THREADS)]
        start.wait(LONGEST_S)
        ready.wait(LONGEST_S)
        for done in acting:
            done.result()
    over.wait(LONGEST_S)
