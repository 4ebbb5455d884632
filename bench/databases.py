"""A mongod for rows that need no store, and many documents at once."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from dev.servers import start_mongod
from service.settings import Settings

BATCH = 10_000


@contextmanager
def own_database(**values: object) -> Iterator[Settings]:
    """Yield the settings of a service in open mode with a mongod of its own."""
    with tempfile.TemporaryDirectory(prefix="moodrop-bench-") as folder:
        mongod = start_mongod(Path(folder) / "mongod")
        try:
            yield Settings.model_validate({"mongodb_uri": mongod.uri, "auth_mode": "open", **values})
        finally:
            mongod.stop()


def insert(
    settings: Settings, collection: str, documents: Iterable[dict[str, Any]], *, database: str | None = None
) -> None:
    """Write documents in batches: `insert_many` alone would hold a million of them in memory."""
    rows = iter(documents)
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as mongo:
        stored = mongo[database or settings.mongodb_database][collection]
        while batch := list(islice(rows, BATCH)):
            stored.insert_many(batch, ordered=False)
