"""Counts calls and tries with the library `limits`, in MongoDB, so that all workers count together."""

import math
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from threading import RLock
from typing import Any

from limits.errors import StorageError
from limits.storage import MongoDBStorage
from limits.storage.base import Storage
from pymongo import MongoClient

from service.shared.call_limits import CallLimit, Limited, Scope, Standing, limits_in
from service.shared.errors import DatabaseUnavailable
from service.shared.settings import SharedSettings


class MongoCounters(MongoDBStorage):
    """The counters of `limits` in MongoDB, without three faults of limits 5.8."""

    _has_indexes = False
    _opening = RLock()

    @property
    def storage(self) -> MongoClient[dict[str, Any]]:
        """The client: one, even if several threads are the first.

        `limits` makes the indexes at its first use alone, even if the database is down just then.
        """
        with self._opening:
            client: MongoClient[dict[str, Any]] = super().storage
        if not self._has_indexes:
            for name in self._collection_mapping.values():
                client[self._database_name][name].create_index("expireAt", expireAfterSeconds=0)
            self._has_indexes = True
        return client

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count a try, if the limit allows it: in one command, counted or not.

        `limits` takes the second of two first tries at once for refused: it matches the times of tries too, and MongoDB
        repeats an insert that came too late only if the id alone is matched.
        """
        if amount > limit:
            return False
        now = time.time()
        # The try that must be over before as many more fit; later ones stand before it.
        in_the_way = {"$arrayElemAt": [{"$ifNull": ["$entries", []]}, limit - amount]}
        has_room = {"$not": [{"$gte": [in_the_way, now - expiry]}]}
        entries = {"$slice": [{"$concatArrays": [[now] * amount, {"$ifNull": ["$entries", []]}]}, limit]}
        until = datetime.now(UTC) + timedelta(seconds=expiry)
        before = self.windows.find_one_and_update(
            {"_id": key},
            [
                {
                    "$set": {
                        "entries": {"$cond": [has_room, entries, "$entries"]},
                        "expireAt": {"$cond": [has_room, until, "$expireAt"]},
                    }
                }
            ],
            {"entries": {"$slice": [limit - amount, 1]}},
            upsert=True,
        )
        return before is None or all(entry < now - expiry for entry in before.get("entries", ()))

    def close(self) -> None:
        """Close the connection, if there is one; make none for that."""
        if self._storage is not None:
            self._storage.close()

    __del__ = close


def mongo_counters(uri: str, database: str) -> MongoCounters:
    """Return the counters in MongoDB. They connect when they are first used."""
    return MongoCounters(
        uri,
        database_name=database,
        counter_collection_name="rate_counters",
        window_collection_name="rate_windows",
        wrap_exceptions=True,
        serverSelectionTimeoutMS=1500,
        timeoutMS=3000,
        # A crash may forget the last counts; waiting for the journal would make each call three times slower.
        w=1,
        journal=False,
    )


def close_counters(counters: Storage) -> None:
    """Close their connection, if they have one."""
    if isinstance(counters, MongoCounters):
        counters.close()


class CountedCalls:
    """The CallLimiter port. `connect` returns the counters; it is called at the first call."""

    def __init__(
        self,
        connect: Callable[[], Storage],
        limits: Mapping[Scope, Mapping[Limited, CallLimit]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._connect = connect
        self._limits = limits
        self._now = now

    @cached_property
    def _counters(self) -> Storage:
        return self._connect()

    def count(self, kind: Limited, who: dict[Scope, str], amount: int) -> list[Standing]:
        standings: list[Standing] = []
        for scope, name in who.items():
            limit = self._limits.get(scope, {}).get(kind)
            if limit is None:
                continue
            standings.append(self._count(f"{kind}-{scope}", limit, name, amount))
            if standings[-1].is_exceeded:
                break
        return standings

    def _count(self, policy: str, limit: CallLimit, name: str, amount: int) -> Standing:
        window, into_s = divmod(self._now(), limit.window_s)
        key = f"calls/{policy}/{limit.window_s}/{int(window)}/{name}"
        try:
            # The clocks of two servers differ: a counter is removed when its window is surely over.
            used = self._counters.incr(key, 2 * limit.window_s + 60, amount)
            is_exceeded = used > limit.amount
            if is_exceeded and amount > 1:  # a smaller one may still fit
                used = self._counters.incr(key, 2 * limit.window_s + 60, -amount)
        except StorageError as error:
            raise DatabaseUnavailable("the counts of calls cannot be reached") from error
        reset_s = max(1, math.ceil(limit.window_s - into_s))
        return Standing(policy, limit, max(0, limit.amount - used), reset_s, is_exceeded)

    def close(self) -> None:
        if "_counters" in self.__dict__:
            close_counters(self._counters)


def counted_calls(settings: SharedSettings, connect: Callable[[], Storage]) -> CountedCalls | None:
    """Return who counts against the limits of the settings; None if there are none."""
    limits: dict[Scope, Mapping[Limited, CallLimit]] = {
        "caller": limits_in(settings.call_limits),
        "address": limits_in(settings.call_limits_by_address),
    }
    return CountedCalls(connect, limits) if any(limits.values()) else None
