"""The Sessions contract, in memory and on the real mongod."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pymongo import MongoClient
from pymongo.server_api import ServerApi

from dev.ports import free_port
from service.accounts.memory.sessions import MemorySessions
from service.accounts.model import Session
from service.accounts.mongo.sessions import MongoSessions
from service.accounts.ports.sessions import Sessions
from service.accounts.session_ids import digest_of
from service.shared.errors import DatabaseUnavailable
from service.shared.model import Caller, Grant
from service.shared.settings import Settings
from service.uploads.mongo.records import MongoRecordStore

LATER = datetime(2099, 1, 1, 12, 30, 15, 125_000, UTC)
GRANT = Grant("uploads/ü/", 2**60, 3, ("audio/*",), "a token", LATER)
CALLER = Caller("ünï code", frozenset({"uploads:write", "admin"}), grant=GRANT, credential="cookie", expires_at=LATER)
SESSION = Session(digest_of("an id"), CALLER, LATER)


class SessionsContract:
    """Promises of any database."""

    def test_a_session_comes_back_whole(self, sessions: Sessions) -> None:
        """Whoever it stands for, what they may, and until when."""
        sessions.add(SESSION)

        assert sessions.find(SESSION.digest) == SESSION

    def test_a_caller_without_limits_comes_back_without(self, sessions: Sessions) -> None:
        """A grant that was not there does not appear."""
        plain = Session(digest_of("another"), Caller("u1", frozenset()), LATER)
        sessions.add(plain)

        assert sessions.find(plain.digest) == plain

    def test_nobody_is_found_by_another_digest(self, sessions: Sessions) -> None:
        """Nor by the id itself."""
        sessions.add(SESSION)

        assert [sessions.find(wrong) for wrong in (digest_of("no id"), "an id", "", SESSION.digest[:-1])] == [None] * 4

    def test_what_is_removed_is_gone(self, sessions: Sessions) -> None:
        """That one alone; removing it again is fine."""
        other = Session(digest_of("another"), CALLER, LATER)
        sessions.add(SESSION)
        sessions.add(other)
        sessions.remove(SESSION.digest)
        sessions.remove(SESSION.digest)

        assert (sessions.find(SESSION.digest), sessions.find(other.digest)) == (None, other)

    def test_preparing_again_keeps_people_signed_in(self, sessions: Sessions) -> None:
        """A restart asks nobody for a token."""
        sessions.add(SESSION)
        sessions.prepare()

        assert sessions.find(SESSION.digest) == SESSION


class TestMemory(SessionsContract):
    """The fake that the tests of the API trust."""

    @pytest.fixture
    def sessions(self) -> Sessions:
        return MemorySessions()


@pytest.mark.real
@pytest.mark.parametrize("strict", [None, ServerApi("1", strict=True, deprecation_errors=True)], ids=["any", "strict"])
class TestMongo(SessionsContract):
    """The real one, also under Stable API v1."""

    @pytest.fixture
    def sessions(self, settings: Settings, strict: ServerApi | None) -> Iterator[Sessions]:
        records = MongoRecordStore(settings, server_api=strict)
        made = MongoSessions(records.database)
        made.prepare()
        yield made
        records.close()

    def test_the_id_is_not_kept(self, sessions: Sessions, settings: Settings) -> None:
        """Who reads the database cannot sign in; MongoDB removes what is over."""
        sessions.add(SESSION)

        with MongoClient(settings.mongodb_uri) as client:
            kept = client[settings.mongodb_database]["sessions"]
            assert "an id" not in repr(list(kept.find()))
            assert kept.index_information()["expires_at"]["expireAfterSeconds"] == 0


def test_a_database_that_is_down_lets_nobody_in_and_shuts_nobody_out() -> None:
    """503, not 401."""
    records = MongoRecordStore(Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/"))
    sessions = MongoSessions(records.database)

    for call in (
        sessions.prepare,
        lambda: sessions.add(SESSION),
        lambda: sessions.find(SESSION.digest),
        lambda: sessions.remove(SESSION.digest),
    ):
        with pytest.raises(DatabaseUnavailable):
            call()
    records.close()
