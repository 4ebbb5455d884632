"""The Collection contract, in memory and on the real mongod."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent
from pymongo.server_api import ServerApi

from dev.ports import free_port
from dev.servers import MongodServer, start_mongod
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.shared.memory.collection import MemoryCollection
from service.shared.mongo.collection import MongoCollection
from service.shared.ports.collection import Collection, Containing
from service.uploads.mongo.records import MongoRecordStore
from tests.contracts.collection_contract import ANN, BOB, NOON, PERSONS, CollectionContract, Identity, Person


class TestMemory(CollectionContract):
    """The fake that the use cases' tests rely on."""

    @pytest.fixture
    def persons(self) -> Collection[Person]:
        return MemoryCollection(PERSONS)


@pytest.mark.real
@pytest.mark.parametrize("strict", [None, ServerApi("1", strict=True, deprecation_errors=True)], ids=["any", "strict"])
class TestMongo(CollectionContract):
    """The real one, and under Stable API v1."""

    @pytest.fixture
    def persons(self, settings: Settings, strict: ServerApi | None) -> Iterator[Collection[Person]]:
        records = MongoRecordStore(settings, server_api=strict)
        made = MongoCollection(records.database, PERSONS)
        made.prepare()
        yield made
        records.close()

    def test_what_is_unset_is_not_stored(self, persons: Collection[Person], settings: Settings) -> None:
        """So a partial index contains only the documents it is meant for."""
        persons.add(BOB)

        with MongoClient(settings.mongodb_uri) as client:
            stored = client[settings.mongodb_database]["persons"].find_one(
                {}, {"_id": True, "email": True, "tries": True}
            )

        assert stored == {"_id": "01B"}

    def test_an_element_is_found_by_its_index(self, persons: Collection[Person], settings: Settings) -> None:
        """It looks at one document, whoever else has an account at that provider."""
        for number in range(20):
            persons.add(Person(f"01{number:02}", NOON, identities=(Identity("google", str(number)),)))
        expected = {"identities": Containing({"issuer": "google", "subject": "7"})}

        assert isinstance(persons, MongoCollection)
        with MongoClient(settings.mongodb_uri) as client:
            asked = client[settings.mongodb_database]["persons"].find(persons._filter(expected))  # noqa: SLF001
            explained = asked.explain()["executionStats"]

        assert (explained["nReturned"], explained["totalDocsExamined"]) == (1, 1)

    def test_a_step_reads_for_any_number_of_threads(self, persons: Collection[Person], settings: Settings) -> None:
        """More than MongoDB's usual first batch; and it keeps no cursor."""
        ids = [f"{number:03d}" for number in range(150)]
        for person_id in ids:
            persons.add(replace(BOB, person_id=person_id))

        assert isinstance(persons, MongoCollection)
        with MongoClient(settings.mongodb_uri) as client:
            before = client.admin.command("serverStatus")["metrics"]["cursor"]["open"]["total"]
            pairs = persons._read_pairs("persons", [(person_id, person_id) for person_id in ids])  # noqa: SLF001
            after = client.admin.command("serverStatus")["metrics"]["cursor"]["open"]["total"]

        assert [pair and [one and one["_id"] for one in pair] for pair in pairs] == [[each, each] for each in ids]
        assert after <= before


def test_a_database_that_is_down_is_unavailable() -> None:
    """Every call raises the service's own error."""
    records = MongoRecordStore(Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/"))
    persons = MongoCollection(records.database, PERSONS)

    for call in (
        persons.prepare,
        lambda: persons.add(ANN),
        lambda: persons.get("01A"),
        lambda: persons.get_with("01A", persons, "01B"),
        persons.find,
        lambda: persons.change("01A", {}, {"expires_at": NOON}),
        lambda: persons.remove("01A"),
        lambda: persons.touch("01A", {"expires_at": NOON}),
    ):
        with pytest.raises(DatabaseUnavailable):
            call()
    records.close()


@pytest.fixture(scope="module")
def faulty_mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongodServer]:
    """One that fails commands when it is told to."""
    mongod = start_mongod(tmp_path_factory.mktemp("mongod"), options=("--setParameter", "enableTestCommands=1"))
    yield mongod
    mongod.stop()


@pytest.mark.real
def test_a_read_whose_connection_is_lost_is_repeated(faulty_mongod: MongodServer) -> None:
    """As when a primary steps down. The driver repeats its own reads, and no command."""
    with MongoClient(faulty_mongod.uri, tz_aware=True) as client:
        persons = MongoCollection(client["lost"], PERSONS)
        persons.add(ANN)
        persons.add(BOB)
        lost = {"failCommands": ["find", "aggregate"], "closeConnection": True}
        for read in (lambda: persons.get("01A"), lambda: persons.get_with("01A", persons, "01B")[0]):
            client.admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=lost)
            assert read() == ANN


class Started(CommandListener):
    """The names of the commands that were sent."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.names.append(event.command_name)

    def succeeded(self, event: object) -> None:
        """Nothing to do."""

    def failed(self, event: object) -> None:
        """Nothing to do."""


@pytest.mark.real
def test_a_read_that_takes_too_long_is_not_repeated(faulty_mongod: MongodServer) -> None:
    """The caller has waited for a whole time-out already."""
    started = Started()
    with (
        MongoClient(faulty_mongod.uri) as healthy,
        MongoClient(faulty_mongod.uri, timeoutMS=500, event_listeners=[started]) as client,
    ):
        persons = MongoCollection(client["slow"], PERSONS)
        assert persons.get("01A") is None
        slow = {"failCommands": ["find", "aggregate"], "blockConnection": True, "blockTimeMS": 2000}
        for read in (lambda: persons.get("01A"), lambda: persons.get_with("01A", persons, "01B")):
            started.names.clear()
            healthy.admin.command("configureFailPoint", "failCommand", mode="alwaysOn", data=slow)
            with pytest.raises(DatabaseUnavailable):
                read()
            healthy.admin.command("configureFailPoint", "failCommand", mode="off")
            assert len(started.names) == 1
