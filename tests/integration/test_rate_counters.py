"""The counters of tries and calls on a real mongod, where the library `limits` is wrong."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from limits.errors import StorageError

from dev.servers import MongodServer
from service.shared.adapters.rate_counters import MongoCounters, close_counters, mongo_counters
from tests.integration.frail import Frail

pytestmark = pytest.mark.real

AT_ONCE, ROUNDS = 8, 40


@pytest.fixture
def counters(mongod: MongodServer) -> Iterator[MongoCounters]:
    counters = mongo_counters(mongod.uri, f"t{uuid4().hex[:16]}")
    yield counters
    close_counters(counters)


def test_of_first_tries_at_once_none_is_refused(counters: MongoCounters) -> None:
    """Somebody who opens two tabs has tried twice, not too often; and the limit holds all the same."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(ROUNDS):
            tries = pool.map(lambda _: counters.acquire_entry(f"key {number}", AT_ONCE, 600), range(AT_ONCE))  # noqa: B023
            assert list(tries) == [True] * AT_ONCE
            assert not counters.acquire_entry(f"key {number}", AT_ONCE, 600)


def test_the_indexes_are_made_once_the_database_answers(tmp_path: Path) -> None:
    """Else what a service that was started first counts would stay there for ever."""
    frail = Frail(tmp_path)
    frail.start_database()
    assert frail.database
    counters = mongo_counters(frail.database.uri, "moodrop")
    frail.database.stop()
    with pytest.raises(StorageError):
        counters.incr("key", 60)

    frail.start_database()
    try:
        assert counters.incr("key", 60) == 1
        database = counters.storage["moodrop"]
        for name in ("rate_counters", "rate_windows"):
            assert database[name].index_information()["expireAt_1"]["expireAfterSeconds"] == 0
    finally:
        close_counters(counters)
        frail.stop()
