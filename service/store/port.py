"""What the service needs of an object store."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from service.shared.checks import StoreCheck
from service.store.model import (
    ObjectEntry,
    PartChecksumAlgorithm,
    PresignedPost,
    PresignedRequest,
    ReadMethod,
    StoredObject,
    StoredPart,
)


class ObjectStore(Protocol):
    """Absent, forbidden and unreachable are three different answers.

    Every method may raise StoreUnavailable (no answer, or a 5xx) and StoreDenied (403). Only where a
    method says so does an absent object give None; it never stands for one of those two.
    """

    def prepare(self, buckets: tuple[str, ...]) -> list[StoreCheck]:
        """Make what is missing: buckets, versioning, CORS, signing credentials. Safe to repeat.

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
        """Whether a PUT can be sealed here: the store enforces write-once. True until `check` found otherwise."""

    @property
    def refuses_half_bodies(self) -> bool:
        """Whether a body whose connection broke leaves nothing behind. True until `check` found otherwise."""

    def many(self, owner: str) -> AbstractContextManager[None]:
        """Group many calls of one request of this owner, so that they count as one; otherwise each call counts."""

    def ping(self, bucket: str) -> float:
        """Ask whether the bucket is there; return the store's clock minus ours, in seconds."""

    def knows_signers(self, bucket: str) -> bool:
        """Ask whether the credentials behind URLs are still good: another start may have changed or removed them."""

    def presign_put(
        self, bucket: str, object_key: str, *, headers: Mapping[str, str], at: datetime, expires_in: int
    ) -> PresignedRequest:
        """A PUT that the store accepts only with exactly these headers. No network."""

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
        """A form for browsers that the store accepts only with exactly these fields and a file of such a size.

        It writes as often as it is sent: to a staging key only. The address ends with a slash. No network.
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
        """A GET with these query parameters (response-content-disposition, versionId …), or its HEAD. No network."""

    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> StoredObject | None:
        """What is stored under the key now (or under that version); None when it is absent.

        An object that the store itself cannot show is one that is not readable, no failure of the store.
        """

    def arrived(self, bucket: str, object_key: str) -> StoredObject | None:
        """As `head`, for a client that waits: None also while a PUT to the key is under way, which is not waited for.

        For keys of a single PUT. That nothing will come any more, it does not say.
        """

    def copy(
        self, bucket: str, source_key: str, target_key: str, *, if_match: str, content_type: str
    ) -> StoredObject | None:
        """Copy inside the store while the source still has the etag `if_match`; None when it has not."""

    def delete_version(self, bucket: str, object_key: str, version_id: str | None) -> None:
        """Remove one version for good (the object itself where there are no versions). Absent is fine."""

    def purge(
        self, bucket: str, object_key: str, *, keep: Collection[str | None] = (), before: datetime | None = None
    ) -> bool:
        """Remove every version and delete marker of exactly this key. Absent is fine.

        Spares the versions in `keep` (None: the object of a store without versions), and what the store got
        at `before` or later. Returns whether nothing but `keep` is left.
        """

    def create_multipart(
        self, bucket: str, object_key: str, *, content_type: str, part_checksum_algorithm: PartChecksumAlgorithm | None
    ) -> str:
        """Open a multipart upload; return the store's id for it.

        With an algorithm, every part must be declared with its digest. (VersityGW works a crc32c out by itself.)
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
        """A PUT of one part (1 to 10,000) that the store accepts only with exactly these headers. No network."""

    def list_parts(self, bucket: str, object_key: str, store_upload_id: str) -> list[StoredPart] | None:
        """All parts that the store has, by number; None where it knows no such multipart upload (any more)."""

    def complete_multipart(
        self, bucket: str, object_key: str, store_upload_id: str, parts: Sequence[StoredPart]
    ) -> bool:
        """Make the object of these parts, unless there is one under the key.

        True: the store says that it is done. False: it knows no such multipart upload, holds other parts, or has an
        object there already. What the object is now, `head` alone tells.
        """

    def abort_multipart(self, bucket: str, object_key: str, store_upload_id: str) -> None:
        """Drop an open multipart upload and its parts. Absent is fine."""

    def abort_multiparts(self, bucket: str, object_key: str) -> None:
        """Drop every open multipart upload of exactly this key, also those that no document names."""

    def iter_objects(self, bucket: str, prefix: str = "") -> Iterator[ObjectEntry]:
        """The objects (their newest versions) whose keys begin so, in the order of their keys, page by page."""
