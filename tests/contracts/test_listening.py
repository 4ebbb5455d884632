"""The contracts of Listens and Positions, in memory and on the real mongod, and what only a real one can show."""

from typing import Any

import pytest
from pymongo.database import Database

from dev.ports import free_port
from service.listening.memory.listens import MemoryListens
from service.listening.memory.positions import MemoryPositions
from service.listening.mongo.listens import MongoListens
from service.listening.mongo.positions import MongoPositions
from service.listening.ports.listens import Listens
from service.listening.ports.positions import Positions
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.shared.mongo.client import open_database
from tests.contracts.listens_contract import NOW, SECOND, ListensContract, a_listen, history
from tests.contracts.positions_contract import PositionsContract, a_position
from tests.contracts.record_store_contract import an_id
from tests.helpers.explaining import Commands, explain, winning_stages


class TestListensInMemory(ListensContract):
    """The fake that the use cases' tests rely on."""

    @pytest.fixture
    def listens(self) -> Listens:
        return MemoryListens()


class TestPositionsInMemory(PositionsContract):
    """The fake that the use cases' tests rely on."""

    @pytest.fixture
    def positions(self) -> Positions:
        return MemoryPositions()


def assert_indexed(database: Database[dict[str, Any]], commands: Commands, at_least: int) -> None:
    """Assert that an index answers each question that was asked, without a sort."""
    explained = explain(database, commands.sent)
    assert len(explained) >= at_least
    for command, plan in explained:
        stages = set(winning_stages(plan))
        assert stages & {"IXSCAN", "IDHACK", "COUNT_SCAN"}, command
        assert not stages & {"COLLSCAN", "SORT"}, command


@pytest.mark.real
class TestListensInMongo(ListensContract):
    """The real one."""

    @pytest.fixture
    def listens(self, database: Database[dict[str, Any]]) -> Listens:
        listens = MongoListens(database)
        listens.prepare()
        return listens

    def test_every_question_is_answered_by_an_index(
        self, listens: Listens, database: Database[dict[str, Any]], commands: Commands
    ) -> None:
        """A page looks at no more listens than it shows, one of each kind aside, however long the history is."""
        stored = [a_listen(number, kind="video" if number % 3 else "audio") for number in range(600)]
        listens.keep([*stored, *(a_listen(number, "bob") for number in range(100))])
        for listen in stored[:50]:
            listens.mark_counted(listen, NOW)
        commands.sent.clear()

        [*_, last] = history(listens, limit=300)
        pages = [{}, {"kind": "video"}, {"since": NOW}, {"after": last.place}, {"after": last.place, "kind": "audio"}]
        for query in pages:
            history(listens, limit=20, **query)
        paged = explain(database, commands.sent[-len(pages) :])
        listens.list_counted("alice", NOW, 20)
        listens.count_counted(NOW - SECOND, 20)
        list(listens.iter_owners())
        listens.count_plays([an_id(0)])
        listens.remove("alice", "f" * 32)
        listens.remove_of_owner("carol")
        listens.remove_of_owner("alice", an_id(3))
        listens.remove_of_file(an_id(5))
        listens.remove_before(stored[20].heard_at, 10)
        listens.change_owner("bob", "carol")

        assert_indexed(database, commands, 15)
        for command, plan in paged:
            assert plan["executionStats"]["totalDocsExamined"] <= 22, command


@pytest.mark.real
class TestPositionsInMongo(PositionsContract):
    """The real one."""

    @pytest.fixture
    def positions(self, database: Database[dict[str, Any]]) -> Positions:
        positions = MongoPositions(database)
        positions.prepare()
        return positions

    def test_every_question_is_answered_by_an_index(
        self, positions: Positions, database: Database[dict[str, Any]], commands: Commands
    ) -> None:
        positions.note([a_position(number, finished=number % 2 == 0) for number in range(200)])
        commands.sent.clear()

        positions.note([a_position(300), a_position(3, at=NOW)])
        positions.list_unfinished("alice", 20)
        positions.remove_of_listen(a_position(1).position_id, "f" * 32)
        positions.remove_of_owner("carol")
        positions.remove_of_owner("alice", an_id(3))
        positions.remove_of_file(an_id(5))
        positions.remove_before(a_position(20).at, 10)
        positions.change_owner("alice", "bob")

        assert_indexed(database, commands, 10)


def test_a_database_that_is_down_has_no_history_to_give() -> None:
    """Nor does it say that there is none."""
    settings = Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/")
    database = open_database(settings)
    listens, positions = MongoListens(database), MongoPositions(database)

    for call in (
        lambda: history(listens),
        lambda: listens.keep([a_listen()]),
        lambda: listens.remove_of_owner("alice"),
        lambda: positions.note([a_position()]),
        lambda: positions.list_unfinished("alice", 1),
    ):
        with pytest.raises(DatabaseUnavailable):
            call()
    database.client.close()
