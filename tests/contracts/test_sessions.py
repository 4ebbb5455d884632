"""Sessions in their collection, in memory and on the real mongod."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter
from pymongo import MongoClient
from pymongo.server_api import ServerApi

from dev.ports import free_port
from service.accounts.collections import SESSIONS
from service.accounts.model import Session
from service.accounts.secrets import digest_of
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.shared.memory.collection import MemoryCollection
from service.shared.model import Caller, Grant
from service.shared.mongo.collection import MongoCollection
from service.shared.ports.collection import Collection
from service.uploads.mongo.records import MongoRecordStore

LATER = datetime(2099, 1, 1, 12, 30, 15, 125_000, UTC)
GRANT = Grant("uploads/ü/", 2**60, 3, ("audio/*",), "a token", LATER)
CALLER = Caller("ünï code", frozenset({"uploads:write", "admin"}), grant=GRANT, credential="cookie", expires_at=LATER)
SESSION = Session(digest_of("an id"), CALLER, LATER)


class SessionsContract:
    """Promises of any database."""

    def test_a_session_comes_back_whole(self, sessions: Collection[Session]) -> None:
        """The caller, its rights, and the expiry."""
        sessions.add(SESSION)

        assert sessions.get(SESSION.digest) == SESSION

    def test_a_caller_without_limits_comes_back_without(self, sessions: Collection[Session]) -> None:
        """No grant appears out of nowhere."""
        plain = Session(digest_of("another"), Caller("u1", frozenset()), LATER)
        sessions.add(plain)

        assert sessions.get(plain.digest) == plain

    def test_nobody_is_found_by_another_digest(self, sessions: Collection[Session]) -> None:
        """Nor by the id itself."""
        sessions.add(SESSION)

        assert [sessions.get(wrong) for wrong in (digest_of("no id"), "an id", "", SESSION.digest[:-1])] == [None] * 4

    def test_what_is_removed_is_gone(self, sessions: Collection[Session]) -> None:
        """Only that one; removing it again succeeds."""
        other = Session(digest_of("another"), CALLER, LATER)
        sessions.add(SESSION)
        sessions.add(other)
        sessions.remove(SESSION.digest)
        sessions.remove(SESSION.digest)

        assert (sessions.get(SESSION.digest), sessions.get(other.digest)) == (None, other)

    def test_preparing_again_keeps_people_signed_in(self, sessions: Collection[Session]) -> None:
        """A restart signs nobody out."""
        sessions.add(SESSION)
        sessions.prepare()

        assert sessions.get(SESSION.digest) == SESSION


class TestMemory(SessionsContract):
    """The fake that the API's tests rely on."""

    @pytest.fixture
    def sessions(self) -> Collection[Session]:
        return MemoryCollection(SESSIONS)


@pytest.mark.real
@pytest.mark.parametrize("strict", [None, ServerApi("1", strict=True, deprecation_errors=True)], ids=["any", "strict"])
class TestMongo(SessionsContract):
    """The real one, and under Stable API v1."""

    @pytest.fixture
    def sessions(self, settings: Settings, strict: ServerApi | None) -> Iterator[Collection[Session]]:
        records = MongoRecordStore(settings, server_api=strict)
        made = MongoCollection(records.database, SESSIONS)
        made.prepare()
        yield made
        records.close()

    def test_the_id_is_not_kept(self, sessions: Collection[Session], settings: Settings) -> None:
        """So nobody can sign in by reading the database; MongoDB removes expired sessions."""
        sessions.add(SESSION)

        with MongoClient(settings.mongodb_uri) as client:
            stored = client[settings.mongodb_database]["sessions"]
            assert "an id" not in repr(list(stored.find()))
            assert stored.index_information()["expires_at"]["expireAfterSeconds"] == 0

    def test_an_upgrade_signs_nobody_out(self, sessions: Collection[Session], settings: Settings) -> None:
        """Older versions stored the caller as JSON, with None and times as text."""
        caller = TypeAdapter(Caller).dump_python(CALLER, mode="json")

        with MongoClient(settings.mongodb_uri) as client:
            stored = client[settings.mongodb_database]["sessions"]
            stored.insert_one({"_id": SESSION.digest, "caller": caller, "expires_at": SESSION.expires_at})

        assert sessions.get(SESSION.digest) == SESSION


def test_a_database_that_is_down_lets_nobody_in_and_shuts_nobody_out() -> None:
    """503, not 401."""
    records = MongoRecordStore(Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/"))
    sessions = MongoCollection(records.database, SESSIONS)

    for call in (
        sessions.prepare,
        lambda: sessions.add(SESSION),
        lambda: sessions.get(SESSION.digest),
        lambda: sessions.remove(SESSION.digest),
    ):
        with pytest.raises(DatabaseUnavailable):
            call()
    records.close()
