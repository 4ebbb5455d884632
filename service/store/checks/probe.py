"""Checks, by real requests, whether the store enforces what uploads rely on.

Stores differ widely here, and a URL that is not enforced lets anyone in: see docs/design/04-stores.md.
The probe sends about 15 small requests (some 60 ms on a local MinIO) and removes what it stored.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import urllib3
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from ulid import ULID

from service.shared.adapters.outgoing import store_pool
from service.shared.checks import StoreCheck
from service.store.addresses import locate, store_of
from service.store.errors import StoreUnavailable
from service.store.model import StoredObject
from service.store.prefixes import FINAL_PREFIX
from service.store.settings import StoreSettings
from service.store.sigv4.query import Credentials, QuerySigner

# No owner can have this folder: a slug has a dot only after an 'h'.
PROBE_PREFIX = f"{FINAL_PREFIX}/.probe"
BODY = b"moodrop"
OTHER_BODY = b"evil***"  # of the same length
CHECKSUM_STORED = "checksum_kept"
WRITE_ONCE_CHECKS = ("write_once", "write_once_header")
UNKNOWN = (b"<Code>InvalidAccessKeyId</Code>", b"<Code>SignatureDoesNotMatch</Code>", b"XAdminUserNotFound")

SIGNATURES = "Use a store that verifies SigV4 query signatures (moto and s3rver do not)."
SEALING = "Use a store that enforces signed headers (MinIO, VersityGW, AWS S3), or a newer version of yours."
NOT_STORED = "Nothing: confirm then trusts the store's own check of the signed checksum."
LEAST = (
    "Set MINIO_UPLOAD_ACCESS_KEY/SECRET_KEY to a credential that may only s3:PutObject on uploads/* and "
    "incoming/*, and MINIO_DOWNLOAD_ACCESS_KEY/SECRET_KEY to one that may only s3:GetObject and "
    "s3:GetObjectVersion on uploads/* and derived/*."
)
WRITE_ONCE = (
    "This store does not enforce 'if-none-match': whoever holds an upload URL can replace the file after it was "
    "confirmed. Use MinIO, VersityGW or AWS S3, or a newer version of yours."
)


@dataclass(frozen=True, slots=True)
class SigningPair:
    """The credentials behind upload and download URLs."""

    upload: Credentials
    download: Credentials


def signer(settings: StoreSettings, credentials: Credentials, endpoint_url: str = "") -> QuerySigner:
    """Return a signer for the endpoint, by default the one that the service itself uses."""
    return QuerySigner(
        credentials,
        endpoint_url=endpoint_url or settings.minio_endpoint,
        region=settings.minio_region,
        addressing_style=settings.minio_addressing_style,
    )


def probe_headers() -> dict[str, str]:
    """Return the signed headers of a PUT of BODY: everything that seals an upload."""
    return {
        "content-length": str(len(BODY)),
        "content-type": "application/octet-stream",
        "if-none-match": "*",
        "x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(BODY).digest()).decode(),
    }


def credential_works(settings: StoreSettings, credentials: Credentials, bucket: str) -> bool:
    """Return whether the store knows the credential, even if it refuses the request.

    To a known credential, a GET of a missing object answers NoSuchKey or AccessDenied. The status alone is not enough:
    VersityGW with one account answers 404 XAdminUserNotFound to an unknown one.
    """
    answer = _answer_to(settings, credentials, bucket)
    return any(code in answer for code in (b"<Code>NoSuchKey</Code>", b"<Code>AccessDenied</Code>"))


def credential_is_unknown(settings: StoreSettings, credentials: Credentials, bucket: str) -> bool:
    """Return whether the store says that the credential does not exist or has another secret."""
    answer = _answer_to(settings, credentials, bucket)
    return any(code in answer for code in UNKNOWN)


def _answer_to(settings: StoreSettings, credentials: Credentials, bucket: str) -> bytes:
    """Return the error code for a GET of a missing object, or "" if the store does not answer."""
    url = signer(settings, credentials).presign(
        "GET", bucket, f"{PROBE_PREFIX}/none", at=datetime.now(UTC), expires_in=60
    )
    try:
        with store_pool(url) as http:
            return http.request("GET", url, redirect=False).data
    except urllib3.exceptions.HTTPError:
        return b""


def listing_url(settings: StoreSettings, credentials: Credentials, bucket: str) -> str:
    """Return a URL that lists the bucket, if the credential may."""
    # Our signer signs for objects only: no URL of a whole bucket may ever leave the service.
    _, origin, path = locate(store_of(settings), bucket)
    request = AWSRequest("GET", f"{origin}{path}?list-type=2")
    signed_by = BotoCredentials(credentials.access_key, credentials.secret_key)
    S3SigV4QueryAuth(signed_by, "s3", settings.minio_region, expires=60).add_auth(request)
    return str(request.url)


@dataclass(slots=True)
class StoreProbe:
    """One run of all checks against one bucket. It is a context manager, and leaving it cleans up."""

    settings: StoreSettings
    signing: SigningPair
    bucket: str
    purge: Callable[[str, str], object]
    purge_below: Callable[[str, str], object]
    head: Callable[[str, str], StoredObject | None]
    _http: urllib3.PoolManager = field(init=False)
    _put: QuerySigner = field(init=False)
    _get: QuerySigner = field(init=False)
    _folder: str = field(init=False)
    _elsewhere: str = field(init=False, default="")
    results: list[StoreCheck] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._http = store_pool(self.settings.minio_endpoint)
        self._put = signer(self.settings, self.signing.upload)
        self._get = signer(self.settings, self.signing.download)
        self._folder = f"{PROBE_PREFIX}/{ULID()}/"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def leave(self) -> list[StoreCheck]:
        """Remove what the probe stored. Returns nothing to report. Raises StoreUnavailable, StoreDenied."""
        self._http.clear()
        self.purge_below(self.bucket, self._folder)
        if self._elsewhere:
            self.purge(self.bucket, self._elsewhere)
        return []

    def run(self) -> list[StoreCheck]:
        """Run all checks, in order. Raises StoreUnavailable if the store stops answering."""
        try:
            first = self._check_sealing()
            self._check_signatures()
            self._check_least_privilege(first)
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnavailable(f"no answer from the store to the probe ({type(error).__name__})") from error
        return self.results

    # --- the checks ---------------------------------------------------------------------------
    def _check_sealing(self) -> str:
        key, headers = self.key(), probe_headers()
        url = self._sign_put(key, headers)
        self._expect("put", self._send(url, headers), {200}, SIGNATURES)
        self._check_stored_checksum(key, headers["x-amz-checksum-sha256"])
        self._expect("write_once", self._send(url, headers), {412}, WRITE_ONCE)
        bare = {name: value for name, value in headers.items() if name != "if-none-match"}
        self._refused("write_once_header", self._send(url, bare), WRITE_ONCE)
        # Each on a key of its own: once an object is stored, write-once would refuse the next PUT for another reason.
        fresh, _ = self._fresh()
        self._refused("length", self._send(fresh, headers, BODY + b"!"), SEALING)
        fresh, _ = self._fresh()
        self._refused("content_type", self._send(fresh, {**headers, "content-type": "text/html"}), SEALING)
        fresh, _ = self._fresh()
        self._refused("checksum", self._send(fresh, headers, OTHER_BODY), SEALING)
        return key

    def _check_stored_checksum(self, key: str, checksum: str) -> None:
        stored = self.head(self.bucket, key)
        shown = stored.checksums.get("sha256") if stored else None
        self._note(CHECKSUM_STORED, shown == checksum, f"HEAD shows {shown or 'none'}", NOT_STORED, must=False)

    def _check_signatures(self) -> None:
        url, headers = self._fresh()
        self._refused("anonymous", self._send(url.partition("?")[0], headers), SIGNATURES)
        url, headers = self._fresh()
        tampered = url[:-1] + ("0" if url[-1] != "0" else "1")
        self._refused("signature", self._send(tampered, headers), SIGNATURES)
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        expired = self._sign_put(self.key(), headers, at=long_ago)
        self._refused("expiry", self._send(expired, headers), SIGNATURES)

    def _check_least_privilege(self, stored_key: str) -> None:
        url, headers = self._fresh()
        stolen = {**headers, "x-amz-copy-source": f"/{self.bucket}/{stored_key}"}
        self._refused("copy_source", self._send(url, stolen), LEAST)
        now = datetime.now(UTC)
        read = self._put.presign("GET", self.bucket, stored_key, at=now, expires_in=60)
        self._refused("upload_cannot_read", self._send(read, {}, b"", "GET"), LEAST)
        self._refused("upload_cannot_list", self._send(self._listing_url(), {}, b"", "GET"), LEAST)
        self._elsewhere = f"elsewhere/.probe/{ULID()}"
        outside = self._sign_put(self._elsewhere, headers)
        self._refused("upload_stays_in_prefix", self._send(outside, headers), LEAST)
        foreign = self._get.presign("PUT", self.bucket, self.key(), at=now, expires_in=60, headers=headers)
        self._refused("download_cannot_write", self._send(foreign, headers), LEAST)
        fetch = self._get.presign("GET", self.bucket, stored_key, at=now, expires_in=60)
        self._expect("download", self._send(fetch, {}, b"", "GET"), {200}, LEAST)

    # --- how they are made --------------------------------------------------------------------
    def key(self) -> str:
        """Return a new key, which is emptied when the probe is left."""
        return f"{self._folder}{ULID()}"

    def _listing_url(self) -> str:
        return listing_url(self.settings, self.signing.upload, self.bucket)

    def _fresh(self) -> tuple[str, dict[str, str]]:
        headers = probe_headers()
        return self._sign_put(self.key(), headers), headers

    def _sign_put(self, key: str, headers: Mapping[str, str], at: datetime | None = None) -> str:
        return self._put.presign("PUT", self.bucket, key, at=at or datetime.now(UTC), expires_in=60, headers=headers)

    def _send(self, url: str, headers: Mapping[str, str], body: bytes = BODY, method: str = "PUT") -> int:
        # The body sets the length. The signed length is sent only if both agree.
        sent = {name: value for name, value in headers.items() if name != "content-length"}
        return self._http.request(method, url, body=body, headers=sent, redirect=False).status

    def _refused(self, name: str, status: int, fix: str) -> None:
        self._note(name, 400 <= status < 500, f"answered {status}", fix)

    def _expect(self, name: str, status: int, expected: set[int], fix: str) -> None:
        self._note(name, status in expected, f"answered {status}", fix)

    def _note(self, name: str, ok: bool, finding: str, fix: str, *, must: bool = True) -> None:
        self.results.append(StoreCheck(name=name, ok=ok, must=must, finding=finding, fix=fix))
