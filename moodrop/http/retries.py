"""Retries: how many, and how long to wait before each."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from moodrop.errors import MoodropError
from moodrop.http.cancellation import CancelToken

T = TypeVar("T")

FIRST_S = 0.25
LONGEST_S = 20.0
LONGEST_ASKED_S = 60.0  # of a Retry-After


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`count` retries; each wait is about twice the one before (0.25 s to 20 s, with jitter)."""

    count: int
    cancel: CancelToken

    def with_cancel(self, cancel: CancelToken) -> "RetryPolicy":
        return RetryPolicy(self.count, cancel)

    def pause_s(self, tries: int, error: MoodropError) -> float:
        if error.retry_after_s is not None:
            return min(error.retry_after_s, LONGEST_ASKED_S)
        # Without jitter, all clients would come back at once after an outage.
        return min(LONGEST_S, FIRST_S * 2.0**tries) * random.uniform(0.5, 1)  # noqa: S311  nothing secret

    def run(self, work: Callable[[], T], *, should_retry: Callable[[MoodropError], bool] | None = None) -> T:
        """Call `work` until it succeeds. Raises an error at once if it should not be retried.

        By default, retryable errors are retried.
        """
        tries = 0
        while True:
            self.cancel.raise_if_cancelled()
            try:
                return work()
            except MoodropError as error:
                is_retried = should_retry(error) if should_retry else error.retryable
                if not is_retried or tries >= self.count:
                    raise
                self.cancel.sleep(self.pause_s(tries, error))
            tries += 1
