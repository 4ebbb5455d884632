"""Sessions in MongoDB, one document each, in the collection `sessions`."""

from typing import Any

from pydantic import TypeAdapter
from pymongo import IndexModel
from pymongo.database import Database

from service.accounts.model import Session
from service.shared.model import Caller
from service.shared.mongo.durability import DURABLE
from service.shared.mongo.errors import translated

_CALLER: TypeAdapter[Caller] = TypeAdapter(Caller)


class MongoSessions:
    """The Sessions port. MongoDB removes what is over, about a minute late."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        # Who signed out stays out, even if a server is lost.
        self._sessions = database.get_collection("sessions", write_concern=DURABLE)

    def prepare(self) -> None:
        with translated():
            self._sessions.create_indexes([IndexModel("expires_at", name="expires_at", expireAfterSeconds=0)])

    def add(self, session: Session) -> None:
        caller = _CALLER.dump_python(session.caller, mode="json")
        with translated():
            self._sessions.insert_one({"_id": session.digest, "caller": caller, "expires_at": session.expires_at})

    def find(self, digest: str) -> Session | None:
        with translated():
            found = self._sessions.find_one({"_id": digest})
        return Session(digest, _CALLER.validate_python(found["caller"]), found["expires_at"]) if found else None

    def remove(self, digest: str) -> None:
        with translated():
            self._sessions.delete_one({"_id": digest})
