"""The port of the object store."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from service.shared.checks import StoreCheck
from service.store.model import (
    ChecksumAlgorithm,
    ObjectEntry,
    OpenObject,
    PartChecksumAlgorithm,
    PresignedPost,
    PresignedRequest,
    ReadMethod,
    StoredObject,
    StoredPart,
)


class ObjectStore(Protocol):
    """Tells absent, forbidden and unreachable apart.

    Every method may raise StoreUnavailable (no answer, or a 5xx) and StoreDenied (403). A method returns None for an
    absent object only if it says so, and never for one of those two.
    """

    def prepare(self, buckets: tuple[str, ...]) -> list[StoreCheck]:
        """Create what is missing: buckets, versioning, CORS, signing credentials. Safe to repeat.

        Returns what the store refused, as failed checks.
        """

    def check(self, bucket: str) -> list[StoreCheck]:
        """Try what uploads rely on (signature, length, type, write-once, least privilege …) for real.

        Also what a page meets on the public address (CORS), and what the bucket is set to. Takes well under a second.
        """

    def check_bodies(self, bucket: str, *, sizes: Collection[int]) -> list[StoreCheck]:
        """Send bodies of these sizes on the public address, as clients do, and remove them. May take a minute each."""

    @property
    def seals_puts(self) -> bool:
        """Whether a PUT can be sealed here: the store enforces write-once. True until `check` finds otherwise."""

    @property
    def refuses_half_bodies(self) -> bool:
        """Whether a body whose connection breaks leaves nothing behind. True until `check` finds otherwise."""

    @property
    def takes_forms(self) -> bool:
        """Whether the store accepts forms. True until `check` finds otherwise."""

    def many(self, owner: str) -> AbstractContextManager[None]:
        """Group many calls of one request of this owner, so that they count as one; otherwise each call counts."""

    def ping(self, bucket: str) -> float:
        """Ask whether the bucket is there; return the store's clock minus ours, in seconds."""

    def knows_signers(self, bucket: str) -> bool:
        """Ask whether the credentials behind URLs are still good: another start may have changed or removed them."""

    def presign_put(
        self, bucket: str, object_key: str, *, headers: Mapping[str, str], at: datetime, expires_in: int
    ) -> PresignedRequest:
        """Sign a PUT that the store accepts only with exactly these headers. No network."""

    def presign_post(
        self,
        bucket: str,
        object_key: str,
        *,
        fields: Mapping[str, str],
        min_size_bytes: int,
        max_size_bytes: int,
        at: datetime,
        expires_in: int,
    ) -> PresignedPost:
        """Sign a form that the store accepts only with exactly these fields and a file of such a size.

        It writes each time it is sent, so it is for staging keys only. The address ends with a slash. No network.
        """

    def presign_get(
        self,
        bucket: str,
        object_key: str,
        *,
        params: Mapping[str, str],
        at: datetime,
        expires_in: int,
        method: ReadMethod = "GET",
    ) -> PresignedRequest:
        """Sign a GET, or HEAD, with these query parameters (response-content-disposition, versionId …). No network."""

    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> StoredObject | None:
        """Return what is stored under the key now, or under that version, or None if it is absent.

        An object that the store cannot show is returned as not readable; the store has not failed.
        """

    def arrived(self, bucket: str, object_key: str) -> StoredObject | None:
        """Do as `head`, but do not wait for a PUT to the key that is under way: return None.

        For keys of a single PUT. None does not mean that nothing will arrive any more.
        """

    def digest(self, bucket: str, object_key: str, version_id: str | None, algorithm: ChecksumAlgorithm) -> str | None:
        """Read the whole object; return its digest in base64, or None if there is no such object.

        None for crc32c too: only the store computes that.
        """

    def read(self, bucket: str, object_key: str, version_id: str | None, *, if_match: str) -> OpenObject | None:
        """Begin to read a version; return None if it is gone, or has another etag. Reading may raise as methods do."""

    def write(self, bucket: str, object_key: str, source: OpenObject) -> StoredObject:
        """Store what is read there as a new version of the key, with the same headers, and return that version.

        Holds one part of it in memory. The store checks a digest of each part. Drops multipart uploads of the key that
        were left open.
        """

    def put_small(self, bucket: str, object_key: str, body: bytes) -> None:
        """Store a few bytes under a key that no client writes to."""

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
        """Copy inside the store if the source still has the etag `if_match`; otherwise return None.

        The copy gets this type and this label, and nothing else that came with the source.
        """

    def delete_version(self, bucket: str, object_key: str, version_id: str | None) -> None:
        """Remove one version for good, or the object itself in a store without versions. Absent is fine."""

    def purge(
        self, bucket: str, object_key: str, *, keep: Collection[str | None] = (), before: datetime | None = None
    ) -> bool:
        """Remove every version and delete marker of exactly this key. Absent is fine.

        Spares the versions in `keep` (None: the object of a store without versions) and everything that arrived at
        `before` or later. Returns whether only `keep` is left.
        """

    def purge_below(self, bucket: str, prefix: str) -> None:
        """Remove every version and delete marker of all keys below a prefix that ends with a slash. None is fine."""

    def create_multipart(
        self,
        bucket: str,
        object_key: str,
        *,
        content_type: str,
        part_checksum_algorithm: PartChecksumAlgorithm | None,
        label: str | None = None,
    ) -> str:
        """Open a multipart upload, whose object will have this label; return the store's id for it.

        With an algorithm, every part must be declared with its digest. (VersityGW computes a crc32c by itself.)
        """

    def presign_part(
        self,
        bucket: str,
        object_key: str,
        store_upload_id: str,
        part_number: int,
        *,
        headers: Mapping[str, str],
        at: datetime,
        expires_in: int,
    ) -> PresignedRequest:
        """Sign a PUT of one part (1 to 10,000) that the store accepts only with exactly these headers. No network."""

    def list_parts(self, bucket: str, object_key: str, store_upload_id: str) -> list[StoredPart] | None:
        """Return all parts that the store has, by number, or None if it knows no such multipart upload (any more)."""

    def complete_multipart(
        self, bucket: str, object_key: str, store_upload_id: str, parts: Sequence[StoredPart]
    ) -> bool:
        """Create the object from these parts, unless there is one under the key.

        Returns True if the store says that it is done, False if it knows no such multipart upload, has other parts, or
        has an object there already. Only `head` tells what the object is now.
        """

    def abort_multipart(self, bucket: str, object_key: str, store_upload_id: str) -> None:
        """Drop an open multipart upload and its parts. Absent is fine."""

    def abort_multiparts(self, bucket: str, object_key: str) -> None:
        """Drop every open multipart upload of exactly this key, even those that no document names."""

    def iter_objects(self, bucket: str, prefix: str = "") -> Iterator[ObjectEntry]:
        """Yield the objects (their newest versions) whose keys begin with the prefix, in key order, page by page."""
