"""The Leases contract, in memory and on the real mongod."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import repeat

import pymongo
import pytest
from pymongo.server_api import ServerApi

from dev.ports import free_port
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.shared.memory.leases import MemoryLeases
from service.shared.mongo.leases import MongoLeases
from service.shared.ports.leases import Leases
from service.uploads.mongo.records import MongoRecordStore

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WORKERS = 50
# Fifty new connections on a busy machine take longer than the service waits for a lease.
TIMEOUT_S = 60


def take(leases: Leases, holder: str, *, at: datetime = NOW, name: str = "sweep") -> bool:
    return leases.acquire(name, holder, now=at, until=at + MINUTE)


class LeasesContract:
    """Promises of any database."""

    def test_one_holder_at_a_time(self, leases: Leases) -> None:
        """A second one is refused, however often it asks."""
        assert take(leases, "a")
        assert not take(leases, "b")
        assert not take(leases, "b", at=NOW + MINUTE - timedelta(milliseconds=1))

    def test_the_holder_keeps_it_on(self, leases: Leases) -> None:
        """It can renew again and again, even after an unnoticed expiry."""
        assert take(leases, "a")
        assert take(leases, "a", at=NOW + MINUTE / 2)
        assert not take(leases, "b", at=NOW + MINUTE)
        assert take(leases, "a", at=NOW + 5 * MINUTE)

    def test_a_dead_holder_is_outlived(self, leases: Leases) -> None:
        """A killed worker releases nothing, but its lease expires and another takes it for good."""
        assert take(leases, "a")

        assert take(leases, "b", at=NOW + MINUTE)
        assert not take(leases, "a", at=NOW + MINUTE)

    def test_what_is_released_is_free_at_once(self, leases: Leases) -> None:
        """A worker that stops normally keeps nobody waiting."""
        assert take(leases, "a")
        leases.release("sweep", "a")

        assert take(leases, "b")

    def test_nobody_releases_what_another_holds(self, leases: Leases) -> None:
        """Such as a worker that slept while its lease expired. Releasing nothing succeeds."""
        leases.release("sweep", "a")
        assert take(leases, "b")
        leases.release("sweep", "a")

        assert not take(leases, "a")

    def test_names_are_apart(self, leases: Leases) -> None:
        """Each name has a lease of its own."""
        assert take(leases, "a")
        assert take(leases, "b", name="another")

    @pytest.mark.parametrize("round_", range(3))
    def test_of_many_at_once_one_wins(self, leases: Leases, round_: int) -> None:
        """Also when they race to create the document, and when a dead holder's lease expires."""

        def race(number: int, at: datetime) -> bool:
            with pymongo.timeout(TIMEOUT_S):
                return take(leases, f"{at}{number}", at=at)

        for at in (NOW, NOW + MINUTE):
            with ThreadPoolExecutor(WORKERS) as pool:
                won = list(pool.map(race, range(WORKERS), repeat(at)))

            assert won.count(True) == 1


class TestMemory(LeasesContract):
    """The fake that the loop's tests rely on."""

    @pytest.fixture
    def leases(self) -> Leases:
        return MemoryLeases()


@pytest.mark.real
@pytest.mark.parametrize("strict", [None, ServerApi("1", strict=True, deprecation_errors=True)], ids=["any", "strict"])
class TestMongo(LeasesContract):
    """The real one, and under Stable API v1."""

    @pytest.fixture
    def leases(self, settings: Settings, strict: ServerApi | None) -> Iterator[Leases]:
        records = MongoRecordStore(settings, server_api=strict)
        yield MongoLeases(records.database)
        records.close()


def test_a_database_that_is_down_gives_no_lease() -> None:
    """Nor claims that somebody else has it."""
    records = MongoRecordStore(Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/"))
    leases = MongoLeases(records.database)

    with pytest.raises(DatabaseUnavailable):
        take(leases, "a")
    with pytest.raises(DatabaseUnavailable):
        leases.release("sweep", "a")
    records.close()
