"""Uploads and files in MongoDB, one document each; every state change is one conditional update.

Stays inside Stable API v1 (no distinct, no text index, no pipeline updates), so that newer servers
and managed ones behave alike.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Any

import bson
import pymongo
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING, ReturnDocument, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import ExecutionTimeout
from pymongo.server_api import ServerApi

from service.shared.errors import DatabaseUnavailable
from service.shared.mongo.client import open_database
from service.shared.mongo.durability import CHEAP, DURABLE
from service.shared.settings import DatabaseSettings
from service.uploads.derived import OutboxEvent
from service.uploads.model import AT_REST, Upload, UploadChanges, UploadState, UploadStatus
from service.uploads.mongo.documents import (
    NEXT_CHECK_AT,
    STATE_FIELDS,
    from_document,
    to_document,
    to_expected,
    to_state,
    to_update,
)
from service.uploads.mongo.errors import translated
from service.uploads.mongo.indexes import INDEX_OF, WORDS_INDEX, ensure_indexes
from service.uploads.mongo.inserts import GroupInsert
from service.uploads.mongo.queries import (
    to_filter,
    to_group,
    to_groups,
    to_order,
    to_pending_sum,
    to_usage,
    to_words,
)
from service.uploads.mongo.recent_inserts import RecentInserts
from service.uploads.mongo.recorded import RecordedObjects
from service.uploads.mongo.rows import fields_for, to_page
from service.uploads.queries import FileGroup, GroupBy, UploadQuery
from service.uploads.quota import Amounts
from service.uploads.rows import FilePage

# A ping costs the database nothing.
PING_TIMEOUT_S = 1.5
# A search that finds nothing waits no longer for other words.
WORDS_MS = 500


def _ignore(_file_id: str) -> None:
    pass


def _ready(owner: str, object_key: str) -> dict[str, Any]:
    return {"object_key": object_key, "owner": owner, "status": UploadStatus.READY.value}


class MongoRecordStore(RecordedObjects):
    """The RecordStore port. Make it after the worker's fork: MongoClient does not survive one."""

    def __init__(self, settings: DatabaseSettings, *, server_api: ServerApi | None = None) -> None:
        self._recent = RecentInserts()
        self.database = open_database(settings, listeners=[self._recent], server_api=server_api)
        files: Collection[dict[str, Any]] = self.database["files"]
        self._files = files.with_options(write_concern=DURABLE)
        # Every URL needs such a write: a journal flush for each would cost more than recent_inserts.py does.
        self._cheap: Collection[Any] = files.with_options(write_concern=CHEAP)
        self._inserts = GroupInsert(self._cheap)
        self._recent.write_to(self._files)
        self._ring: Callable[[str], None] = _ignore

    def before_restoring(self, reserve: Callable[[Sequence[Upload]], None]) -> None:
        """Call this with the uploads that a killed database forgot, before they are written again."""
        self._recent.before_restoring(lambda rows: reserve([from_document(row) for row in rows]))

    def after_announcing(self, ring: Callable[[str], None]) -> None:
        """Call this with the id of each file that others are to be told of, once that is written."""
        self._ring = ring

    def close(self) -> None:
        """Close the connections."""
        self.database.client.close()

    def prepare(self) -> None:
        with translated():
            ensure_indexes(self._files)

    def ping(self) -> None:
        with translated(), pymongo.timeout(PING_TIMEOUT_S):
            self.database.client.admin.command("ping")

    def many(self, owner: str) -> AbstractContextManager[None]:
        return nullcontext()

    def add(self, upload: Upload) -> None:
        with translated(upload.object_key):
            self._recent.add([upload], [self._inserts.insert(to_document(upload))])

    def add_unless_file(self, upload: Upload) -> Upload | None:
        with translated(upload.object_key):
            while not (
                row := self._inserts.insert_unless(to_document(upload), _ready(upload.owner, upload.target_key))
            ):
                if file := self.file_by_key(upload.owner, upload.target_key):  # else it was removed meanwhile
                    return file
            self._recent.add([upload], [row])
        return None

    def add_many(self, uploads: Sequence[Upload]) -> None:
        if not uploads:
            return
        with translated(uploads[0].object_key):
            # Encoded once, here, so that the documents can be remembered.
            rows = [RawBSONDocument(bson.encode(to_document(upload))) for upload in uploads]
            self._cheap.insert_many(rows)
            self._recent.add(uploads, rows)

    def get_many(self, upload_ids: Sequence[str]) -> list[Upload]:
        with translated():
            # One answer of the database, which would otherwise stop at 101 and be asked again.
            rows = self._files.find({"_id": {"$in": list(upload_ids)}}).batch_size(len(upload_ids))
            return [from_document(document) for document in rows.to_list()]

    def files_by_keys(self, owner: str, object_keys: Sequence[str]) -> list[Upload]:
        which = {"object_key": {"$in": list(object_keys)}, "owner": owner, "status": UploadStatus.READY.value}
        with translated():
            return [from_document(document) for document in self._files.find(which)]

    def get(self, upload_id: str) -> Upload | None:
        with translated():
            document = self._files.find_one({"_id": upload_id})
            if not document or not document["owner"]:  # an event's note of an object without a document gives way
                document = self._restored(upload_id) or document
        return from_document(document) if document else None

    def _restored(self, upload_id: str) -> dict[str, Any] | None:
        """Return the document that the database forgot, if this process remembers it."""
        # The database has just answered, so the driver knows the server but may not have reported it yet.
        for server in self.database.client.topology_description.server_descriptions().values():
            self._recent.note(server)
        if self._recent.restore(upload_id):
            return self._files.find_one({"_id": upload_id})
        if self._recent.is_settling():
            raise DatabaseUnavailable("the database has restarted, and the missing document may be written again")
        return None

    def started_by(self, owner: str, idempotency_key: str) -> Upload | None:
        with translated():
            document = self._files.find_one({"owner": owner, "idempotency_key": idempotency_key})
        return from_document(document) if document else None

    def started_by_many(self, owner: str, idempotency_keys: Sequence[str]) -> list[Upload]:
        which = {"owner": owner, "idempotency_key": {"$in": list(idempotency_keys)}}
        with translated():
            return [from_document(document) for document in self._files.find(which)]

    def change(self, upload_id: str, expected: UploadChanges, changes: UploadChanges) -> Upload | None:
        which = {"_id": upload_id, **to_expected(expected)}
        with translated(str(changes.get("object_key", ""))):
            document = self._files.find_one_and_update(which, to_update(changes), return_document=ReturnDocument.AFTER)
        if document and changes.get("outbox"):
            self._ring(upload_id)
        return from_document(document) if document else None

    def change_many(self, changes: Mapping[str, UploadChanges], expected: UploadChanges) -> list[Upload]:
        if not changes:
            return []
        state = to_expected(expected)
        updates = [UpdateOne({"_id": upload_id, **state}, to_update(fields)) for upload_id, fields in changes.items()]
        with translated():
            self._files.bulk_write(updates, ordered=False)
        for upload_id in (upload_id for upload_id, fields in changes.items() if fields.get("outbox")):
            self._ring(upload_id)
        return self.get_many(list(changes))

    def remove(self, upload_id: str, expected: UploadChanges) -> bool:
        self._recent.forget(upload_id)
        with translated():
            return self._files.delete_one({"_id": upload_id, **to_expected(expected)}).deleted_count == 1

    def file_by_key(self, owner: str, object_key: str) -> Upload | None:
        with translated():
            document = self._files.find_one(_ready(owner, object_key))
        return from_document(document) if document else None

    def staged_for(self, owner: str, target_key: str) -> list[Upload]:
        which = {"target_key": target_key, "owner": owner, "status": UploadStatus.PENDING.value}
        with translated():
            return [from_document(document) for document in self._files.find(which).sort("_id", ASCENDING).limit(100)]

    def at_key(self, object_key: str) -> list[Upload]:
        replaced = {"target_key": object_key, "status": UploadStatus.REPLACED.value}
        with translated():
            return [
                from_document(document)
                for document in self._files.find({"$or": [{"object_key": object_key}, replaced]})
            ]

    def covers_of(self, file_id: str, status: UploadStatus) -> list[Upload]:
        which = {"cover_of": file_id, "status": status.value}
        with translated():
            return [from_document(document) for document in self._files.find(which).sort("_id", ASCENDING).limit(100)]

    def page(self, query: UploadQuery) -> list[Upload]:
        with translated():
            documents = self._files.find(to_filter(query)).sort(to_order(query)).limit(query.limit)
            return [from_document(document) for document in documents.to_list()]

    def file_page(self, query: UploadQuery) -> FilePage:
        with translated():
            rows = self._files.find(to_filter(query), fields_for(query.sort)).sort(to_order(query)).limit(query.limit)
            documents = rows.to_list()
        return to_page(documents, query.sort, self.get_many)

    def count(self, owner: str, mood: str | None = None) -> int:
        which = {"owner": owner, "status": UploadStatus.READY.value, **({"mood": mood} if mood else {})}
        with translated():
            return self._files.count_documents(which)

    def count_matching(self, query: UploadQuery) -> int:
        with translated():
            return self._files.count_documents(to_filter(replace(query, after=None)))

    def groups(self, query: UploadQuery, by: GroupBy, after: str, limit: int) -> list[FileGroup]:
        which = to_filter(replace(query, after=None))
        # For a search or a mood, another index reads fewer files.
        hint: dict[str, Any] = {"hint": INDEX_OF[by]} if which == to_filter(UploadQuery(query.owner)) else {}
        with translated():
            rows = self._files.aggregate(to_groups(which, by, after, limit), **hint)
            return [to_group(row) for row in rows]

    def words_of(self, owner: str, beginnings: Sequence[str], limit: int = 3000) -> list[str]:
        which = to_words(owner, beginnings)
        with translated():
            try:
                cursor = self._files.find(which, {"words": 1}, max_time_ms=WORDS_MS, hint=WORDS_INDEX)
                rows = cursor.limit(limit).to_list()
            except ExecutionTimeout:
                return []
        return [word for row in rows for word in row["words"] if word.startswith(tuple(beginnings))]

    def count_pending(self) -> int:
        with translated():
            return self._files.count_documents({"status": UploadStatus.PENDING.value})

    def states(self, upload_ids: Sequence[str]) -> list[UploadState]:
        with translated():
            return [to_state(row) for row in self._files.find({"_id": {"$in": list(upload_ids)}}, STATE_FIELDS)]

    def usage(self, owner: str, *, without: Sequence[str], unknown_bytes: int) -> Amounts:
        with translated():
            # Pending ones first: one that becomes a file in between is counted twice, and never left out.
            pending = self._used(to_usage(owner, [UploadStatus.PENDING], without, unknown_bytes))
            files = self._used(to_usage(owner, AT_REST, without, unknown_bytes))
        return replace(pending + files, pending=pending.files)

    def _used(self, pipeline: list[dict[str, Any]]) -> Amounts:
        rows = list(self._files.aggregate(pipeline))
        return Amounts(rows[0]["size_bytes"], rows[0]["files"]) if rows else Amounts()

    def pending_bytes(self, owner: str, now: datetime, undeclared_bytes: int) -> int:
        with translated():
            sums = list(self._files.aggregate(to_pending_sum(owner, now, undeclared_bytes)))
        return int(sums[0]["size_bytes"]) if sums else 0

    def due(self, now: datetime, limit: int) -> Iterator[Upload]:
        return self._past({"status": {"$in": [status.value for status in UploadStatus]}}, "expires_at", now, limit)

    def unconfirmed(self, now: datetime, limit: int) -> Iterator[Upload]:
        return self._past({"status": UploadStatus.PENDING.value}, NEXT_CHECK_AT, now, limit)

    def _past(self, which: Mapping[str, Any], time: str, now: datetime, limit: int) -> Iterator[Upload]:
        """Those whose `time` has come, the earliest first."""
        with translated():
            documents = list(self._files.find({**which, time: {"$lte": now}}).sort(time, ASCENDING).limit(limit))
        return (from_document(document) for document in documents)

    def with_outbox(self, event: OutboxEvent, limit: int, after: str = "") -> list[Upload]:
        which = {"outbox": event.value, "_id": {"$gt": after}}
        with translated():
            return [from_document(document) for document in self._files.find(which).sort("_id", ASCENDING).limit(limit)]
