"""Opens the one MongoDB client of a worker, with time-outs that a request can wait for."""

from collections.abc import Sequence
from typing import Any

from pymongo import MongoClient, ReadPreference
from pymongo.database import Database
from pymongo.monitoring import _EventListener
from pymongo.server_api import ServerApi

from service.shared.settings import DatabaseSettings

# The driver's defaults make a request hang 30 s when no server answers.
SELECTION_TIMEOUT_MS = 1500
OPERATION_TIMEOUT_MS = 3000


def open_database(
    settings: DatabaseSettings, *, listeners: Sequence[_EventListener] = (), server_api: ServerApi | None = None
) -> Database[dict[str, Any]]:
    """Return the database, not connected yet. Call it after the worker's fork: MongoClient does not survive one."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        settings.mongodb_uri,
        server_api=server_api,
        tz_aware=True,
        appname="moodrop",
        # Otherwise a mongodb+srv:// address would be looked up here, and raise if DNS does not answer.
        connect=False,
        serverSelectionTimeoutMS=SELECTION_TIMEOUT_MS,
        timeoutMS=OPERATION_TIMEOUT_MS,
        event_listeners=list(listeners),
    )
    # Whatever the URI says: a secondary may lag behind and lack what was just written.
    return client.get_database(settings.mongodb_database, read_preference=ReadPreference.PRIMARY)
