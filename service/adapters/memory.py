"""Both stores in memory: for fast tests of the use cases. They keep the promises of the ports.

A URL of this store is `memory:` and a number; `send` plays the client that uses it, and enforces what
was signed. Nothing here is for production: one process, nothing kept.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from service.errors import IdempotencyKeyReused, ObjectKeyTaken, StoreUnavailable
from service.model import (
    PUBLIC,
    FileMetadata,
    Grant,
    Position,
    PresignedRequest,
    Sort,
    Spent,
    StoreCheck,
    StoredObject,
    TransferKind,
    Upload,
    UploadQuery,
    UploadStatus,
)


@dataclass(frozen=True, slots=True)
class _Version:
    stored: StoredObject
    body: bytes


@dataclass(frozen=True, slots=True)
class _Issued:
    method: str
    bucket: str
    object_key: str
    headers: Mapping[str, str]
    params: Mapping[str, str]
    expires_at: datetime


class MemoryObjectStore:
    """The ObjectStore port on a dict of versions, newest last."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._buckets: set[str] = set()
        self._versions: dict[tuple[str, str], list[_Version]] = {}
        self._issued: dict[str, _Issued] = {}
        self._lock = threading.RLock()
        self._count = 0

    def prepare(self, buckets: tuple[str, ...]) -> list[StoreCheck]:
        self._buckets |= set(buckets)
        return []

    def check(self, bucket: str) -> list[StoreCheck]:
        return [StoreCheck("put", bucket in self._buckets, must=True, found="in memory", mend="call prepare()")]

    def ping(self, bucket: str) -> float:
        self._require(bucket)
        return 0.0

    def _require(self, bucket: str) -> None:
        if bucket not in self._buckets:
            raise StoreUnavailable(f"the bucket {bucket!r} does not exist")

    def presign_put(
        self, bucket: str, object_key: str, *, headers: Mapping[str, str], at: datetime, expires_in: int
    ) -> PresignedRequest:
        return self._issue("PUT", bucket, object_key, headers, {}, at + timedelta(seconds=expires_in))

    def presign_get(
        self, bucket: str, object_key: str, *, params: Mapping[str, str], at: datetime, expires_in: int
    ) -> PresignedRequest:
        return self._issue("GET", bucket, object_key, {}, params, at + timedelta(seconds=expires_in))

    def _issue(
        self,
        method: str,
        bucket: str,
        object_key: str,
        headers: Mapping[str, str],
        params: Mapping[str, str],
        expires_at: datetime,
    ) -> PresignedRequest:
        with self._lock:
            url = f"memory:{len(self._issued)}"
            self._issued[url] = _Issued(method, bucket, object_key, headers, params, expires_at)
        return PresignedRequest(method, url, headers, expires_at)

    def send(
        self, url: str, *, at: datetime, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Use an issued URL as a client would: (status, body of the answer)."""
        issued, sent = self._issued[url], dict(headers or {})
        if at >= issued.expires_at:
            return 403, b""
        if issued.method == "GET":
            found = self._find(issued.bucket, issued.object_key, issued.params.get("versionId"))
            return (200, found.body) if found else (404, b"")
        sealed = {name: value for name, value in issued.headers.items() if name != "content-length"}
        length = issued.headers.get("content-length")
        if any(sent.get(name) != value for name, value in sealed.items()) or length not in (None, str(len(body))):
            return 403, b""
        with self._lock:
            if sealed.get("if-none-match") == "*" and self._find(issued.bucket, issued.object_key, None):
                return 412, b""
            self._store(issued.bucket, issued.object_key, body, sent, at)
        return 200, b""

    def _store(self, bucket: str, key: str, body: bytes, headers: Mapping[str, str], at: datetime) -> StoredObject:
        self._count += 1
        stored = StoredObject(
            size_bytes=len(body),
            content_type=headers.get("content-type", "binary/octet-stream"),
            etag=f"etag-{hash(body) & 0xFFFFFFFF:x}",
            version_id=f"v{self._count}",
            checksums={name: headers.get(f"x-amz-checksum-{name}") for name in ("sha256", "crc32c")},
            content_encoding=headers.get("content-encoding"),
            modified_at=at,
        )
        self._versions.setdefault((bucket, key), []).append(_Version(stored, body))
        return stored

    def _find(self, bucket: str, key: str, version_id: str | None) -> _Version | None:
        for version in reversed(self._versions.get((bucket, key), [])):
            if version_id in (None, version.stored.version_id):
                return version
        return None

    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> StoredObject | None:
        self._require(bucket)
        found = self._find(bucket, object_key, version_id)
        return found.stored if found else None

    def copy(
        self, bucket: str, source_key: str, target_key: str, *, if_match: str, content_type: str
    ) -> StoredObject | None:
        with self._lock:
            source = self._find(bucket, source_key, None)
            if source is None or source.stored.etag != if_match:
                return None
            headers = {"content-type": content_type}
            return self._store(bucket, target_key, source.body, headers, self._now())

    def delete_version(self, bucket: str, object_key: str, version_id: str | None) -> None:
        with self._lock:
            kept = [v for v in self._versions.get((bucket, object_key), []) if v.stored.version_id != version_id]
            self._versions[bucket, object_key] = kept

    def purge(
        self, bucket: str, object_key: str, *, keep: Collection[str | None] = (), before: datetime | None = None
    ) -> bool:
        def is_young(version: _Version) -> bool:
            return before is not None and version.stored.modified_at >= before

        with self._lock:
            found = self._versions.get((bucket, object_key), [])
            left = [v for v in found if v.stored.version_id in keep or is_young(v)]
            self._versions[bucket, object_key] = left
        return all(version.stored.version_id in keep for version in left)

    def keys(self) -> list[str]:
        """Every key that has a version, for tests that count what is left."""
        return sorted(key for (_, key), versions in self._versions.items() if versions)


class MemoryRecordStore:
    """The RecordStore port on a dict, under one lock."""

    def __init__(self) -> None:
        self._uploads: dict[str, Upload] = {}
        self._lock = threading.RLock()

    def prepare(self) -> None:
        return

    def ping(self) -> None:
        return

    def add(self, upload: Upload) -> None:
        with self._lock:
            self._refuse_duplicate(upload.upload_id, upload.object_key)
            if upload.idempotency_key and self.started_by(upload.owner, upload.idempotency_key):
                raise IdempotencyKeyReused
            self._uploads[upload.upload_id] = upload

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
        found = (self.file_by_key(owner, object_key) for object_key in set(object_keys))
        return [upload for upload in found if upload]

    def started_by(self, owner: str, idempotency_key: str) -> Upload | None:
        key = {"owner": owner, "idempotency_key": idempotency_key}
        return next((upload for upload in self._uploads.values() if _matches(upload, key)), None)

    def change(self, upload_id: str, expected: Mapping[str, Any], changes: Mapping[str, Any]) -> Upload | None:
        with self._lock:
            upload = self._uploads.get(upload_id)
            if upload is None or not _matches(upload, expected):
                return None
            values = dict(changes)
            if "object_key" in values:
                self._refuse_duplicate(upload_id, values["object_key"])
            said = values.get("metadata", {})
            if isinstance(said, FileMetadata):
                said = said.model_dump(exclude_none=True)
            values["metadata"] = upload.metadata.model_copy(update=said)
            self._uploads[upload_id] = replace(upload, **values)
            return self._uploads[upload_id]

    def remove(self, upload_id: str, expected: Mapping[str, Any]) -> bool:
        with self._lock:
            upload = self._uploads.get(upload_id)
            if upload is None or not _matches(upload, expected):
                return False
            del self._uploads[upload_id]
            return True

    def file_by_key(self, owner: str, object_key: str) -> Upload | None:
        key = {"owner": owner, "object_key": object_key, "status": UploadStatus.READY}
        return next((upload for upload in self._uploads.values() if _matches(upload, key)), None)

    def staged_for(self, owner: str, target_key: str) -> list[Upload]:
        key = {"owner": owner, "target_key": target_key, "status": UploadStatus.PENDING, "kind": TransferKind.STAGED}
        return sorted((u for u in self._uploads.values() if _matches(u, key)), key=lambda u: u.upload_id)

    def at_key(self, object_key: str) -> list[Upload]:
        def lies_there(upload: Upload) -> bool:
            replaced = upload.status is UploadStatus.REPLACED and upload.target_key == object_key
            return replaced or upload.object_key == object_key

        with self._lock:
            return [upload for upload in self._uploads.values() if lies_there(upload)]

    def page(self, query: UploadQuery) -> list[Upload]:
        newest_first = query.sort is Sort.NEWEST

        def place(upload: Upload) -> tuple[Any, str]:
            at = Position.of(upload, query.sort)
            return at.value, at.upload_id

        found = sorted((u for u in self._uploads.values() if _fits(u, query)), key=place, reverse=newest_first)
        if query.after is not None:
            end = (query.after.value, query.after.upload_id)
            found = [u for u in found if (place(u) < end if newest_first else place(u) > end)]
        return found[: query.limit]

    def count(self, owner: str, mood: str) -> int:
        return len(self.page(UploadQuery(owner, mood=mood, limit=len(self._uploads))))

    def due(self, now: datetime, limit: int) -> Iterator[Upload]:
        found = [(u.expires_at, u) for u in self._uploads.values() if u.expires_at is not None and u.expires_at <= now]
        return iter([upload for _, upload in sorted(found, key=lambda pair: pair[0])[:limit]])


def _fits(upload: Upload, query: UploadQuery) -> bool:
    said, kind = upload.metadata, query.content_type
    whose = upload.owner == query.owner if query.owner is not None else said.visibility == PUBLIC
    return (
        whose
        and upload.status == query.status
        and query.mood in (None, said.mood)
        and (query.tag is None or query.tag in (said.tags or []))
        and (kind is None or fnmatchcase(upload.content_type, kind))
        and all(any(word.startswith(prefix) for word in upload.words) for prefix in query.prefixes)
    )


class MemoryGrantLedger:
    """The GrantLedger port on a dict."""

    def __init__(self) -> None:
        self._spent: dict[str, Spent] = {}
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Nothing to make."""

    def spend(self, grant: Grant, files: int, size_bytes: int) -> bool:
        with self._lock:
            now = self._spent.get(grant.usage_id, Spent())
            then = Spent(now.files + files, now.size_bytes + size_bytes)
            many = grant.max_files is not None and then.files > grant.max_files
            much = grant.max_bytes is not None and then.size_bytes > grant.max_bytes
            if not many and not much:
                self._spent[grant.usage_id] = then
            return not many and not much

    def spent(self, grant: Grant) -> Spent:
        return self._spent.get(grant.usage_id, Spent())


_FIELDS = frozenset(field.name for field in fields(Upload))


def _matches(upload: Upload, expected: Mapping[str, Any]) -> bool:
    return all(name in _FIELDS and getattr(upload, name) == value for name, value in expected.items())
