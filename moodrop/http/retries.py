"""Trying again: how often, how long apart, and never longer than the caller is there."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from moodrop.errors import MoodropError
from moodrop.http.cancellation import Stop

T = TypeVar("T")

FIRST_S = 0.25
LONGEST_S = 20.0
LONGEST_ASKED_S = 60.0  # of a Retry-After


@dataclass(frozen=True, slots=True)
class Retries:
    """`count` further tries after the first, each wait about twice the one before (0.25 s to 20 s, with jitter)."""

    count: int
    stop: Stop

    def until(self, stop: Stop) -> "Retries":
        return Retries(self.count, stop)

    def pause_s(self, tries: int, error: MoodropError) -> float:
        if error.retry_after_s is not None:
            return min(error.retry_after_s, LONGEST_ASKED_S)
        # Jitter, so that many clients of a service that comes back do not come at once.
        return min(LONGEST_S, FIRST_S * 2.0**tries) * random.uniform(0.5, 1)  # noqa: S311  nothing secret

    def run(self, work: Callable[[], T], *, worth_it: Callable[[MoodropError], bool] | None = None) -> T:
        """Call `work` until it succeeds; what is not `worth_it` (by default: not retryable) is raised at once."""
        tries = 0
        while True:
            self.stop.check()
            try:
                return work()
            except MoodropError as error:
                wanted = worth_it(error) if worth_it else error.retryable
                if not wanted or tries >= self.count:
                    raise
                self.stop.wait(self.pause_s(tries, error))
            tries += 1
