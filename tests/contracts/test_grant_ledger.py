"""The GrantLedger contract, in memory and on the real mongod."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.server_api import ServerApi

from dev.ports import free_port
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.uploads.memory.grants import MemoryGrantLedger
from service.uploads.mongo.grants import FORGET_AFTER_S, MongoGrantLedger
from service.uploads.mongo.records import MongoRecordStore
from service.uploads.ports.grants import GrantLedger
from tests.contracts.grant_ledger_contract import GRANT, WORKERS, GrantLedgerContract


class TestMemory(GrantLedgerContract):
    """The fake that the use cases' tests rely on."""

    @pytest.fixture
    def ledger(self) -> GrantLedger:
        return MemoryGrantLedger()


@pytest.mark.real
@pytest.mark.parametrize("strict", [None, ServerApi("1", strict=True, deprecation_errors=True)], ids=["any", "strict"])
class TestMongo(GrantLedgerContract):
    """The real one, and under Stable API v1."""

    @pytest.fixture
    def ledger(self, settings: Settings, strict: ServerApi | None) -> Iterator[GrantLedger]:
        records = MongoRecordStore(settings, server_api=strict)
        ledger = MongoGrantLedger(records.database)
        ledger.prepare()
        yield ledger
        records.close()

    def test_several_workers_count_together(self, ledger: GrantLedger, settings: Settings) -> None:
        """Each with its own connections."""
        others = [MongoRecordStore(settings) for _ in range(4)]
        ledgers = [ledger, *(MongoGrantLedger(other.database) for other in others)]

        with ThreadPoolExecutor(WORKERS) as pool:
            won = list(pool.map(lambda number: ledgers[number % 5].spend(GRANT, 1, 0), range(WORKERS)))

        assert won.count(True) == 3
        for other in others:
            other.close()

    def test_the_database_forgets_dead_tokens_and_no_others(self, ledger: GrantLedger, settings: Settings) -> None:
        """By a TTL index, a day after the token expires."""
        ledger.spend(GRANT, 1, 1)

        with MongoClient[dict[str, Any]](settings.mongodb_uri, tz_aware=True) as client:
            grants = client[settings.mongodb_database]["grants"]
            document, index = grants.find_one(), grants.index_information()["expires_at"]
        assert document is not None
        assert document["expires_at"] == GRANT.expires_at
        assert index["expireAfterSeconds"] == FORGET_AFTER_S >= timedelta(hours=1).total_seconds()


def test_a_database_that_is_down_grants_nothing() -> None:
    """It is unavailable, not exhausted."""
    records = MongoRecordStore(Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/"))

    with pytest.raises(DatabaseUnavailable):
        MongoGrantLedger(records.database).spend(GRANT, 1, 1)
    records.close()
