"""Checks how the store lists the parts of a multipart upload, and what a part that is sent again does.

An honest client sends a part again if it got no answer. SeaweedFS 4.53 then lists both, and lists no digests. The
checks send about eight small requests.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import urllib3

from service.shared.adapters.outgoing import store_pool
from service.shared.checks import StoreCheck
from service.store.checks.probe import BODY, OTHER_BODY, SigningPair, signer
from service.store.errors import StoreUnavailable
from service.store.model import PartChecksumAlgorithm, StoredPart
from service.store.port import ObjectStore
from service.store.settings import StoreSettings

PART_DIGESTS = "part_digests"
LISTED_TWICE = (
    "Nothing: of several parts with one number the service takes the newest. If two with other bytes come in the same "
    "second, it takes neither, and the client sends that part once more. Or use a newer version of your store."
)
RETRY = (
    "This store makes the file of bytes that were replaced. Use MinIO, VersityGW or AWS S3, or a newer version of "
    "yours."
)
NO_DIGESTS = (
    "Nothing: the service opens uploads whose parts are bound to sha256 without naming the algorithm to the store. "
    "Each "
    "part's URL binds its digest all the same."
)
ListRows = Callable[[str, str, str], Sequence[StoredPart] | None]


def part_checks(
    settings: StoreSettings, signing: SigningPair, store: ObjectStore, bucket: str, object_key: str, list_rows: ListRows
) -> list[StoreCheck]:
    """Return the three checks. `list_rows` is the listing as it is. The caller removes the object under the key.

    Raises StoreUnavailable if the store does not answer.
    """
    with store_pool(settings.minio_endpoint) as http:
        sender = _Sender(settings, signing, store, bucket, object_key, http)
        try:
            return [*sender.send_again(list_rows), sender.send_with_digest(list_rows)]
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnavailable(f"no answer from the store to the probe ({type(error).__name__})") from error
        finally:
            store.abort_multiparts(bucket, object_key)


@dataclass(frozen=True, slots=True)
class _Sender:
    settings: StoreSettings
    signing: SigningPair
    store: ObjectStore
    bucket: str
    object_key: str
    http: urllib3.PoolManager

    def send_again(self, list_rows: ListRows) -> list[StoreCheck]:
        """Send a part, then other bytes as the same part, and join what is listed."""
        store_upload_id = self._open(None)
        for body in (BODY, OTHER_BODY):
            self._send(store_upload_id, body, {})
        rows = list_rows(self.bucket, self.object_key, store_upload_id) or ()
        most = max(Counter(row.part_number for row in rows).values(), default=0)
        parts = self.store.list_parts(self.bucket, self.object_key, store_upload_id) or []
        is_joined = bool(parts) and self.store.complete_multipart(self.bucket, self.object_key, store_upload_id, parts)
        is_newest = is_joined and self._read() == OTHER_BODY
        # Both came in one second, and the listing does not tell which was the second: the client sends it once more.
        is_open = bool(rows) and not parts
        finding = "the second one counts" if is_newest else "neither counts" if is_open else "the first one counts"
        listed = f"a part that was sent twice is listed {most} times"
        return [
            StoreCheck("part_listed_once", most == 1, False, listed, LISTED_TWICE, note=True),
            StoreCheck("part_retry", is_newest or is_open, False, finding, RETRY),
        ]

    def send_with_digest(self, list_rows: ListRows) -> StoreCheck:
        """Send a part that is bound to its sha256."""
        store_upload_id = self._open("sha256")
        digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
        status = self._send(store_upload_id, BODY, {"x-amz-checksum-sha256": digest})
        rows = list_rows(self.bucket, self.object_key, store_upload_id) or ()
        shown = [row.checksum_base64 for row in rows]
        finding = f"the part answered {status}, the listing shows {', '.join(str(one) for one in shown) or 'no part'}"
        return StoreCheck(PART_DIGESTS, shown == [digest], False, finding, NO_DIGESTS, note=True)

    def _open(self, algorithm: PartChecksumAlgorithm | None) -> str:
        return self.store.create_multipart(
            self.bucket, self.object_key, content_type="application/octet-stream", part_checksum_algorithm=algorithm
        )

    def _send(self, store_upload_id: str, body: bytes, bound: dict[str, str]) -> int:
        params, headers = {"partNumber": "1", "uploadId": store_upload_id}, {"content-length": str(len(body)), **bound}
        url = signer(self.settings, self.signing.upload).presign(
            "PUT", self.bucket, self.object_key, at=datetime.now(UTC), expires_in=60, headers=headers, params=params
        )
        return self.http.request("PUT", url, body=body, headers=bound, redirect=False).status

    def _read(self) -> bytes:
        url = signer(self.settings, self.signing.download).presign(
            "GET", self.bucket, self.object_key, at=datetime.now(UTC), expires_in=60
        )
        return self.http.request("GET", url, redirect=False).data
