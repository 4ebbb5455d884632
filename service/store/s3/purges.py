"""Removes objects for good, in every version."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from service.store.errors import StoreUnavailable
from service.store.model import StoredObject
from service.store.prefixes import require_folder
from service.store.s3.errors import code_of, translated
from service.store.s3.head import HeadSender
from service.store.s3.listings import S3Listings, is_cut_short, version_id_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Purges(S3Listings, ABC):
    """The part of the ObjectStore port that removes."""

    def __init__(self, client: "S3Client", heads: HeadSender) -> None:
        S3Listings.__init__(self, client)
        self._heads = heads

    @abstractmethod
    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> StoredObject | None: ...

    def delete_version(self, bucket: str, object_key: str, version_id: str | None) -> None:
        which: dict[str, Any] = {"VersionId": version_id} if version_id else {}
        with translated(f"DELETE {object_key!r}"):
            try:
                self._client.delete_object(Bucket=bucket, Key=object_key, **which)
            except ClientError as error:
                # VersityGW's answer for a version that is gone already.
                if not version_id or code_of(error) != "InvalidArgument":
                    raise

    def purge(
        self, bucket: str, object_key: str, *, keep: Collection[str | None] = (), before: datetime | None = None
    ) -> bool:
        all_gone, is_listed = True, False
        with translated(f"the removal of {object_key!r}"):
            for page in self._version_pages(bucket, object_key):
                if is_cut_short(page):
                    return self._purge_unlisted(bucket, object_key, spares=bool(keep) or before is not None)
                rows: list[Any] = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                # A prefix also finds longer keys, which come after this one.
                versions = [row for row in rows if row["Key"] == object_key]
                is_listed = is_listed or bool(versions)
                unneeded = [row for row in versions if version_id_of(row) not in keep]
                old = [row for row in unneeded if before is None or row["LastModified"] < before]
                self._delete_all(bucket, [(row["Key"], row.get("VersionId")) for row in old])
                all_gone = all_gone and len(old) == len(unneeded)
                if any(row["Key"] != object_key for row in rows):
                    break
        return all_gone if is_listed else self._purge_hidden(bucket, object_key, keep, before)

    def purge_below(self, bucket: str, prefix: str) -> None:
        require_folder(prefix)
        with translated(f"the removal of everything below {prefix!r}"):
            for page in self._version_pages(bucket, prefix):
                if is_cut_short(page):
                    self._heads.force_delete(bucket, prefix)
                    return
                rows: list[Any] = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                self._delete_all(bucket, [(row["Key"], row.get("VersionId")) for row in rows])

    def _purge_hidden(
        self, bucket: str, object_key: str, keep: Collection[str | None], before: datetime | None
    ) -> bool:
        """Remove the versions one by one: MinIO does not list 'a/b' beside 'a', but returns it by name."""
        while stored := self.head(bucket, object_key):
            if stored.version_id in keep:
                return True
            if before and stored.modified_at >= before:
                return False
            self.delete_version(bucket, object_key, stored.version_id)
        return True

    def _purge_unlisted(self, bucket: str, object_key: str, *, spares: bool) -> bool:
        if spares:
            return False
        self._heads.force_delete(bucket, object_key)
        return True

    def _delete_all(self, bucket: str, versions: list[tuple[str, str | None]]) -> None:
        # One page of versions is at most 1000, which is also what one DeleteObjects takes.
        if not versions:
            return
        objects: Any = [{"Key": key} | ({"VersionId": version} if version else {}) for key, version in versions]
        answer = self._client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        if answer.get("Errors"):
            raise StoreUnavailable(
                f"the store kept {len(answer['Errors'])} of {len(versions)} versions of {versions[0][0]!r}"
            )
