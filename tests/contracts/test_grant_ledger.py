"""The GrantLedger contract, in memory and on the real mongod."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.server_api import ServerApi

from dev.ports import free_port
from service.shared.errors import DatabaseUnavailable
from service.shared.model import Grant, Spent
from service.shared.settings import Settings
from service.uploads.memory.grants import MemoryGrantLedger
from service.uploads.mongo.grants import FORGET_AFTER_S, MongoGrantLedger
from service.uploads.mongo.records import MongoRecordStore
from service.uploads.ports.grants import GrantLedger

GRANT = Grant(max_bytes=100, max_files=3, usage_id="a token", expires_at=datetime(2099, 1, 1, tzinfo=UTC))
WORKERS = 50


class GrantLedgerContract:
    """Promises of any database."""

    def test_nothing_is_spent_at_first(self, ledger: GrantLedger) -> None:
        """Of a token that nobody has used."""
        assert ledger.spent(GRANT) == Spent()

    def test_what_is_spent_adds_up(self, ledger: GrantLedger) -> None:
        """Up to the last byte and file, and no further; what is refused takes nothing."""
        assert ledger.spend(GRANT, 1, 40)
        assert ledger.spend(GRANT, 1, 59)
        assert not ledger.spend(GRANT, 1, 2)
        assert not ledger.spend(GRANT, 2, 0)
        assert ledger.spend(GRANT, 1, 1)
        assert not ledger.spend(GRANT, 1, 0)
        assert ledger.spent(GRANT) == Spent(3, 100)

    @pytest.mark.parametrize(("files", "size_bytes"), [(4, 0), (1, 101), (4, 101)])
    def test_more_than_all_is_refused_at_once(self, ledger: GrantLedger, files: int, size_bytes: int) -> None:
        """By the very first call too."""
        assert not ledger.spend(GRANT, files, size_bytes)
        assert ledger.spent(GRANT) == Spent()

    def test_one_limit_alone_is_enough(self, ledger: GrantLedger) -> None:
        """The other one is counted all the same, and sizes may be large."""
        files = Grant(max_files=1, usage_id="files")
        size = Grant(max_bytes=2**50, usage_id="bytes")

        assert ledger.spend(files, 1, 2**60)
        assert not ledger.spend(files, 1, 0)
        assert ledger.spend(size, 1000, 2**50)
        assert not ledger.spend(size, 1, 1)
        assert (ledger.spent(files), ledger.spent(size)) == (Spent(1, 2**60), Spent(1000, 2**50))

    def test_zero_bytes_may_be_all_that_is_allowed(self, ledger: GrantLedger) -> None:
        """Empty files are files."""
        nothing = Grant(max_bytes=0, usage_id="nothing")

        assert ledger.spend(nothing, 1, 0)
        assert not ledger.spend(nothing, 1, 1)

    def test_tokens_are_counted_apart(self, ledger: GrantLedger) -> None:
        """One that is used up takes nothing from another."""
        assert ledger.spend(GRANT, 3, 0)
        assert ledger.spend(replace(GRANT, usage_id="another token"), 3, 0)

    def test_preparing_again_keeps_what_is_spent(self, ledger: GrantLedger) -> None:
        """A restart gives nothing back."""
        ledger.spend(GRANT, 3, 0)
        ledger.prepare()

        assert not ledger.spend(GRANT, 1, 0)

    @pytest.mark.parametrize("round_", range(3))
    def test_of_many_at_once_exactly_as_many_win(self, ledger: GrantLedger, round_: int) -> None:
        """Fifty threads, ten files: ten; the first document is made in the race too."""
        ten = replace(GRANT, max_files=10, max_bytes=None)

        with ThreadPoolExecutor(WORKERS) as pool:
            won = list(pool.map(lambda _: ledger.spend(ten, 1, 7), range(WORKERS)))

        assert won.count(True) == 10
        assert ledger.spent(ten) == Spent(10, 70)

    def test_bytes_are_never_overspent_at_once(self, ledger: GrantLedger) -> None:
        """Sizes that differ: whoever wins, the sum stays within."""
        sizes = [1 + number % 40 for number in range(WORKERS)]

        with ThreadPoolExecutor(WORKERS) as pool:
            won = list(pool.map(lambda size: ledger.spend(replace(GRANT, max_files=None), 1, size), sizes))

        taken = sum(size for size, ok in zip(sizes, won, strict=True) if ok)
        assert ledger.spent(GRANT) == Spent(won.count(True), taken)
        assert 60 < taken <= 100


class TestMemory(GrantLedgerContract):
    """The fake that the use cases' tests trust."""

    @pytest.fixture
    def ledger(self) -> GrantLedger:
        return MemoryGrantLedger()


@pytest.mark.real
@pytest.mark.parametrize("strict", [None, ServerApi("1", strict=True, deprecation_errors=True)], ids=["any", "strict"])
class TestMongo(GrantLedgerContract):
    """The real one, also under Stable API v1."""

    @pytest.fixture
    def ledger(self, settings: Settings, strict: ServerApi | None) -> Iterator[GrantLedger]:
        records = MongoRecordStore(settings, server_api=strict)
        ledger = MongoGrantLedger(records.database)
        ledger.prepare()
        yield ledger
        records.close()

    def test_several_workers_count_together(self, ledger: GrantLedger, settings: Settings) -> None:
        """Each with connections of its own."""
        others = [MongoRecordStore(settings) for _ in range(4)]
        ledgers = [ledger, *(MongoGrantLedger(other.database) for other in others)]

        with ThreadPoolExecutor(WORKERS) as pool:
            won = list(pool.map(lambda number: ledgers[number % 5].spend(GRANT, 1, 0), range(WORKERS)))

        assert won.count(True) == 3
        for other in others:
            other.close()

    def test_the_database_forgets_dead_tokens_and_no_others(self, ledger: GrantLedger, settings: Settings) -> None:
        """By its own index, a day after the token's end."""
        ledger.spend(GRANT, 1, 1)

        with MongoClient[dict[str, Any]](settings.mongodb_uri, tz_aware=True) as client:
            grants = client[settings.mongodb_database]["grants"]
            found, index = grants.find_one(), grants.index_information()["expires_at"]
        assert found is not None
        assert found["expires_at"] == GRANT.expires_at
        assert index["expireAfterSeconds"] == FORGET_AFTER_S >= timedelta(hours=1).total_seconds()


def test_a_database_that_is_down_grants_nothing() -> None:
    """It is unavailable, not exhausted."""
    records = MongoRecordStore(Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/"))

    with pytest.raises(DatabaseUnavailable):
        MongoGrantLedger(records.database).spend(GRANT, 1, 1)
    records.close()
