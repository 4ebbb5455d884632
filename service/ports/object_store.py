"""What the service needs of an object store."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from service.model import PresignedRequest, StoreCheck, StoredObject


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

    def ping(self, bucket: str) -> float:
        """Ask whether the bucket is there; return the store's clock minus ours, in seconds."""

    def presign_put(
        self, bucket: str, object_key: str, *, headers: Mapping[str, str], at: datetime, expires_in: int
    ) -> PresignedRequest:
        """A PUT that the store accepts only with exactly these headers. No network."""

    def presign_get(
        self, bucket: str, object_key: str, *, params: Mapping[str, str], at: datetime, expires_in: int
    ) -> PresignedRequest:
        """A GET with these query parameters (response-content-disposition, versionId …). No network."""

    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> StoredObject | None:
        """What is stored under the key now (or under that version); None when it is absent.

        An object that the store itself cannot show is one that is not readable, no failure of the store.
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
