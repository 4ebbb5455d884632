"""Sends HEAD, which every confirm waits for: signed in a header by our own signer, sent by botocore's HTTP session.

boto3's head_object takes nearly three times the CPU, because it builds any call and reads any answer. Connections, TLS,
proxies and time-outs are still botocore's, and errors are raised as boto3 raises them.
"""

import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore import exceptions
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.httpsession import URLLib3Session

from service.shared.adapters.outgoing import proxies_for, store_certificates
from service.store.addresses import store_of
from service.store.errors import StoreUnavailable
from service.store.model import StoredObject
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
        verify: Any = store_certificates() or True
        timeout: Any = (connect_timeout, read_timeout)
        self._http = URLLib3Session(
            verify=verify,
            proxies=proxies_for(settings.minio_endpoint),
            timeout=timeout,
            max_pool_connections=MAX_CONNECTIONS,
        )

    def is_absent(self, bucket: str, object_key: str) -> bool:
        """Return whether a listing says that there is nothing under the key; False also if it does not say.

        A listing waits for no lock of the store. Raises BotoCoreError.
        """
        params = {"list-type": "2", "max-keys": "1", "prefix": object_key}
        answer = self._send("GET", bucket, "", headers={}, params=params)
        text = answer.content
        # 206: MinIO left out an object that it cannot show.
        return answer.status_code == 200 and b"<ListBucketResult" in text and b"<Contents>" not in text

    def has_bucket(self, bucket: str) -> bool:
        """Return True. Raises StoreUnavailable if there is no such bucket, ClientError if the store refuses to tell."""
        status = self._answer(bucket, "", {}).status_code
        if status == 404:
            raise StoreUnavailable(f"the bucket {bucket!r} does not exist")
        if status != 200:
            raise _refused(status, "HeadBucket")
        return True

    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> Mapping[str, str]:
        """Return the headers of the object. Raises ClientError and BotoCoreError as boto3's head_object does."""
        answer = self._answer(bucket, object_key, {"versionId": version_id} if version_id else {})
        if answer.status_code == 200:
            return answer.headers
        raise _refused(answer.status_code, "HeadObject")

    def force_delete(self, bucket: str, object_key: str) -> None:
        """Have MinIO remove every version of a key and of all keys below it, unlisted. Raises as `head` does."""
        answer = self._send("DELETE", bucket, object_key, headers=_FORCED)
        if answer.status_code not in (200, 204):
            raise _refused(answer.status_code, "DeleteObject")

    def _answer(self, bucket: str, object_key: str, params: Mapping[str, str]) -> AWSResponse:
        """Return the answer, of a second try if the first got none or a failure that may pass."""
        try:
            answer = self._send("HEAD", bucket, object_key, headers=_ASKED, params=params)
            if answer.status_code not in PASSING:
                return answer
        except exceptions.ReadTimeoutError:  # a second try would time out as well
            raise
        except (exceptions.ConnectionError, exceptions.HTTPClientError):
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
    ) -> AWSResponse:
        at = datetime.now(UTC)
        url, signed = self._signer.sign(method, bucket, object_key, at=at, headers=headers, params=params)
        sent: Any = HeadersDict(signed)
        return self._http.send(AWSPreparedRequest(method, url, sent, None, False))


def _refused(status: int, operation: str) -> exceptions.ClientError:
    # A HEAD has no body, so the status is all that the store says.
    response: Any = {"Error": {"Code": str(status)}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return exceptions.ClientError(response, operation)


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
    )


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
