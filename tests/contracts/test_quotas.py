"""The Quotas contract, in memory and on the real mongod."""

from collections.abc import Iterator

import pytest
from pymongo.server_api import ServerApi

from dev.ports import free_port
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.uploads.memory.quotas import MemoryQuotas
from service.uploads.mongo.quotas import MongoQuotas
from service.uploads.mongo.records import MongoRecordStore
from service.uploads.ports.quotas import Quotas
from service.uploads.quota import Quota
from tests.contracts.quotas_contract import LIMITS, QuotasContract, Reopen


class TestMemory(QuotasContract):
    """The fake that the use cases' tests trust."""

    @pytest.fixture
    def stored(self) -> dict[str, Quota]:
        return {}

    @pytest.fixture
    def quotas(self, stored: dict[str, Quota]) -> Quotas:
        return MemoryQuotas(LIMITS, stored)

    @pytest.fixture
    def reopen(self, stored: dict[str, Quota]) -> Reopen:
        return lambda limits: MemoryQuotas(limits, stored)


@pytest.mark.real
@pytest.mark.parametrize("strict", [None, ServerApi("1", strict=True, deprecation_errors=True)], ids=["any", "strict"])
class TestMongo(QuotasContract):
    """The real one, also under Stable API v1."""

    @pytest.fixture
    def records(self, settings: Settings, strict: ServerApi | None) -> Iterator[MongoRecordStore]:
        records = MongoRecordStore(settings, server_api=strict)
        yield records
        records.close()

    @pytest.fixture
    def quotas(self, records: MongoRecordStore) -> Quotas:
        quotas = MongoQuotas(records.database, LIMITS)
        quotas.prepare()
        return quotas

    @pytest.fixture
    def reopen(self, records: MongoRecordStore) -> Reopen:
        return lambda limits: MongoQuotas(records.database, limits)


def test_a_database_that_is_down_refuses_nobody() -> None:
    """It is unavailable, not used up."""
    records = MongoRecordStore(Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/"))

    with pytest.raises(DatabaseUnavailable):
        MongoQuotas(records.database, LIMITS).reserve("alice", {"01JD8ZK3V0X5W9QH2M4N6P7R8S": 1})
    records.close()
