"""Checks whether multipart uploads seal a file: parts are bound, and completing replaces nothing.

It sends about 12 small requests and takes some 50 ms on a local MinIO. If the store does not enforce write-once PUTs,
every file goes in parts; if it has no multipart uploads, small files can still be PUT. It must have one of the two.
"""

from dataclasses import replace
from datetime import UTC, datetime

import urllib3

from service.shared.adapters.outgoing import store_pool
from service.shared.checks import StoreCheck
from service.shared.errors import MoodropError
from service.store.checks.probe import (
    BODY,
    WRITE_ONCE_CHECKS,
    SigningPair,
    signer,
)
from service.store.errors import StoreUnavailable
from service.store.port import ObjectStore
from service.store.settings import StoreSettings

MULTIPART = (
    "Files over PUT_MAX_BYTES need multipart uploads, and an upload credential that may send their parts "
    "(s3:PutObject). Use MinIO, VersityGW or AWS S3, or a newer version of your store."
)
LENGTH = "Use a store that enforces the signed headers of parts, or a newer version of yours."
REPLACES = (
    "This store does not enforce 'if-none-match' on CompleteMultipartUpload: of two completions at once the later "
    "one replaces the file. Keep versioning on, and use a newer version of your store."
)
BY_PARTS = (
    "Nothing: here every file goes as a multipart upload, which replaces nothing and only the service completes. "
    "Where 'if-none-match' is enforced on a PUT (MinIO, VersityGW, AWS S3), small files take fewer requests."
)


def multipart_checks(
    settings: StoreSettings, signing: SigningPair, store: ObjectStore, bucket: str, object_key: str
) -> list[StoreCheck]:
    """Return the checks, up to the first that cannot be made. The caller removes the object left under the key.

    Raises StoreUnavailable if a part gets no answer at all.
    """
    probe = _Probe(settings, signing, store, bucket, object_key)
    try:
        probe.run()
    except urllib3.exceptions.HTTPError as error:
        raise StoreUnavailable(f"no answer from the store to the probe ({type(error).__name__})") from error
    except MoodropError as error:
        probe.note("multipart", False, error.detail, MULTIPART)
    return probe.results


def either_seals(puts: list[StoreCheck], multiparts: list[StoreCheck]) -> list[StoreCheck]:
    """Return all checks. What seals a PUT is only advice if multipart uploads seal, and the other way round."""
    parts_seal = all(check.ok for check in multiparts)
    neither = not parts_seal and not all(check.ok for check in puts if check.name in WRITE_ONCE_CHECKS)

    def weighed(check: StoreCheck) -> StoreCheck:
        if check.name not in WRITE_ONCE_CHECKS:
            return check
        return replace(check, must=neither, fix=BY_PARTS if parts_seal else check.fix)

    return [*map(weighed, puts), *(replace(check, must=neither) for check in multiparts)]


class _Probe:
    def __init__(
        self, settings: StoreSettings, signing: SigningPair, store: ObjectStore, bucket: str, object_key: str
    ) -> None:
        self.results: list[StoreCheck] = []
        self._store, self._bucket, self._object_key = store, bucket, object_key
        self._signer = signer(settings, signing.upload)
        self._http = store_pool(settings.minio_endpoint)

    def run(self) -> None:
        try:
            self._check_one_part()
            self._check_write_once()
        finally:
            self._store.abort_multiparts(self._bucket, self._object_key)
            self._http.clear()

    def _check_one_part(self) -> None:
        """Check that a file of one part can be stored, as every small file is if PUTs are not sealed."""
        store_upload_id = self._create()
        longer = self._send_part(store_upload_id, BODY + b"!")
        sent = self._send_part(store_upload_id, BODY)
        completed = self._complete(store_upload_id)
        stored = self._store.head(self._bucket, self._object_key)
        whole = completed and stored is not None and stored.size_bytes == len(BODY)
        finding = f"part answered {sent}, {'completed' if completed else 'not completed'}"
        self.note("multipart", whole, finding, MULTIPART)
        self.note("multipart_length", 400 <= longer < 500, f"answered {longer}", LENGTH)

    def _check_write_once(self) -> None:
        store_upload_id = self._create()
        self._send_part(store_upload_id, BODY)
        completed = self._complete(store_upload_id)
        self.note("multipart_write_once", not completed, "completed" if completed else "refused", REPLACES)

    def _create(self) -> str:
        return self._store.create_multipart(
            self._bucket, self._object_key, content_type="application/octet-stream", part_checksum_algorithm=None
        )

    def _send_part(self, store_upload_id: str, body: bytes) -> int:
        """Return the status. The URL is for a part of BODY's length, whatever is sent."""
        params = {"partNumber": "1", "uploadId": store_upload_id}
        headers, now = {"content-length": str(len(BODY))}, datetime.now(UTC)
        url = self._signer.presign(
            "PUT", self._bucket, self._object_key, at=now, expires_in=60, headers=headers, params=params
        )
        return self._http.request("PUT", url, body=body, redirect=False).status

    def _complete(self, store_upload_id: str) -> bool:
        parts = self._store.list_parts(self._bucket, self._object_key, store_upload_id)
        if not parts or [part.size_bytes for part in parts] != [len(BODY)]:
            return False
        return self._store.complete_multipart(self._bucket, self._object_key, store_upload_id, parts)

    def note(self, name: str, ok: bool, finding: str, fix: str) -> None:
        self.results.append(StoreCheck(name=name, ok=ok, must=True, finding=finding, fix=fix))
