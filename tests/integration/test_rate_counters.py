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


def test_a_refused_try_is_one_command(counters: MongoCounters) -> None:
    """Those who try again and again are refused for the price of one try; a refusal changes nothing."""
    database = counters.storage[str(counters.windows.database.name)]
    assert counters.acquire_entry("key", 1, 600)
    before = counters.windows.find_one({"_id": "key"})
    database.command("profile", 2)
    assert not counters.acquire_entry("key", 1, 600)
    database.command("profile", 0)

    commands = [entry["op"] for entry in database["system.profile"].find({"ns": f"{database.name}.rate_windows"})]
    assert len(commands) == 1
    assert counters.windows.find_one({"_id": "key"}) == before


def test_tries_fit_again_when_as_many_are_over(counters: MongoCounters) -> None:
    """The window moves with the tries; those at once count as many, and never fit if they are more than the limit."""
    assert not counters.acquire_entry("key", 3, 600, 4)
    assert counters.acquire_entry("key", 3, 600, 2)
    assert not counters.acquire_entry("key", 3, 600, 2)
    assert counters.acquire_entry("key", 3, 600)

    def age(seconds: float, count: int) -> None:
        """Make the oldest tries older than they are."""
        entries = counters.windows.find_one({"_id": "key"})["entries"]  # type: ignore[index]  # it is there
        aged = [at - seconds if place >= len(entries) - count else at for place, at in enumerate(entries)]
        counters.windows.update_one({"_id": "key"}, {"$set": {"entries": aged}})

    age(601, 1)
    assert not counters.acquire_entry("key", 3, 600, 2)
    assert counters.acquire_entry("key", 3, 600)
    assert not counters.acquire_entry("key", 3, 600)
    age(601, 3)
    assert counters.acquire_entry("key", 3, 600, 3)
    assert len(counters.windows.find_one({"_id": "key"})["entries"]) == 3  # type: ignore[index]
    counters.clear("key")
    assert counters.acquire_entry("key", 1, 600)


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
