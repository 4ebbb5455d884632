"""Opens and ends multipart uploads on any store that speaks S3. The parts travel by URLs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from service.store.errors import StoreUnavailable
from service.store.model import PartChecksumAlgorithm, StoredPart
from service.store.s3.errors import code_of, translated
from service.store.s3.head import HeadSender, label_metadata
from service.store.s3.repeats import repeated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# FULL_OBJECT: the store computes the digest of the whole file from those of the parts. A sha256 cannot be combined.
_CHECKSUM_TYPES = {"sha256": "COMPOSITE", "crc32c": "FULL_OBJECT"}
_SHA256_LENGTH = 44  # in base64
UNKNOWN = "NoSuchUpload"
# It cannot be completed because of the parts or of the key; `head` and `list_parts` tell which.
# ConditionalRequestConflict: AWS, where another write to the key is under way.
REFUSALS = frozenset(
    (UNKNOWN, "InvalidPart", "InvalidPartOrder", "EntityTooSmall", "PreconditionFailed", "ConditionalRequestConflict")
)


class S3Multiparts:
    """The multipart methods of the ObjectStore port, but for the URLs."""

    def __init__(self, client: "S3Client", patient_client: "S3Client", heads: HeadSender) -> None:
        """`patient_client` has a long time-out: VersityGW copies the bytes on completion, 0.45 s a GiB measured."""
        self._client = client
        self._heads = heads
        self._patient_client = patient_client
        self._lists_part_digests = True

    def create_multipart(
        self,
        bucket: str,
        object_key: str,
        *,
        content_type: str,
        part_checksum_algorithm: PartChecksumAlgorithm | None,
        label: str | None = None,
    ) -> str:
        more: dict[str, Any] = {"Metadata": label_metadata(label)}
        # A store that lists no digest of a part would refuse to join parts that have one. A crc32c it computes itself.
        if part_checksum_algorithm == "crc32c" or (part_checksum_algorithm and self._lists_part_digests):
            more["ChecksumAlgorithm"] = part_checksum_algorithm.upper()
            more["ChecksumType"] = _CHECKSUM_TYPES[part_checksum_algorithm]
        with translated(f"the opening of a multipart upload to {object_key!r}"):
            opened = repeated(
                lambda: self._client.create_multipart_upload(
                    Bucket=bucket, Key=object_key, ContentType=content_type, **more
                )
            )
        return opened["UploadId"]

    def list_parts(self, bucket: str, object_key: str, store_upload_id: str) -> list[StoredPart] | None:
        rows = self._part_rows(bucket, object_key, store_upload_id)
        return None if rows is None else _newest(rows)

    def list_part_rows(self, bucket: str, object_key: str, store_upload_id: str) -> list[StoredPart] | None:
        """Return the parts as the store lists them, oldest first: a number may come more than once."""
        rows = self._part_rows(bucket, object_key, store_upload_id)
        return None if rows is None else [_stored_part(row) for row in rows]

    def _part_rows(self, bucket: str, object_key: str, store_upload_id: str) -> list[Any] | None:
        with translated(f"a look at the parts of {object_key!r}"):
            pages = self._client.get_paginator("list_parts").paginate(
                Bucket=bucket, Key=object_key, UploadId=store_upload_id
            )
            try:
                rows = [row for page in pages for row in page.get("Parts", [])]
                return sorted(rows, key=lambda row: row["LastModified"])
            except ClientError as error:
                # MinIO also says so if there is no such bucket.
                if code_of(error) == UNKNOWN and self._heads.has_bucket(bucket):
                    return None
                raise

    def complete_multipart(
        self, bucket: str, object_key: str, store_upload_id: str, parts: Sequence[StoredPart]
    ) -> bool:
        with translated(f"the completion of {object_key!r}"):
            try:
                made = repeated(
                    lambda: self._patient_client.complete_multipart_upload(
                        Bucket=bucket,
                        Key=object_key,
                        UploadId=store_upload_id,
                        MultipartUpload={"Parts": [_named_part(part) for part in parts]},
                        IfNoneMatch="*",
                    )
                )
            except ClientError as error:
                # By code: a store may begin to answer 200 before it knows the end, and put the error into the body.
                if code_of(error) in REFUSALS:
                    return False
                raise
        if not made.get("ETag"):
            raise StoreUnavailable(f"the store answered the completion of {object_key!r} with nothing")
        return True

    def abort_multipart(self, bucket: str, object_key: str, store_upload_id: str) -> None:
        with translated(f"the abort of the multipart upload to {object_key!r}"):
            try:
                self._client.abort_multipart_upload(Bucket=bucket, Key=object_key, UploadId=store_upload_id)
            except ClientError as error:
                if code_of(error) != UNKNOWN:
                    raise

    def abort_multiparts(self, bucket: str, object_key: str) -> None:
        aborted: set[str] = set()
        # Always the first page: VersityGW refuses its own marker for the next one.
        while listed := self._open_multiparts(bucket, object_key):
            if listed & aborted:
                raise StoreUnavailable(f"the store kept multipart uploads of {object_key!r} that it says it aborted")
            for store_upload_id in listed:
                self.abort_multipart(bucket, object_key, store_upload_id)
            aborted |= listed

    def _open_multiparts(self, bucket: str, object_key: str) -> set[str]:
        # A prefix also finds longer keys (though not on MinIO, which wants the whole key); they come after this one.
        with translated(f"a look at the multipart uploads of {object_key!r}"):
            page = self._client.list_multipart_uploads(Bucket=bucket, Prefix=object_key)
        return {row["UploadId"] for row in page.get("Uploads", []) if row["Key"] == object_key}


def _newest(rows: list[Any]) -> list[StoredPart]:
    """Return one part a number, the newest: SeaweedFS lists a part that was sent again twice, and 10000 before 1000.

    Its times are whole seconds. A part of which two with other bytes came in the same second counts as not sent, so
    that the client sends it once more.
    """
    newest = {row["PartNumber"]: row for row in rows}
    contested = {
        row["PartNumber"]
        for row in rows
        if row["LastModified"] == newest[row["PartNumber"]]["LastModified"]
        and row["ETag"] != newest[row["PartNumber"]]["ETag"]
    }
    return [_stored_part(newest[number]) for number in sorted(newest.keys() - contested)]


def _stored_part(row: Any) -> StoredPart:
    return StoredPart(
        part_number=row["PartNumber"],
        size_bytes=row["Size"],
        etag=row["ETag"].strip('"'),
        checksum_base64=row.get("ChecksumSHA256") or row.get("ChecksumCRC32C"),
    )


def _named_part(part: StoredPart) -> Any:
    named = {"PartNumber": part.part_number, "ETag": f'"{part.etag}"'}
    if part.checksum_base64:
        # AWS wants the digests again. Their lengths tell them apart.
        named["ChecksumSHA256" if len(part.checksum_base64) == _SHA256_LENGTH else "ChecksumCRC32C"] = (
            part.checksum_base64
        )
    return named
