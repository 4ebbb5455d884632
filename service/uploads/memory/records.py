"""Uploads and files on a dict, for fast tests of the use cases."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields, replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from service.uploads.derived import OutboxEvent
from service.uploads.errors import IdempotencyKeyReused, ObjectKeyTaken
from service.uploads.metadata import PUBLIC, FileMetadata
from service.uploads.model import (
    AT_REST,
    OVER,
    MultipartState,
    RecordedObject,
    StagedState,
    TransferKind,
    Upload,
    UploadChanges,
    UploadState,
    UploadStatus,
)
from service.uploads.queries import DESCENDING, FileGroup, GroupBy, Position, UploadQuery
from service.uploads.quota import Amounts
from service.uploads.rows import FilePage, row_of
from service.uploads.search import NONE_LAST


class MemoryRecordStore:
    """The RecordStore port on a dict, under one lock."""

    def __init__(self) -> None:
        self._uploads: dict[str, Upload] = {}
        self._lock = threading.RLock()

    def prepare(self) -> None:
        return

    def ping(self) -> None:
        return

    def many(self, owner: str) -> AbstractContextManager[None]:
        return nullcontext()

    def add(self, upload: Upload) -> None:
        with self._lock:
            self._refuse_duplicate(upload.upload_id, upload.object_key)
            if upload.idempotency_key and self.started_by(upload.owner, upload.idempotency_key):
                raise IdempotencyKeyReused
            self._uploads[upload.upload_id] = upload

    def add_unless_file(self, upload: Upload) -> Upload | None:
        with self._lock:
            if file := self.file_by_key(upload.owner, upload.target_key):
                return file
            self.add(upload)
        return None

    def _refuse_duplicate(self, upload_id: str, object_key: str) -> None:
        if any(other.object_key == object_key for other in self._uploads.values() if other.upload_id != upload_id):
            raise ObjectKeyTaken(f"another file has the object key {object_key!r}")

    def add_many(self, uploads: Sequence[Upload]) -> None:
        for upload in uploads:
            self.add(upload)

    def get(self, upload_id: str) -> Upload | None:
        return self._uploads.get(upload_id)

    def get_many(self, upload_ids: Sequence[str]) -> list[Upload]:
        return [self._uploads[upload_id] for upload_id in set(upload_ids) if upload_id in self._uploads]

    def files_by_keys(self, owner: str, object_keys: Sequence[str]) -> list[Upload]:
        files = (self.file_by_key(owner, object_key) for object_key in set(object_keys))
        return [file for file in files if file]

    def started_by(self, owner: str, idempotency_key: str) -> Upload | None:
        key = {"owner": owner, "idempotency_key": idempotency_key}
        return next((upload for upload in self._uploads.values() if _matches(upload, key)), None)

    def started_by_many(self, owner: str, idempotency_keys: Sequence[str]) -> list[Upload]:
        uploads = (self.started_by(owner, idempotency_key) for idempotency_key in set(idempotency_keys))
        return [upload for upload in uploads if upload]

    def change(self, upload_id: str, expected: UploadChanges, changes: UploadChanges) -> Upload | None:
        with self._lock:
            upload = self._uploads.get(upload_id)
            if upload is None or not _matches(upload, expected):
                return None
            if "object_key" in changes:
                self._refuse_duplicate(upload_id, changes["object_key"])
            self._uploads[upload_id] = _changed(upload, changes)
            return self._uploads[upload_id]

    def change_many(self, changes: Mapping[str, UploadChanges], expected: UploadChanges) -> list[Upload]:
        for upload_id, fields_ in changes.items():
            self.change(upload_id, expected, fields_)
        return self.get_many(list(changes))

    def remove(self, upload_id: str, expected: UploadChanges) -> bool:
        with self._lock:
            upload = self._uploads.get(upload_id)
            if upload is None or not _matches(upload, expected):
                return False
            del self._uploads[upload_id]
            return True

    def file_by_key(self, owner: str, object_key: str) -> Upload | None:
        key = {"owner": owner, "object_key": object_key, "status": UploadStatus.READY}
        return next((upload for upload in list(self._uploads.values()) if _matches(upload, key)), None)

    def staged_for(self, owner: str, target_key: str) -> list[Upload]:
        key = {"owner": owner, "target_key": target_key, "status": UploadStatus.PENDING, "kind": TransferKind.STAGED}
        return sorted((u for u in self._uploads.values() if _matches(u, key)), key=lambda u: u.upload_id)

    def at_key(self, object_key: str) -> list[Upload]:
        def lies_there(upload: Upload) -> bool:
            is_replaced = upload.status is UploadStatus.REPLACED and upload.staged is not None
            return upload.object_key == object_key or (is_replaced and _value(upload, "target_key") == object_key)

        with self._lock:
            return [upload for upload in self._uploads.values() if lies_there(upload)]

    def covers_of(self, file_id: str, status: UploadStatus) -> list[Upload]:
        with self._lock:
            uploads = [u for u in self._uploads.values() if u.cover_of == file_id and u.status is status]
        return sorted(uploads, key=lambda u: u.upload_id)[:100]

    def page(self, query: UploadQuery) -> list[Upload]:
        descends = query.sort in DESCENDING

        def place(at: Position) -> tuple[bool, Any, str]:
            return at.value is not None, at.value or 0, at.upload_id

        def place_of(upload: Upload) -> tuple[bool, Any, str]:
            return place(Position.of(upload, query.sort))

        uploads = sorted((u for u in self._uploads.values() if _fits(u, query)), key=place_of, reverse=descends)
        if query.after is not None:
            end = place(query.after)
            uploads = [u for u in uploads if (place_of(u) < end if descends else place_of(u) > end)]
        return uploads[: query.limit]

    def file_page(self, query: UploadQuery) -> FilePage:
        files = self.page(query)
        return FilePage([row_of(file) for file in files], Position.of(files[-1], query.sort) if files else None)

    def count(self, owner: str, mood: str | None = None) -> int:
        return len(self.page(UploadQuery(owner, mood=mood, limit=len(self._uploads))))

    def count_matching(self, query: UploadQuery) -> int:
        return sum(_fits(upload, query) for upload in list(self._uploads.values()))

    def groups(self, query: UploadQuery, by: GroupBy, after: str, limit: int) -> list[FileGroup]:
        other = next(one for one in GroupBy if one is not by)
        ready = [u for u in list(self._uploads.values()) if _fits(u, query)]
        keys = {key for u in ready if (key := getattr(u, by.value)) and after < key < NONE_LAST}
        members = {key: [u for u in ready if getattr(u, by.value) == key] for key in sorted(keys)[:limit]}
        return [
            FileGroup(key, len(some), min(u.upload_id for u in some), len({getattr(u, other.value) for u in some}) > 1)
            for key, some in members.items()
        ]

    def words_of(self, owner: str, beginnings: Sequence[str], limit: int = 3000) -> list[str]:
        files = [u for u in list(self._uploads.values()) if _fits(u, UploadQuery(owner))]
        words = [[word for word in u.words if word.startswith(tuple(beginnings))] for u in files]
        return [word for some in [some for some in words if some][:limit] for word in some]

    def count_pending(self) -> int:
        return sum(upload.status is UploadStatus.PENDING for upload in list(self._uploads.values()))

    def states(self, upload_ids: Sequence[str]) -> list[UploadState]:
        return [UploadState(u.upload_id, u.owner, u.status, u.size_bytes) for u in self.get_many(upload_ids)]

    def usage(self, owner: str, *, without: Sequence[str], unknown_bytes: int) -> Amounts:
        with self._lock:
            own = [u for u in self._uploads.values() if u.owner == owner and u.upload_id not in without]
        alive = [u for u in own if u.status in (UploadStatus.PENDING, *AT_REST)]
        sizes = [max(unknown_bytes, u.stored_bytes or 0) if u.size_bytes is None else u.size_bytes for u in alive]
        return Amounts(sum(sizes), len(alive), sum(u.status is UploadStatus.PENDING for u in alive))

    def pending_bytes(self, owner: str, now: datetime, undeclared_bytes: int) -> int:
        def counts(upload: Upload) -> bool:
            is_over = upload.status in OVER and upload.expires_at is not None and upload.expires_at > now
            return upload.owner == owner and (is_over or upload.status is UploadStatus.PENDING)

        with self._lock:
            uploads = [upload for upload in self._uploads.values() if counts(upload)]
        return sum(
            max(undeclared_bytes, u.stored_bytes or 0) if u.size_bytes is None else u.size_bytes for u in uploads
        )

    def due(self, now: datetime, limit: int) -> Iterator[Upload]:
        rows = [(u.expires_at, u) for u in self._uploads.values() if u.expires_at is not None and u.expires_at <= now]
        return iter([upload for _, upload in sorted(rows, key=lambda pair: pair[0])[:limit]])

    def unconfirmed(self, now: datetime, limit: int) -> Iterator[Upload]:
        pending = [u for u in self._uploads.values() if u.status is UploadStatus.PENDING]
        rows = [(u.next_check_at, u) for u in pending if u.next_check_at is not None and u.next_check_at <= now]
        return iter([upload for _, upload in sorted(rows, key=lambda pair: pair[0])[:limit]])

    def with_outbox(self, event: OutboxEvent, limit: int, after: str = "") -> list[Upload]:
        with self._lock:
            uploads = [u for u in self._uploads.values() if event in u.outbox and u.upload_id > after]
        return sorted(uploads, key=lambda upload: upload.upload_id)[:limit]

    def iter_recorded(self, bucket: str) -> Iterator[RecordedObject]:
        yield from self._recorded(lambda upload: upload.bucket == bucket)

    def iter_left(self, bucket: str) -> Iterator[str]:
        rows = self._recorded(lambda upload: upload.left is not None and upload.left.bucket == bucket)
        return (row.upload_id for row in rows)

    def iter_recorded_elsewhere(self, buckets: Sequence[str]) -> Iterator[RecordedObject]:
        yield from self._recorded(lambda upload: upload.bucket not in buckets and upload.status in AT_REST)

    def _recorded(self, is_chosen: Callable[[Upload], bool]) -> Iterator[RecordedObject]:
        uploads = [upload for upload in self._uploads.values() if is_chosen(upload)]
        for upload in sorted(uploads, key=lambda upload: upload.object_key):
            since = upload.moved_at or upload.confirmed_at
            facts = (upload.upload_id, upload.status, upload.etag, upload.version_id, since)
            yield RecordedObject(upload.object_key, *facts, upload.size_bytes, upload.bucket)


def _fits(upload: Upload, query: UploadQuery) -> bool:
    metadata, kind = upload.metadata, query.content_type
    is_visible = upload.owner == query.owner if query.owner is not None else metadata.visibility == PUBLIC
    return (
        is_visible
        and upload.status == query.status
        and upload.cover_of is None
        and query.fingerprint in (None, upload.fingerprint)
        and query.started_with in (None, upload.started_with)
        and query.mood in (None, metadata.mood)
        and query.artist in (None, upload.sort_artist)
        and query.album in (None, upload.sort_album)
        and (query.tag is None or query.tag in (metadata.tags or []))
        and (kind is None or fnmatchcase(upload.content_type or "", kind))
        and (not query.sizes or upload.size_bytes in query.sizes)
        and all(any(word.startswith(prefix) for word in upload.words) for prefix in query.prefixes)
    )


_MULTIPART_FIELDS = frozenset(field.name for field in fields(MultipartState))
_STAGED_FIELDS = frozenset(field.name for field in fields(StagedState))


def _matches(upload: Upload, expected: Mapping[str, Any]) -> bool:
    return all(_value(upload, name) == value for name, value in expected.items())


def _value(upload: Upload, name: str) -> object:
    if name in _MULTIPART_FIELDS:
        return getattr(upload.multipart, name, None)
    return getattr(upload.staged, name, None) if name in _STAGED_FIELDS else getattr(upload, name)


def _changed(upload: Upload, changes: UploadChanges) -> Upload:
    values: dict[str, Any] = dict(changes)
    metadata = values.get("metadata", {})
    if isinstance(metadata, FileMetadata):
        metadata = metadata.model_dump(exclude_none=True)
    values["metadata"] = upload.metadata.model_copy(update=metadata)
    multipart = {name: values.pop(name) for name in _MULTIPART_FIELDS & values.keys()}
    staged = {name: values.pop(name) for name in _STAGED_FIELDS & values.keys()}
    return replace(
        upload,
        multipart=upload.multipart and replace(upload.multipart, **multipart),
        staged=upload.staged and replace(upload.staged, **staged),
        **values,
    )
