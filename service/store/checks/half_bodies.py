"""Checks what the store does with a body whose connection breaks in the middle.

VersityGW 1.8.0 stores what it received: a PUT as a smaller object, a part at its declared length, filled up with zeros.
A digest bound to the body prevents this. For a PUT, comparing the object with the declared length does, too.
"""

from contextlib import closing, suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_WR
from urllib.parse import urlsplit

from service.shared.checks import StoreCheck
from service.shared.errors import MoodropError
from service.store.checks.probe import SigningPair, signer
from service.store.port import ObjectStore
from service.store.settings import StoreSettings

HALF_BODY = "half_body"
DECLARED_BYTES = 256 * 1024
# More than a store reads together with the headers: VersityGW refuses shorter bodies.
SENT = bytes(192 * 1024)
TIMEOUT_S = 3.0
COPED_WITH = (
    "Use a newer version of your store, or MinIO. Until then the service refuses what it could not check: uploads in "
    "parts without part_checksum_algorithm (Uppy's completion names the etags instead), and the URLs of "
    "GET /s3/upload-url. To have both in spite of it, name half_body in WAIVED_CHECKS."
)


def half_body(
    settings: StoreSettings, signing: SigningPair, store: ObjectStore, bucket: str, object_key: str
) -> StoreCheck:
    """Break off a PUT and a part. Never stops a start. The caller removes the object that may be left under the key."""
    upload = signer(settings, signing.upload)
    headers = {"content-length": str(DECLARED_BYTES)}

    def send(params: dict[str, str]) -> None:
        now = datetime.now(UTC)
        url = upload.presign("PUT", bucket, object_key, at=now, expires_in=60, headers=headers, params=params)
        _send_half(url)

    stored: list[str] = []
    with suppress(MoodropError):  # without multipart uploads; another check says so
        store_upload_id = store.create_multipart(
            bucket, object_key, content_type="application/octet-stream", part_checksum_algorithm=None
        )
        send({"partNumber": "1", "uploadId": store_upload_id})
        stored += ["half a part"] if store.list_parts(bucket, object_key, store_upload_id) else []
        store.abort_multipart(bucket, object_key, store_upload_id)
    send({})
    stored += ["half a PUT"] if store.head(bucket, object_key) else []
    finding = f"kept {' and '.join(stored)}" if stored else "kept nothing"
    return StoreCheck(HALF_BODY, not stored, False, finding, COPED_WITH, note=True)


def _send_half(url: str) -> None:
    """Send a part of the body, hang up, and wait until the store has noticed."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    with closing(kind(parts.netloc, timeout=TIMEOUT_S)) as http, suppress(OSError, HTTPException):
        http.putrequest("PUT", f"{parts.path}?{parts.query}")
        http.putheader("content-length", str(DECLARED_BYTES))
        http.endheaders(SENT)
        http.sock.shutdown(SHUT_WR)
        http.getresponse()
