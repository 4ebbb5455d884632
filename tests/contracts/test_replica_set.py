"""The contracts of records and of the grant ledger once more, on a replica set of three members.

Under Stable API v1, strict, as TestMongoStrict has it on one server.
"""

from collections.abc import Iterator

import pytest
from pymongo.server_api import ServerApi
from pymongo.write_concern import WriteConcern

from dev.replica_set import ReplicaSet
from service.settings import Settings
from service.uploads.mongo.grants import MongoGrantLedger
from service.uploads.mongo.records import MongoRecordStore
from service.uploads.ports.grants import GrantLedger
from service.uploads.ports.records import RecordStore
from tests.conftest import Store, settings_for
from tests.contracts.grant_ledger_contract import GrantLedgerContract
from tests.contracts.listing_contract import ListingContract
from tests.contracts.record_store_contract import RecordStoreContract

pytestmark = pytest.mark.real


@pytest.fixture(scope="module", params=["", "&readPreference=secondary"], ids=["", "secondary"])
def prepared(request: pytest.FixtureRequest, minio: Store, replica_set: ReplicaSet) -> Settings:
    """A database prepared once; the URI's read preference is meant for other programs."""
    settings = settings_for(minio, replica_set, mongodb_uri=replica_set.uri + request.param)
    store = store_of(settings)
    store.prepare()
    MongoGrantLedger(store.database).prepare()
    store.close()
    return settings


def store_of(settings: Settings) -> MongoRecordStore:
    return MongoRecordStore(settings, server_api=ServerApi("1", strict=True, deprecation_errors=True))


@pytest.fixture
def mongo(prepared: Settings) -> Iterator[MongoRecordStore]:
    """An empty database, and a store that remembers no inserts of other tests."""
    store = store_of(prepared)
    for name in store.database.list_collection_names():
        store.database[name].with_options(write_concern=WriteConcern(w="majority")).delete_many({})
    yield store
    store.close()


class TestRecords(RecordStoreContract, ListingContract):
    """Reads go to the primary, so they see what was just written."""

    @pytest.fixture
    def records(self, mongo: MongoRecordStore) -> RecordStore:
        return mongo


class TestLedger(GrantLedgerContract):
    """Exactly as many win as the limit allows, also if writes wait for a majority."""

    @pytest.fixture
    def ledger(self, mongo: MongoRecordStore) -> GrantLedger:
        return MongoGrantLedger(mongo.database)
