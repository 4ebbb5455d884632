"""A database that hears its commands. Lets pytest rewrite assertions in the contract classes as in tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.server_api import ServerApi

from service.settings import Settings
from service.shared.mongo.client import open_database
from tests.helpers.explaining import Commands

STRICT = ServerApi("1", strict=True, deprecation_errors=True)

pytest.register_assert_rewrite(
    "tests.contracts.listing_contract",
    "tests.contracts.listens_contract",
    "tests.contracts.positions_contract",
    "tests.contracts.job_queue_contract",
    "tests.contracts.multipart_contract",
    "tests.contracts.neighbours_contract",
    "tests.contracts.object_store_contract",
    "tests.contracts.quotas_contract",
    "tests.contracts.real_stores",
    "tests.contracts.record_store_contract",
)


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def database(settings: Settings, commands: Commands) -> Iterator[Database[dict[str, Any]]]:
    """A database of its own, under Stable API v1: nothing else works, for managed servers refuse it."""
    database = open_database(settings, listeners=[commands], server_api=STRICT)
    yield database
    database.client.drop_database(database.name)
    database.client.close()
