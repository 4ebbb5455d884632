"""The Keyring contract, in memory and on the real mongod."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo import MongoClient
from pymongo.server_api import ServerApi

from dev.ports import free_port
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.shared.memory.keyring import MemoryKeyring
from service.shared.mongo.keyring import MongoKeyring
from service.shared.ports.keyring import Keyring
from service.shared.secret_keys import derive_secret, weakness_of
from service.uploads.mongo.records import MongoRecordStore

OLD, NEW = "a3f1c07be95d2486013bd7fa6e28c594", "0c9b7e24d1f85a63b2e0947cd6a1385f"
Make = Callable[..., Keyring]


class KeyringContract:
    """Promises of any keyring."""

    def test_the_first_key_signs_and_all_verify(self, make: Make) -> None:
        """In the order given."""
        keyring = make(NEW, OLD)
        keyring.prepare()

        assert keyring.derive("cursor") == (derive_secret(NEW, "cursor"), derive_secret(OLD, "cursor"))

    def test_without_a_key_a_strong_one_is_made(self, make: Make) -> None:
        """Never a well-known one, and always the same."""
        keyring = make()
        keyring.prepare()
        (secret,) = keyring.derive("cursor")
        keyring.prepare()

        assert keyring.derive("cursor") == (secret,)
        assert keyring.derive("upload-token") != (secret,)
        assert weakness_of(secret) is None

    def test_the_deployment_has_a_name(self, make: Make) -> None:
        """It does not depend on the keys, because signing accounts depend on it."""
        one, other = make(OLD), make(NEW)

        assert one.deployment_id == other.deployment_id != ""


class TestMemory(KeyringContract):
    """The fake that the API's tests rely on."""

    @pytest.fixture
    def make(self) -> Make:
        return MemoryKeyring


@pytest.mark.real
@pytest.mark.parametrize("strict", [None, ServerApi("1", strict=True, deprecation_errors=True)], ids=["any", "strict"])
class TestMongo(KeyringContract):
    """The real one, and under Stable API v1."""

    @pytest.fixture
    def make(self, settings: Settings, strict: ServerApi | None) -> Iterator[Make]:
        records = MongoRecordStore(settings, server_api=strict)
        yield lambda *keys: MongoKeyring(records.database, keys)
        records.close()

    def test_workers_that_start_together_agree(self, make: Make) -> None:
        """Otherwise one worker would refuse another's tokens."""
        workers = [make() for _ in range(16)]

        with ThreadPoolExecutor(16) as threads:
            derived = list(threads.map(lambda worker: (worker.derive("cursor"), worker.deployment_id), workers))

        assert len(set(derived)) == 1

    def test_it_needs_the_database_once(self, make: Make, settings: Settings) -> None:
        """The signing key must neither change nor disappear while a service runs."""
        keyring = make()
        before = keyring.derive("cursor"), keyring.deployment_id
        with MongoClient(settings.mongodb_uri) as client:
            client[settings.mongodb_database]["deployment"].delete_many({})
        keyring.prepare()

        assert (keyring.derive("cursor"), keyring.deployment_id) == before

    def test_a_key_of_ones_own_is_never_kept(self, make: Make, settings: Settings) -> None:
        """So nobody who reads the database or its backup can sign."""
        make(NEW, OLD).prepare()

        with MongoClient(settings.mongodb_uri) as client:
            documents = list(client[settings.mongodb_database]["deployment"].find())
        assert [document["_id"] for document in documents] == ["deployment_id"]
        assert documents[0]["value"] not in (*MemoryKeyring(NEW).derive("cursor"), NEW, OLD)

    def test_it_says_that_a_key_is_missing_and_shows_none(self, make: Make, caplog: pytest.LogCaptureFixture) -> None:
        """One line per worker, with the fix; none if a key is set."""
        caplog.set_level(logging.DEBUG, "service")
        make(NEW).prepare()
        assert not caplog.records

        keyring = make()
        keyring.prepare()
        keyring.prepare()

        (line,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
        assert "SECRET_KEY is not set" in line
        assert "openssl rand -hex 32" in line
        assert not [secret for secret in keyring.derive("cursor") if secret in caplog.text]

    def test_deployments_differ(self, make: Make, settings: Settings) -> None:
        """Two on the same mongod sign with different keys and have different accounts."""
        elsewhere = settings.model_copy(update={"mongodb_database": f"{settings.mongodb_database}-2"})
        records = MongoRecordStore(elsewhere)
        one, other = make(), MongoKeyring(records.database, ())

        assert one.derive("cursor") != other.derive("cursor")
        assert one.deployment_id != other.deployment_id
        records.close()


def test_a_database_that_is_down_gives_no_key_and_no_other_one() -> None:
    """503 until it is back: a key made meanwhile would be known to one worker only."""
    records = MongoRecordStore(Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/"))
    keyring = MongoKeyring(records.database, ())

    for call in (keyring.prepare, lambda: keyring.deployment_id, lambda: keyring.derive("cursor")):
        with pytest.raises(DatabaseUnavailable):
            call()
    assert MongoKeyring(records.database, (NEW,)).derive("cursor") == (derive_secret(NEW, "cursor"),)
    records.close()
