"""Keeps recently inserted documents in memory until the journal certainly has them.

A pending document is not worth a journal flush, so a killed mongod or a lost primary forgets the documents of its last
tenth of a second. The process that inserted them writes them again once a server is back. So every issued URL keeps its
document as long as this process lives.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo import ReplaceOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.monitoring import ServerDescriptionChangedEvent, ServerListener
from pymongo.server_description import ServerDescription

from service.shared.errors import DatabaseUnavailable
from service.shared.mongo.errors import DUPLICATE_KEY
from service.uploads.model import Upload

log = logging.getLogger(__name__)

# mongod flushes its journal every 0.1 s, at most every 0.5 s; a majority lags no longer behind its primary.
KEEP_S = 2.0
# The time between two inserts counts for no more: no server may have been there to flush anything.
PAUSE_S = 1.0
# After such a pause: until every process has noticed a new server and written what it remembers.
SETTLES_S = 5.0
PRIMARIES = ("Standalone", "RSPrimary")


@dataclass(frozen=True, slots=True)
class _Insert:
    """A document, when it was inserted, and the moment before which a missing one was lost, not removed."""

    at: float  # in seconds of `Remembered._busy_s`
    never_removed_before: float  # of the monotonic clock
    document: RawBSONDocument


class RecentInserts(ServerListener):
    """The recent inserts of this process, by id. The driver reports each new server to it."""

    def __init__(self) -> None:
        self._inserts: OrderedDict[str, _Insert] = OrderedDict()
        self._lock = Lock()
        self._added_at = time.monotonic()
        self._busy_s = 0.0
        self._settling_until_busy_s = 0.0
        self._server: object = None
        self._changed_at = float("-inf")
        self._files: Collection[Any] | None = None
        self._reserve: Callable[[Sequence[RawBSONDocument]], None] | None = None

    def write_to(self, files: Collection[Any]) -> None:
        """Set the collection to restore documents to, with a write concern that a crash does not undo."""
        self._files = files

    def before_restoring(self, reserve: Callable[[Sequence[RawBSONDocument]], None]) -> None:
        """Set what has to be done with missing documents before they are written."""
        self._reserve = reserve

    def add(self, uploads: Sequence[Upload], documents: Sequence[RawBSONDocument]) -> None:
        """Remember what was acknowledged just now; forget what is in the journal by now."""
        with self._lock:
            now = time.monotonic()
            self._pass(now)
            for upload, document in zip(uploads, documents, strict=True):
                # While a URL lives, even an aborted upload keeps its document, as a tombstone.
                lifetime_s = (upload.urls_expire_at - upload.created_at).total_seconds()
                self._inserts[upload.upload_id] = _Insert(self._busy_s, now + lifetime_s, document)
            is_settling = self._busy_s < self._settling_until_busy_s
            oldest = self._busy_s - KEEP_S - (SETTLES_S if is_settling else 0)
            while self._inserts and next(iter(self._inserts.values())).at < oldest:
                self._inserts.popitem(last=False)

    def _pass(self, now: float) -> None:
        if self._inserts and now - self._added_at > PAUSE_S:
            self._settling_until_busy_s = self._busy_s + PAUSE_S + SETTLES_S
        self._busy_s += min(now - self._added_at, PAUSE_S)
        self._added_at = now

    def forget(self, upload_id: str) -> None:
        """Forget a document that is about to be removed for good."""
        with self._lock:
            self._inserts.pop(upload_id, None)

    def restore(self, only: str | None = None) -> int:
        """Write the remembered documents, or one of them, if missing; return how many were missing.

        It replaces a tombstone without an owner, which an event may have written meanwhile (upkeep/forgotten.py).
        """
        now = time.monotonic()
        with self._lock:
            asked = [only] if only is not None else list(self._inserts)
            inserts = {upload_id: insert for upload_id in asked if (insert := self._inserts.get(upload_id))}
        documents = {
            upload_id: insert.document for upload_id, insert in inserts.items() if now < insert.never_removed_before
        }
        if not documents or self._files is None:
            return 0
        if self._reserve:
            self._reserve(_missing(self._files, documents))
        done: Mapping[str, Any]
        try:
            done = self._files.bulk_write(
                [ReplaceOne({"_id": upload_id, "owner": ""}, row, upsert=True) for upload_id, row in documents.items()],
                ordered=False,
            ).bulk_api_result
        except BulkWriteError as error:  # one error for each existing document
            done = error.details
            if any(row["code"] != DUPLICATE_KEY for row in done["writeErrors"]) or done["writeConcernErrors"]:
                raise
        return int(done["nUpserted"] + done["nModified"])

    def is_settling(self) -> bool:
        """Whether another process may still have to write the documents that it remembers."""
        return time.monotonic() < self._changed_at + SETTLES_S

    def opened(self, event: object) -> None:
        """Nothing to do."""

    def closed(self, event: object) -> None:
        """Nothing to do."""

    def description_changed(self, event: ServerDescriptionChangedEvent) -> None:
        """Note the server, which the driver reports up to a second late."""
        self.note(event.new_description)

    def note(self, description: ServerDescription) -> None:
        """Restore in a separate thread if another server took over or the same server restarted."""
        if description.server_type_name not in PRIMARIES:
            return
        version = description.topology_version or {}
        server = (description.address, version.get("processId"), description.election_id)
        with self._lock:
            known, self._server = self._server, server
            if known in (None, server):
                return
            self._changed_at = time.monotonic()
        Thread(target=self._restore_all, name="restore-inserts", daemon=True).start()

    def _restore_all(self) -> None:
        for pause in (0.0, 0.2, 1.0, 2.0):
            time.sleep(pause)
            try:
                if count := self.restore():
                    log.warning("the database had forgotten %s pending uploads, which were written again", count)
            except (
                PyMongoError,
                DatabaseUnavailable,
            ) as problem:  # down again; a call that misses a document tries again
                log.info("pending uploads have not been written again yet: %s", type(problem).__name__)
            else:
                return


def _missing(files: Collection[Any], documents: Mapping[str, RawBSONDocument]) -> list[RawBSONDocument]:
    existing = {row["_id"] for row in files.find({"_id": {"$in": list(documents)}, "owner": {"$ne": ""}}, ["_id"])}
    return [document for upload_id, document in documents.items() if upload_id not in existing]
