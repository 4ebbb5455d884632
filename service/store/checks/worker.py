"""Checks what the worker may do in the store, and whether download URLs reach what it derives.

Neither stops a start: without them there are no thumbnails, and all else works.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import urllib3
from ulid import ULID

from service.shared.adapters.outgoing import store_pool
from service.shared.checks import StoreCheck
from service.store.checks.probe import BODY, PROBE_PREFIX, listing_url, probe_headers, signer
from service.store.errors import StoreUnavailable
from service.store.prefixes import DERIVED_PREFIX
from service.store.settings import StoreSettings
from service.store.sigv4.query import Credentials

# No owner can have this folder: a slug has a dot only after an 'h'.
DERIVED_PROBE = f"{DERIVED_PREFIX}/.probe"
ACCOUNT = "worker_account"
LEAST = (
    "Give MINIO_WORKER_ACCESS_KEY/SECRET_KEY to an account that may only s3:GetObject and s3:GetObjectVersion on "
    "uploads/*, and s3:PutObject on derived/*."
)
WIDEN = (
    "Let MINIO_DOWNLOAD_ACCESS_KEY also s3:GetObject and s3:GetObjectVersion on derived/*: until then nobody sees "
    "thumbnails and renditions."
)


def worker_refused(refused: str, policy: Mapping[str, Any]) -> StoreCheck:
    """Return the check that the store would not make the account."""
    fix = f"Make it yourself, with this policy: {json.dumps(policy)}"
    return StoreCheck(ACCOUNT, False, False, f"{refused}; workers cannot work", fix)


def check_derived(
    settings: StoreSettings,
    download: Credentials,
    bucket: str,
    *,
    put: Callable[[str, bytes], object],
    purge: Callable[[str, str], object],
    purge_below: Callable[[str, str], object],
) -> list[StoreCheck]:
    """Run both checks on keys of their own. `put` writes an object with the service's own credential.

    Raises StoreUnavailable if the store stops answering.
    """
    folder = f"{DERIVED_PROBE}/{ULID()}/"
    key, upload = f"{folder}{ULID()}", f"{PROBE_PREFIX}/{ULID()}"
    keys = [key, f"{key}.worker", upload]
    try:
        with store_pool(settings.minio_endpoint) as http:
            put(key, BODY)
            return [_downloads(settings, download, bucket, key, http), *_worker(settings, bucket, keys, http)]
    except urllib3.exceptions.HTTPError as error:
        raise StoreUnavailable(f"no answer from the store to the probe ({type(error).__name__})") from error
    finally:
        purge_below(bucket, folder)
        purge(bucket, upload)


def _downloads(
    settings: StoreSettings, download: Credentials, bucket: str, key: str, http: urllib3.PoolManager
) -> StoreCheck:
    url = signer(settings, download).presign("GET", bucket, key, at=datetime.now(UTC), expires_in=60)
    status = http.request("GET", url, redirect=False).status
    return StoreCheck("download_reads_derived", status == 200, False, f"answered {status}", WIDEN)


def _worker(settings: StoreSettings, bucket: str, keys: list[str], http: urllib3.PoolManager) -> list[StoreCheck]:
    secret_key = settings.minio_worker_secret_key.get_secret_value()
    if not secret_key:  # only the workers have it
        return []
    worker = Credentials(settings.minio_worker_access_key, secret_key)
    derived, own, upload = keys

    def ask(method: str, key: str, headers: Mapping[str, str] | None = None) -> int:
        signed = headers or {}
        now = datetime.now(UTC)
        url = signer(settings, worker).presign(method, bucket, key, at=now, expires_in=60, headers=signed)
        sent = {name: value for name, value in signed.items() if name != "content-length"}
        return http.request(method, url, body=BODY if signed else None, headers=sent, redirect=False).status

    written = ask("PUT", own, probe_headers())
    refused = {
        "PUT under uploads/": ask("PUT", upload, probe_headers()),
        "GET under derived/": ask("GET", derived),
        "DELETE": ask("DELETE", derived),
        "LIST": http.request("GET", listing_url(settings, worker, bucket), redirect=False).status,
    }
    wrong = [f"PUT under derived/ answered {written}"] if written != 200 else []
    wrong += [f"{name} answered {status}" for name, status in refused.items() if status < 400 or status >= 500]
    return [StoreCheck(ACCOUNT, not wrong, False, "; ".join(wrong) or "may read files and put what it derives", LEAST)]
