"""Reads whole objects from a store that speaks S3 and writes them to another: for moves between stores."""

import base64
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from service.store.errors import StoreUnavailable
from service.store.limits import MAX_PARTS, MIB
from service.store.model import OpenObject, StoredObject
from service.store.s3.errors import status_of, translated
from service.store.s3.repeats import repeated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK_BYTES = 1024 * 1024
# What a move holds of a file in memory. Files of 160 GB and more have larger parts, because there are 10,000 at most.
PART_BYTES = 16 * MIB
# What else was sent with an object, by the names that boto3 has for them.
_HEADERS = {"content-type": "ContentType", "content-encoding": "ContentEncoding", "cache-control": "CacheControl"}
_META = "x-amz-meta-"


class S3Transfers(ABC):
    """The part of the ObjectStore port that moves whole objects through the service's own process."""

    _client: "S3Client"
    _patient_client: "S3Client"

    @abstractmethod
    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> StoredObject | None: ...

    @abstractmethod
    def abort_multiparts(self, bucket: str, object_key: str) -> None: ...

    def read(self, bucket: str, object_key: str, version_id: str | None, *, if_match: str) -> OpenObject | None:
        which: Any = {"VersionId": version_id} if version_id else {}
        with translated(f"GET {object_key!r}"):
            try:
                which["IfMatch"] = f'"{if_match}"'
                answer = self._patient_client.get_object(Bucket=bucket, Key=object_key, **which)
            except ClientError as error:
                # 400: VersityGW's answer for a version that is gone.
                if status_of(error) in (400, 404, 412):
                    return None
                raise
        headers = {header: str(answer[name]) for header, name in _HEADERS.items() if answer.get(name)}  # type: ignore[literal-required]
        metadata = {f"{_META}{name}": value for name, value in answer.get("Metadata", {}).items()}
        return OpenObject(answer["ContentLength"], headers | metadata, _chunks_of(answer["Body"], object_key))

    def write(self, bucket: str, object_key: str, source: OpenObject) -> StoredObject:
        part_bytes = max(PART_BYTES, -(-source.size_bytes // MAX_PARTS))
        parts = _parts_of(source.chunks, part_bytes)
        with translated(f"a copy to {object_key!r}"):
            if source.size_bytes <= part_bytes:
                version_id = self._write_at_once(bucket, object_key, next(parts, b""), source.headers)
            else:
                self.abort_multiparts(bucket, object_key)
                version_id = self._write_parts(bucket, object_key, parts, source.headers)
        stored = self.head(bucket, object_key, version_id)
        if stored is None or stored.size_bytes != source.size_bytes:
            raise StoreUnavailable(f"the store does not show the copy {object_key!r} that it took")
        if source.size_bytes > part_bytes:  # what some stores show of parts is the digest of their digests
            return replace(stored, checksums={**stored.checksums, "sha256": None})
        return stored

    def put_small(self, bucket: str, object_key: str, body: bytes) -> None:
        with translated(f"PUT {object_key!r}"):
            repeated(lambda: self._client.put_object(Bucket=bucket, Key=object_key, Body=body))

    def _write_at_once(self, bucket: str, object_key: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        digest = _sha256(body)
        put = self._patient_client.put_object
        made = repeated(
            lambda: put(Bucket=bucket, Key=object_key, Body=body, ChecksumSHA256=digest, **_arguments(headers))
        )
        return _version(made)

    def _write_parts(
        self, bucket: str, object_key: str, parts: Iterator[bytes], headers: Mapping[str, str]
    ) -> str | None:
        client: Any = self._patient_client
        where = {"Bucket": bucket, "Key": object_key}
        opened = repeated(
            lambda: client.create_multipart_upload(**where, ChecksumAlgorithm="SHA256", **_arguments(headers))
        )
        where["UploadId"] = opened["UploadId"]
        done = []
        try:
            for number, body in enumerate(parts, 1):
                digest = _sha256(body)
                sent = client.upload_part(**where, PartNumber=number, Body=body, ChecksumSHA256=digest)
                done.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": digest})
            return _version(
                repeated(lambda: client.complete_multipart_upload(**where, MultipartUpload={"Parts": done}))
            )
        except BaseException:
            # What is left is aborted before the next copy to this key.
            with suppress(ClientError, BotoCoreError):
                client.abort_multipart_upload(**where)
            raise


def _arguments(headers: Mapping[str, str]) -> dict[str, Any]:
    known = {name: headers[header] for header, name in _HEADERS.items() if header in headers}
    metadata = {name.removeprefix(_META): value for name, value in headers.items() if name.startswith(_META)}
    return {**known, "Metadata": metadata}


def _chunks_of(body: Any, object_key: str) -> Iterator[bytes]:
    with translated(f"GET {object_key!r}"):
        yield from body.iter_chunks(CHUNK_BYTES)


def _parts_of(chunks: Iterator[bytes], part_bytes: int) -> Iterator[bytes]:
    part = bytearray()
    for chunk in chunks:
        part += chunk
        while len(part) >= part_bytes:
            yield bytes(part[:part_bytes])
            del part[:part_bytes]
    if part:
        yield bytes(part)


def _sha256(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def _version(made: Any) -> str | None:
    version_id: str | None = made.get("VersionId")
    return None if version_id == "null" else version_id
