"""An object store in memory, for fast tests of the use cases. It keeps the promises of the port.

`send` and `send_form` play the client that uses an issued URL or form, and enforce what was signed.
"""

import base64
import hashlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime

from service.shared.checks import StoreCheck
from service.store.errors import StoreUnavailable
from service.store.memory.multipart import OpenMultipart, OpenMultiparts, digest_of
from service.store.memory.urls import IssuedRequest, MemoryUrls
from service.store.model import (
    LABEL_HEADER,
    ChecksumAlgorithm,
    ObjectEntry,
    OpenObject,
    PartChecksumAlgorithm,
    StoredObject,
    StoredPart,
)
from service.store.prefixes import require_folder


@dataclass(frozen=True, slots=True)
class _Version:
    stored: StoredObject
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class MemoryObjectStore(MemoryUrls):
    """The ObjectStore port on a dict of versions, newest last."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self._now = now
        self.seals_puts = True  # set it to play a store that ignores if-none-match
        self.refuses_half_bodies = True  # set it to play VersityGW 1.8.0
        self.takes_forms = True  # set it to play a VersityGW whose policy allows none
        self._buckets: set[str] = set()
        self._versions: dict[tuple[str, str], list[_Version]] = {}
        self._multiparts = OpenMultiparts()
        self._lock = threading.RLock()
        self._count = 0

    def prepare(self, buckets: tuple[str, ...]) -> list[StoreCheck]:
        self._buckets |= set(buckets)
        return []

    def check(self, bucket: str) -> list[StoreCheck]:
        return [StoreCheck("put", bucket in self._buckets, must=True, finding="in memory", fix="call prepare()")]

    def check_bodies(self, bucket: str, *, sizes: Collection[int]) -> list[StoreCheck]:
        return []

    def many(self, owner: str) -> AbstractContextManager[None]:
        return nullcontext()

    def knows_signers(self, bucket: str) -> bool:
        return True

    def ping(self, bucket: str) -> float:
        self._require(bucket)
        return 0.0

    def _require(self, bucket: str) -> None:
        if bucket not in self._buckets:
            raise StoreUnavailable(f"the bucket {bucket!r} does not exist")

    def send_form(self, url: str, *, at: datetime, fields: Mapping[str, str], file: bytes) -> int:
        """Send an issued form as a browser would. Returns the status."""
        form = self._forms[url]
        if at >= form.expires_at or dict(fields) != form.fields:
            return 403
        if len(file) not in form.sizes:
            return 400
        with self._lock:
            self._store(form.bucket, fields["key"], file, fields, at)
        return int(fields.get("success_action_status", 204))

    def send(
        self,
        url: str,
        *,
        at: datetime,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        method: str | None = None,
    ) -> tuple[int, bytes]:
        """Use an issued URL as a client would, with its own method or another. Returns the status and the body."""
        issued, sent = self._issued[url], dict(headers or {})
        if at >= issued.expires_at or method not in (None, issued.method):
            return 403, b""
        if issued.method in ("GET", "HEAD"):
            version = self._find(issued.bucket, issued.object_key, issued.params.get("versionId"))
            return (200, b"" if issued.method == "HEAD" else version.body) if version else (404, b"")
        sealed = {name: value for name, value in issued.headers.items() if name != "content-length"}
        length = issued.headers.get("content-length")
        if any(sent.get(name) != value for name, value in sealed.items()) or length not in (None, str(len(body))):
            return 403, b""
        return (self._put_part if "uploadId" in issued.params else self._put)(issued, body, sent, at), b""

    def _put(self, issued: IssuedRequest, body: bytes, sent: Mapping[str, str], at: datetime) -> int:
        once = self.seals_puts and issued.headers.get("if-none-match") == "*"
        with self._lock:
            if once and self._find(issued.bucket, issued.object_key, None):
                return 412
            self._store(issued.bucket, issued.object_key, body, sent, at)
        return 200

    def _put_part(self, issued: IssuedRequest, body: bytes, sent: Mapping[str, str], at: datetime) -> int:
        with self._lock:
            multipart = self._multiparts.get(issued.bucket, issued.object_key, issued.params["uploadId"])
            return multipart.put(int(issued.params["partNumber"]), body, sent) if multipart else 404

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
            label=headers.get(LABEL_HEADER),
        )
        self._versions.setdefault((bucket, key), []).append(_Version(stored, body, dict(headers)))
        return stored

    def _find(self, bucket: str, key: str, version_id: str | None) -> _Version | None:
        for version in reversed(self._versions.get((bucket, key), [])):
            if version_id in (None, version.stored.version_id):
                return version
        return None

    def arrived(self, bucket: str, object_key: str) -> StoredObject | None:
        return self.head(bucket, object_key)

    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> StoredObject | None:
        self._require(bucket)
        version = self._find(bucket, object_key, version_id)
        return version.stored if version else None

    def digest(self, bucket: str, object_key: str, version_id: str | None, algorithm: ChecksumAlgorithm) -> str | None:
        version = self._find(bucket, object_key, version_id)
        if version is None or algorithm == "crc32c":
            return None
        return base64.b64encode(hashlib.new(algorithm, version.body, usedforsecurity=False).digest()).decode()

    def read(self, bucket: str, object_key: str, version_id: str | None, *, if_match: str) -> OpenObject | None:
        self._require(bucket)
        version = self._find(bucket, object_key, version_id)
        if version is None or version.stored.etag != if_match:
            return None
        passed_on = ("content-type", "content-encoding", "cache-control")
        headers = {n: v for n, v in version.headers.items() if n in passed_on or n.startswith("x-amz-meta-")}
        return OpenObject(version.stored.size_bytes, headers, iter([version.body]))

    def write(self, bucket: str, object_key: str, source: OpenObject) -> StoredObject:
        self._require(bucket)
        body = b"".join(source.chunks)
        if len(body) != source.size_bytes:
            raise StoreUnavailable(f"the store does not show the copy {object_key!r} that it took")
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        with self._lock:
            headers = {**source.headers, "x-amz-checksum-sha256": digest}
            return self._store(bucket, object_key, body, headers, self._now())

    def put_small(self, bucket: str, object_key: str, body: bytes) -> None:
        self._require(bucket)
        with self._lock:
            self._store(bucket, object_key, body, {}, self._now())

    def copy(
        self,
        bucket: str,
        source_key: str,
        target_key: str,
        *,
        if_match: str,
        content_type: str,
        label: str | None = None,
    ) -> StoredObject | None:
        with self._lock:
            source = self._find(bucket, source_key, None)
            if source is None or source.stored.etag != if_match:
                return None
            headers = {"content-type": content_type, **({LABEL_HEADER: label} if label else {})}
            return self._store(bucket, target_key, source.body, headers, self._now())

    def delete_version(self, bucket: str, object_key: str, version_id: str | None) -> None:
        with self._lock:
            remaining = [v for v in self._versions.get((bucket, object_key), []) if v.stored.version_id != version_id]
            self._versions[bucket, object_key] = remaining

    def purge(
        self, bucket: str, object_key: str, *, keep: Collection[str | None] = (), before: datetime | None = None
    ) -> bool:
        def is_young(version: _Version) -> bool:
            return before is not None and version.stored.modified_at >= before

        with self._lock:
            versions = self._versions.get((bucket, object_key), [])
            left = [v for v in versions if v.stored.version_id in keep or is_young(v)]
            self._versions[bucket, object_key] = left
        return all(version.stored.version_id in keep for version in left)

    def purge_below(self, bucket: str, prefix: str) -> None:
        self._require(bucket)
        require_folder(prefix)
        with self._lock:
            below = [where for where in self._versions if where[0] == bucket and where[1].startswith(prefix)]
            for where in below:
                del self._versions[where]

    def create_multipart(
        self,
        bucket: str,
        object_key: str,
        *,
        content_type: str,
        part_checksum_algorithm: PartChecksumAlgorithm | None,
        label: str | None = None,
    ) -> str:
        self._require(bucket)
        opened = OpenMultipart(bucket, object_key, content_type, part_checksum_algorithm, label)
        with self._lock:
            return self._multiparts.add(opened)

    def list_parts(self, bucket: str, object_key: str, store_upload_id: str) -> list[StoredPart] | None:
        self._require(bucket)
        with self._lock:
            multipart = self._multiparts.get(bucket, object_key, store_upload_id)
            return [multipart.parts[number][0] for number in sorted(multipart.parts)] if multipart else None

    def complete_multipart(
        self, bucket: str, object_key: str, store_upload_id: str, parts: Sequence[StoredPart]
    ) -> bool:
        self._require(bucket)
        with self._lock:
            multipart = self._multiparts.get(bucket, object_key, store_upload_id)
            body = multipart.join_parts(parts) if multipart else None
            if multipart is None or body is None or self._find(bucket, object_key, None):
                return False
            headers = {"content-type": multipart.content_type}
            if multipart.label:
                headers[LABEL_HEADER] = multipart.label
            if multipart.part_checksum_algorithm == "crc32c":
                headers["x-amz-checksum-crc32c"] = digest_of("crc32c", body)
            self._store(bucket, object_key, body, headers, self._now())
            self._multiparts.remove(bucket, object_key, store_upload_id)
        return True

    def abort_multipart(self, bucket: str, object_key: str, store_upload_id: str) -> None:
        with self._lock:
            self._multiparts.remove(bucket, object_key, store_upload_id)

    def abort_multiparts(self, bucket: str, object_key: str) -> None:
        with self._lock:
            for store_upload_id in self._multiparts.ids_of(bucket, object_key):
                self._multiparts.remove(bucket, object_key, store_upload_id)

    def iter_objects(self, bucket: str, prefix: str = "") -> Iterator[ObjectEntry]:
        self._require(bucket)
        with self._lock:
            newest = [
                (key, versions[-1].stored)
                for (where, key), versions in self._versions.items()
                if versions and where == bucket
            ]
        for key, stored in sorted(newest, key=lambda pair: pair[0].encode()):
            if key.startswith(prefix):
                yield ObjectEntry(key, stored.size_bytes, stored.etag, stored.modified_at, stored.version_id)

    def replace_version(self, bucket: str, object_key: str, stored: StoredObject, body: bytes) -> None:
        """Replace an existing version, as no store should, for tests that must detect it."""
        with self._lock:
            versions = self._versions[bucket, object_key]
            at = [version.stored.version_id for version in versions].index(stored.version_id)
            versions[at] = _Version(stored, body)

    def open_multiparts(self) -> list[str]:
        """Return the key of every open multipart upload, for tests that count what is left."""
        return self._multiparts.keys()

    def keys(self) -> list[str]:
        """Return every key that has a version, for tests that count what is left."""
        return sorted(key for (_, key), versions in self._versions.items() if versions)
