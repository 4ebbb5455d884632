"""Lists objects in all their versions, however many there are."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from service.store.errors import StoreUnavailable
from service.store.model import ObjectEntry
from service.store.s3.errors import NOT_IMPLEMENTED, status_of, translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Listings:
    """The part of the ObjectStore port that lists."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def iter_objects(self, bucket: str, prefix: str = "") -> Iterator[ObjectEntry]:
        last = ""
        with translated(f"a listing of bucket {bucket!r}"):
            for page in self._version_pages(bucket, prefix):
                if is_cut_short(page):
                    raise StoreUnavailable(f"an object below {prefix!r} that the store cannot show breaks its listing")
                for row in page.get("Versions", []):
                    if row["IsLatest"] and row["Key"] != last:
                        last = row["Key"]
                        facts = (row["Size"], row["ETag"].strip('"'), row["LastModified"], version_id_of(row))
                        yield ObjectEntry(row["Key"], *facts)

    def _version_pages(self, bucket: str, prefix: str) -> Iterator[Any]:
        """Yield the pages of a listing of versions; of one of objects, if the store has no versions.

        A row may come twice, but for the same key only.
        """
        try:
            yield from self._pages_of_versions(bucket, prefix)
        except ClientError as error:
            # Before the first page: a store does not lose the feature in the middle of a listing.
            if status_of(error) != NOT_IMPLEMENTED:
                raise
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                rows = [{**row, "IsLatest": True} for row in page.get("Contents", [])]
                yield {"ResponseMetadata": page["ResponseMetadata"], "Versions": rows}

    def _pages_of_versions(self, bucket: str, prefix: str) -> Iterator[Any]:
        """Go on after the last row of each page, also if somebody has removed it since.

        VersityGW then says that nothing follows, and begins with that row again if it is still there. By the key alone
        it finds all that follows; other stores would leave out further versions of that key.
        """
        after = dict[str, Any]()
        while True:
            page: Any = self._client.list_object_versions(Bucket=bucket, Prefix=prefix, **after)
            if after and _is_empty(page):
                page = self._client.list_object_versions(Bucket=bucket, Prefix=prefix, KeyMarker=after["KeyMarker"])
            yield page
            if not page.get("IsTruncated"):
                return
            # A store without versions has no second marker, and an empty one is refused.
            markers = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page.get("NextVersionIdMarker")}
            after = {name: marker for name, marker in markers.items() if marker}


def _is_empty(page: Any) -> bool:
    return not (page.get("Versions") or page.get("DeleteMarkers") or is_cut_short(page))


def is_cut_short(page: Any) -> bool:
    # MinIO answers 206 to every listing that an unreadable object is in, which boto3 takes for an empty one.
    return bool(page["ResponseMetadata"]["HTTPStatusCode"] != 200)


def version_id_of(row: Any) -> str | None:
    version_id: str | None = row.get("VersionId")
    return None if version_id == "null" else version_id
