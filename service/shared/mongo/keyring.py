"""The keyring: SECRET_KEY, and the values that all workers share in the collection `deployment`."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from service.shared.mongo.durability import DURABLE
from service.shared.mongo.errors import translated
from service.shared.secret_keys import derive_secret

log = logging.getLogger(__name__)

_WARNING = (
    "SECRET_KEY is not set: the database keeps a random one, so anyone who can read the database can sign uploads "
    "and downloads. Set your own: openssl rand -hex 32"
)


class MongoKeyring:
    """Implements the Keyring port. Without SECRET_KEY it makes one random key and keeps it in MongoDB."""

    def __init__(self, database: Database[dict[str, Any]], keys: tuple[str, ...]) -> None:
        # If a failover forgot a worker's secret, the next worker would make a different one.
        self._values = database.get_collection("deployment", write_concern=DURABLE)
        self._keys = keys
        self._deployment_id = ""

    def prepare(self) -> None:
        if self._deployment_id:
            return
        if not self._keys:
            self._keys = (self._keep("secret_key", lambda: secrets.token_hex(32)),)
            log.warning(_WARNING)
        self._deployment_id = self._keep("deployment_id", lambda: secrets.token_hex(16))

    @property
    def deployment_id(self) -> str:
        self.prepare()
        return self._deployment_id

    def derive(self, purpose: str) -> tuple[str, ...]:
        if not self._keys:
            self.prepare()
        return tuple(derive_secret(key, purpose) for key in self._keys)

    def _keep(self, name: str, make: Callable[[], str]) -> str:
        """Return the value stored under the name, or store a new one. Workers that start together get the same."""
        with translated():
            try:
                # An upsert that changes nothing also waits until the stored value is durable.
                document = self._values.find_one_and_update(
                    {"_id": name},
                    {"$setOnInsert": {"value": make()}},
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
            except DuplicateKeyError:  # another worker made it in between
                document = self._values.find_one({"_id": name})
        return str(document["value"]) if document else self._keep(name, make)
