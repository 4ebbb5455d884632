"""The contract of neighbours, in memory and on the real mongod."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo.server_api import ServerApi

from dev.ports import free_port
from service.listening.memory.neighbours import MemoryNeighbours
from service.listening.mongo.neighbours import MongoNeighbours
from service.listening.ports.neighbours import NeighbourStore
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.shared.mongo.client import open_database
from tests.contracts.neighbours_contract import ONE, NeighboursContract, item


class TestMemory(NeighboursContract):
    """The fake that the use cases' tests trust."""

    @pytest.fixture
    def neighbours(self) -> NeighbourStore:
        return MemoryNeighbours()


@pytest.mark.real
@pytest.mark.parametrize("strict", [None, ServerApi("1", strict=True, deprecation_errors=True)], ids=["any", "strict"])
class TestMongo(NeighboursContract):
    """The real one, also under Stable API v1."""

    @pytest.fixture
    def neighbours(self, settings: Settings, strict: ServerApi | None) -> Iterator[NeighbourStore]:
        database = open_database(settings, server_api=strict)
        neighbours = MongoNeighbours(database)
        neighbours.prepare()
        yield neighbours
        database.client.close()

    def test_two_fits_at_once(self, neighbours: NeighbourStore) -> None:
        """Both find the same items new, and one of them is told that the other was first."""
        items = [item(f"{number:026d}") for number in range(300)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(neighbours.put_many, [items] * 8))

        assert len(neighbours.get_many([one.item_id for one in items])) == len(items)


def test_a_database_that_is_down() -> None:
    database = open_database(Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/"))

    with pytest.raises(DatabaseUnavailable):
        MongoNeighbours(database).get_many([ONE])
    database.client.close()
