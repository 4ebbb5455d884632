"""The two least-privilege credentials that sign what leaves the service, made on MinIO by itself.

MinIO of the pinned version lets the holder of any presigned PUT add an unsigned x-amz-copy-source
header and so read whatever the signer may read. A signer that may only PutObject closes that.

It also takes a write without any signature from whoever knows a key id, if the request says that its body is streamed
(CVE-2026-41145). A policy is asked before the signature, so both accounts are denied all streamed writes.
"""

import hashlib
import json
import logging
from typing import Any
from urllib.parse import urlsplit

import urllib3
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException

from service.adapters.sigv4 import Credentials
from service.object_keys import FINAL_PREFIX, STAGING_PREFIX
from service.settings import Settings

log = logging.getLogger(__name__)


# A URL is for one plain PUT: nothing that the service signs is sent streamed.
NO_STREAMED_WRITES: dict[str, Any] = {
    "Effect": "Deny",
    "Action": ["s3:PutObject"],
    "Resource": ["arn:aws:s3:::*"],
    "Condition": {"StringLike": {"s3:x-amz-content-sha256": ["STREAMING-*"]}},
}


def upload_policy(buckets: tuple[str, ...]) -> dict[str, Any]:
    """May store objects under the upload prefixes; nothing else, no reading, no listing, no streaming."""
    paths = [f"arn:aws:s3:::{bucket}/{prefix}/*" for bucket in buckets for prefix in (FINAL_PREFIX, STAGING_PREFIX)]
    return _policy(["s3:PutObject"], paths)


def download_policy(buckets: tuple[str, ...]) -> dict[str, Any]:
    """May read objects under the final prefix; nothing else."""
    paths = [f"arn:aws:s3:::{bucket}/{FINAL_PREFIX}/*" for bucket in buckets]
    return _policy(["s3:GetObject", "s3:GetObjectVersion"], paths)


def _policy(actions: list[str], resources: list[str]) -> dict[str, Any]:
    allowed = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return {"Version": "2012-10-17", "Statement": [allowed, NO_STREAMED_WRITES]}


def derived_credentials(settings: Settings, purpose: str, policy: dict[str, Any]) -> Credentials:
    """The same pair in every worker, another one for another policy. Never written down.

    MinIO takes access keys of 3-20 and secret keys of 8-40 characters.
    """
    fingerprint = hashlib.sha256(json.dumps(policy, sort_keys=True).encode()).hexdigest()
    secret = settings.derived_secret(f"{purpose}:{settings.minio_access_key}:{fingerprint}")
    return Credentials(access_key=f"md{purpose[:2]}{secret[-16:]}", secret_key=secret[:40])


class MinioAccounts:
    """MinIO's own account API, spoken with the service's credential."""

    def __init__(self, settings: Settings) -> None:
        endpoint = urlsplit(settings.minio_endpoint)
        self._admin = MinioAdmin(
            endpoint=endpoint.netloc,
            credentials=StaticProvider(settings.minio_access_key, settings.minio_secret_key.get_secret_value()),
            region=settings.minio_region,
            secure=endpoint.scheme == "https",
            # The library's default waits five minutes and tries five times.
            http_client=urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=5), retries=False),
        )

    def ensure(self, name: str, credentials: Credentials, policy: dict[str, Any]) -> str | None:
        """Make the account, or give it this policy where it exists. Returns what was refused, in words."""
        key, secret = credentials.access_key, credentials.secret_key
        try:
            self._admin.add_service_account(access_key=key, secret_key=secret, name=name, policy=policy)
        except (MinioAdminException, urllib3.exceptions.HTTPError, ValueError) as refused:
            try:  # another worker was first, or an earlier start made it
                self._admin.update_service_account(access_key=key, secret_key=secret, policy=policy)
            except (MinioAdminException, urllib3.exceptions.HTTPError, ValueError):
                # ValueError: what answered does not speak MinIO's encrypted admin protocol.
                log.debug("no %s account: %s", name, refused)
                return f"the store would not make the account '{name}' ({type(refused).__name__})"
        return None
