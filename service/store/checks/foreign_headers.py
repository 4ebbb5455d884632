"""Checks what the store does with unsigned headers that were added to a signed PUT.

Anyone with an upload URL can add them, and few stores refuse them all. docs/deploy.md says what the service does about
those that the store obeys; tests/integration/test_foreign_headers.py holds it to that.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import urllib3

from service.shared.adapters.outgoing import store_pool
from service.shared.checks import StoreCheck
from service.store.checks.probe import BODY, SigningPair, signer
from service.store.errors import StoreUnavailable
from service.store.settings import StoreSettings

TYPE = {"content-type": "application/octet-stream"}
# The header, its value, and the header of a GET that shows whether the store obeyed it.
ADDED = (
    ("x-amz-meta-moodrop", "probe", "x-amz-meta-moodrop"),
    ("x-amz-tagging", "moodrop=probe", "x-amz-tagging-count"),
    ("x-amz-storage-class", "REDUCED_REDUNDANCY", "x-amz-storage-class"),
    ("content-disposition", "inline", "content-disposition"),
    ("cache-control", "max-age=1", "cache-control"),
    ("x-minio-source-etag", "moodrop", "etag"),
)
# X-Minio-Replication-* are not tried: they make an object that breaks every listing it is in (CVE-2026-34204).
COPED_WITH = (
    "Nothing has to be done. A download names its own Content-Disposition and type and the version that was confirmed; "
    "confirm compares length, type, encoding and checksum, and refuses an object that cannot be read back. Let no "
    "lifecycle rule or policy on uploads/ go by tag or storage class, which an uploader can choose for his own files."
)


def foreign_headers(settings: StoreSettings, signing: SigningPair, bucket: str, object_key: str) -> StoreCheck:
    """Try each header on the key. Never stops a start. Raises StoreUnavailable if the store stops answering."""
    with store_pool(settings.minio_endpoint) as http:
        try:
            heeded = list(_heeded(http, settings, signing, bucket, object_key))
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnavailable(f"no answer from the store to the probe ({type(error).__name__})") from error
    finding = f"heeded though not signed: {', '.join(heeded)}" if heeded else "none of them is heeded"
    return StoreCheck("foreign_headers", not heeded, False, finding, COPED_WITH, note=True)


def _heeded(
    http: urllib3.PoolManager, settings: StoreSettings, signing: SigningPair, bucket: str, object_key: str
) -> Iterator[str]:
    now, size = datetime.now(UTC), {"content-length": str(len(BODY))}
    put, get = signer(settings, signing.upload), signer(settings, signing.download)
    url = put.presign("PUT", bucket, object_key, at=now, expires_in=60, headers={**TYPE, **size})
    fetch = get.presign("GET", bucket, object_key, at=now, expires_in=60)
    for name, value, shown_by in ADDED:
        if http.request("PUT", url, body=BODY, headers={**TYPE, name: value}, redirect=False).status != 200:
            continue
        answer = http.request("GET", fetch, redirect=False)
        if answer.headers.get(shown_by, "").strip('"') in (value, "1"):
            yield name
