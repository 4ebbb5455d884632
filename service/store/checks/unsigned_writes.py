"""Checks whether the store accepts an unsigned write.

Every URL shows a key id. The pinned MinIO checks no signature if a request declares a streamed body with an unsigned
trailer (CVE-2026-41145). With a key id alone anyone could then write wherever that key may write, and replace confirmed
bytes by ?versionId=. The probe sends about 20 small requests and takes some 30 ms on a local MinIO.
"""

import base64
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import urllib3
from ulid import ULID

from service.shared.adapters.outgoing import store_pool
from service.shared.checks import StoreCheck
from service.shared.errors import MoodropError
from service.store.checks.probe import BODY, SigningPair, signer
from service.store.errors import StoreUnavailable
from service.store.minio.credentials import NO_STREAMED_WRITES
from service.store.port import ObjectStore
from service.store.settings import StoreSettings
from service.store.sigv4.query import Credentials

UNSIGNED_WRITE = "unsigned_write"
UNSIGNED = (
    "Every URL shows a key id, and anyone who knows one can write here without a signature and replace confirmed files "
    "(CVE-2026-41145). Add this to the policy of both credentials that sign URLs, restart, and run `flask reconcile`: "
    + json.dumps(NO_STREAMED_WRITES)
    + " If the service's own credential signs URLs, give it two that may do less; or use a newer version of your "
    "store."
)
CONTENT_TYPE = "application/octet-stream"


def unsigned_write(
    settings: StoreSettings, signing: SigningPair, store: ObjectStore, bucket: str, object_key: str, other_key: str
) -> StoreCheck:
    """Try to write a new key, a recorded version and a part with each key id, and check the effect.

    It leaves objects under both keys for the caller to remove. Raises StoreUnavailable if the store stops answering.
    """
    with store_pool(settings.minio_endpoint) as http:
        forger = _Forger(settings, http, store, bucket, object_key, other_key)
        try:
            forger.store_one(signing.upload)
            taken = [
                f"{what} by the key id of {purpose}s"
                for purpose, credentials in (("upload", signing.upload), ("download", signing.download))
                for what in forger.taken_from(credentials)
            ]
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnavailable(f"no answer from the store to the probe ({type(error).__name__})") from error
    finding = f"took unsigned: {', '.join(taken)}" if taken else "took nothing"
    return StoreCheck(UNSIGNED_WRITE, not taken, True, finding, UNSIGNED)


@dataclass(frozen=True, slots=True)
class _Forger:
    settings: StoreSettings
    http: urllib3.PoolManager
    store: ObjectStore
    bucket: str
    object_key: str  # of the recorded version
    other_key: str  # of the new object

    def store_one(self, credentials: Credentials) -> None:
        """Record a version by a signed PUT, if the store accepts one; the check `put` reports if it does not."""
        headers = {"content-type": CONTENT_TYPE, "content-length": str(len(BODY))}
        url = signer(self.settings, credentials).presign(
            "PUT", self.bucket, self.object_key, at=datetime.now(UTC), expires_in=60, headers=headers
        )
        self.http.request("PUT", url, body=BODY, headers={"content-type": CONTENT_TYPE}, redirect=False)

    def taken_from(self, credentials: Credentials) -> Iterator[str]:
        """Return the writes that the store accepted, judged by their effect: a status proves nothing."""
        self._write(credentials, self.other_key)
        if self.store.head(self.bucket, self.other_key):
            yield "a new key"
            self.store.purge(self.bucket, self.other_key)
        if self._is_replaced(credentials):
            yield "a recorded version"
        if self._is_part_taken(credentials):
            yield "a part"

    def _is_replaced(self, credentials: Credentials) -> bool:
        before = self.store.head(self.bucket, self.object_key)
        version_id = before.version_id if before else None
        self._write(credentials, self.object_key, {"versionId": version_id} if version_id else {})
        after = self.store.head(self.bucket, self.object_key, version_id)
        return before is not None and (after is None or after.etag != before.etag)

    def _is_part_taken(self, credentials: Credentials) -> bool:
        try:
            store_upload_id = self.store.create_multipart(
                self.bucket, self.other_key, content_type=CONTENT_TYPE, part_checksum_algorithm=None
            )
        except MoodropError:
            return False  # a store without multipart uploads: the check `multipart` reports it
        try:
            self._write(credentials, self.other_key, {"partNumber": "1", "uploadId": store_upload_id})
            return bool(self.store.list_parts(self.bucket, self.other_key, store_upload_id))
        finally:
            self.store.abort_multipart(self.bucket, self.other_key, store_upload_id)

    def _write(self, credentials: Credentials, object_key: str, params: Mapping[str, str] | None = None) -> None:
        """Send a write with the key id only; the secret is not used."""
        knows_no_secret = Credentials(credentials.access_key, "unknown-to-a-forger")
        url = signer(self.settings, knows_no_secret).presign(
            "PUT", self.bucket, object_key, at=datetime.now(UTC), expires_in=60
        )
        url += f"&{urlencode(params)}" if params else ""
        body = str(ULID()).encode()  # unique, so that each write changes the etag
        self.http.request("PUT", url, body=_streamed(body), headers=_streaming(body), redirect=False)


def _streaming(body: bytes) -> dict[str, str]:
    return {
        "content-type": CONTENT_TYPE,
        "content-encoding": "aws-chunked",
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": str(len(body)),
        "x-amz-trailer": "x-amz-checksum-crc32",
    }


def _streamed(body: bytes) -> bytes:
    digest = base64.b64encode(zlib.crc32(body).to_bytes(4, "big"))
    return b"%x\r\n%s\r\n0\r\nx-amz-checksum-crc32:%s\r\n\r\n" % (len(body), body, digest)
