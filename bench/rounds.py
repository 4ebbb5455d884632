"""Times two functions alternately, in many short rounds, with the garbage collector off."""

import gc
import time
from collections.abc import Callable

from bench.row import Samples

ROUNDS = 41
ROUND_SECONDS = 0.02  # long for the clock, but shorter than most disturbances of the machine


def seconds_per_call(work: Callable[[], object], calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - start) / calls


def calls_per_round(work: Callable[[], object]) -> int:
    """Return how many calls take ROUND_SECONDS. Warms the caches too."""
    calls = 1
    while (seconds := seconds_per_call(work, calls) * calls) < ROUND_SECONDS / 4:
        calls *= 4
    return max(1, round(calls * ROUND_SECONDS / seconds))


def time_alternately(baseline: Callable[[], object], ours: Callable[[], object], rounds: int = ROUNDS) -> Samples:
    """Time both, one right after the other in each round, so that a slow machine slows both."""
    baseline_calls, our_calls = calls_per_round(baseline), calls_per_round(ours)
    samples = Samples("s", [], [])
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            samples.baseline.append(seconds_per_call(baseline, baseline_calls))
            samples.ours.append(seconds_per_call(ours, our_calls))
    finally:
        gc.enable()
    return samples
