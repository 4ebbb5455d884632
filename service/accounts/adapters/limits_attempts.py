"""Counts tries with the library `limits`, in a moving window that all workers share.

Flask-Limiter, around the same library, hooks into every request of the app, and counts failures after the answer,
so any number of simultaneous guesses would pass.
"""

import math
import time
from collections.abc import Callable, Mapping
from functools import cached_property

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.storage.base import Storage
from limits.strategies import MovingWindowRateLimiter

from service.accounts.ports.attempts import What
from service.shared.adapters.rate_counters import close_counters
from service.shared.errors import DatabaseUnavailable, RateLimited

# Networks first, then accounts.
LIMITS: Mapping[What, str] = {
    "register": "10/hour",
    "new_password": "60/hour",
    "login": "30 per 15 minutes",
    "callback": "60 per 15 minutes",
    "passkey": "60 per 15 minutes",
    "login_account": "5 per 15 minutes; 20/day",
    "send_code": "10/hour",
    "verify_code": "60/hour",
    "refresh": "120/minute",
    "device": "10/hour",
    "device_token": "60/minute",
    "guest": "5/hour",
}


class LimitsAttempts:
    """The Attempts port. `connect` returns the storage; it is called at the first try."""

    def __init__(self, connect: Callable[[], Storage]) -> None:
        self._connect = connect
        self._limits: dict[What, list[RateLimitItem]] = {what: parse_many(text) for what, text in LIMITS.items()}

    @cached_property
    def _storage(self) -> Storage:
        return self._connect()

    @cached_property
    def _limiter(self) -> MovingWindowRateLimiter:
        return MovingWindowRateLimiter(self._storage)

    def count(self, what: What, who: str) -> None:
        try:
            for limit in self._limits[what]:
                if not self._limiter.hit(limit, what, who):
                    reset_at = self._limiter.get_window_stats(limit, what, who).reset_time
                    raise RateLimited(retry_after=max(1, math.ceil(reset_at - time.time())))
        except StorageError as error:
            raise DatabaseUnavailable("the count of tries cannot be reached") from error

    def clear(self, what: What, who: str) -> None:
        try:
            for limit in self._limits[what]:
                self._storage.clear(limit.key_for(what, who))
        except StorageError as error:
            raise DatabaseUnavailable("the count of tries cannot be reached") from error

    def close(self) -> None:
        if "_storage" in self.__dict__:
            close_counters(self._storage)


class UncountedAttempts:
    """The Attempts port with RATE_LIMITS=0: nobody is refused. For measuring."""

    def count(self, what: What, who: str) -> None:
        """Let everybody try."""

    def clear(self, what: What, who: str) -> None:
        """Nothing was counted."""

    def close(self) -> None:
        """Nothing was opened."""


def memory_attempts() -> LimitsAttempts:
    """Return attempts that only this process counts."""
    return LimitsAttempts(lambda: MemoryStorage(wrap_exceptions=True))
