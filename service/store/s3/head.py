"""Sends HEAD, which every confirm waits for: signed in a header by our own signer, sent by urllib3.

boto3's head_object takes nearly three times the CPU, because it builds any call and reads any answer. Refusals are
raised as boto3 raises them; a request without an answer raises urllib3's HTTPError.
"""

import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import urllib3
from botocore.exceptions import ClientError
from urllib3.exceptions import HTTPError, ReadTimeoutError

from service.shared.adapters.outgoing import store_pool
from service.store.addresses import store_of
from service.store.errors import StoreUnavailable
from service.store.model import LABEL_HEADER, StoredObject
from service.store.settings import StoreSettings
from service.store.sigv4.headers import HeaderSigner
from service.store.sigv4.query import Credentials

# As in boto3's "standard" mode: these failures may pass in a moment.
PASSING = (500, 502, 503, 504)
LONGEST_PAUSE_S = 1.0
# MinIO's answers for an object whose sender added headers that only the store itself may send (CVE-2026-34204): it
# takes the object for an encrypted one (400) or a damaged one (206).
UNREADABLE = (206, 400)
MAX_CONNECTIONS = 32

CHECKSUM_HEADERS = {"sha256": "x-amz-checksum-sha256", "crc32c": "x-amz-checksum-crc32c"}
_ASKED = {"x-amz-checksum-mode": "ENABLED"}
_FORCED = {"x-minio-force-delete": "true"}
_NONE: Mapping[str, str] = {}


class HeadSender:
    """Sends requests with the service's own credential; what it signs goes to the store only."""

    def __init__(self, settings: StoreSettings, *, connect_timeout: float, read_timeout: float) -> None:
        credentials = Credentials(settings.minio_access_key, settings.minio_secret_key.get_secret_value())
        self._signer = HeaderSigner(credentials, store_of(settings), settings.minio_region)
        self._http = store_pool(
            settings.minio_endpoint, connect_s=connect_timeout, read_s=read_timeout, maxsize=MAX_CONNECTIONS
        )

    def is_absent(self, bucket: str, object_key: str) -> bool:
        """Return whether a listing says that there is nothing under the key; False also if it does not say.

        A listing waits for no lock of the store. Raises HTTPError.
        """
        params = {"list-type": "2", "max-keys": "1", "prefix": object_key}
        answer = self._send("GET", bucket, "", headers={}, params=params)
        # 206: MinIO left out an object that it cannot show.
        return answer.status == 200 and b"<ListBucketResult" in answer.data and b"<Contents>" not in answer.data

    def has_bucket(self, bucket: str) -> bool:
        """Return True. Raises StoreUnavailable if there is no such bucket, ClientError if the store refuses to tell."""
        status = self._answer(bucket, "", {}).status
        if status == 404:
            raise StoreUnavailable(f"the bucket {bucket!r} does not exist")
        if status != 200:
            raise _refused(status, "HeadBucket")
        return True

    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> Mapping[str, str]:
        """Return the headers of the object. Raises ClientError, as boto3's head_object does, and HTTPError."""
        answer = self._answer(bucket, object_key, {"versionId": version_id} if version_id else {})
        if answer.status == 200:
            return answer.headers
        raise _refused(answer.status, "HeadObject")

    def force_delete(self, bucket: str, object_key: str) -> None:
        """Have MinIO remove every version of a key and of all keys below it, unlisted. Raises as `head` does."""
        answer = self._send("DELETE", bucket, object_key, headers=_FORCED)
        if answer.status not in (200, 204):
            raise _refused(answer.status, "DeleteObject")

    def _answer(self, bucket: str, object_key: str, params: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """Return the answer, of a second try if the first got none or a failure that may pass."""
        try:
            answer = self._send("HEAD", bucket, object_key, headers=_ASKED, params=params)
            if answer.status not in PASSING:
                return answer
        except ReadTimeoutError:  # a second try would time out as well
            raise
        except HTTPError:
            pass
        time.sleep(random.uniform(0, LONGEST_PAUSE_S))  # noqa: S311 - spreads callers; not a secret
        return self._send("HEAD", bucket, object_key, headers=_ASKED, params=params)

    def _send(
        self,
        method: str,
        bucket: str,
        object_key: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] = _NONE,
    ) -> urllib3.BaseHTTPResponse:
        at = datetime.now(UTC)
        url, signed = self._signer.sign(method, bucket, object_key, at=at, headers=headers, params=params)
        # A redirect is an answer: the signature holds for this address alone.
        return self._http.request(method, url, headers=signed, redirect=False, decode_content=False)


def _refused(status: int, operation: str) -> ClientError:
    # A HEAD has no body, so the status is all that the store says.
    response: Any = {"Error": {"Code": str(status)}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, operation)


def stored_object(headers: Mapping[str, str], *, keeps_checksums: bool) -> StoredObject:
    """Return the object that these headers describe."""
    version_id = headers.get("x-amz-version-id")
    # A digest of the digests of parts says nothing about the whole file.
    whole = headers.get("x-amz-checksum-type") != "COMPOSITE"
    checksums = {name: headers.get(header) if whole else None for name, header in CHECKSUM_HEADERS.items()}
    return StoredObject(
        size_bytes=int(headers["Content-Length"]),
        content_type=headers.get("Content-Type", ""),
        etag=headers["ETag"].strip('"'),
        version_id=None if version_id == "null" else version_id,
        checksums=checksums if keeps_checksums else {},
        content_encoding=headers.get("Content-Encoding") or None,
        modified_at=parsedate_to_datetime(headers["Last-Modified"]),
        label=headers.get(LABEL_HEADER),
    )


def label_metadata(label: str | None) -> dict[str, str]:
    """Return the metadata of an object with this label, by the names that boto3 has for them."""
    return {LABEL_HEADER.removeprefix("x-amz-meta-"): label} if label else {}


def unreadable_object() -> StoredObject:
    """Return an object that exists but that the store cannot describe."""
    return StoredObject(
        size_bytes=-1,
        content_type="",
        etag="",
        version_id=None,
        checksums={},
        content_encoding=None,
        modified_at=datetime.now(UTC),
        is_readable=False,
    )
