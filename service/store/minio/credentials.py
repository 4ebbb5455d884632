"""The least-privilege credentials: their policies, and the keys of the two that sign URLs.

The pinned MinIO lets the holder of any presigned PUT add an unsigned x-amz-copy-source header and so read
whatever the signer may read. A signer that may only PutObject prevents that.

The pinned MinIO also accepts an unsigned write from anyone who knows a key id, if the request declares a streamed body
(CVE-2026-41145). MinIO checks the policy before the signature, so both policies deny all streamed writes.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from service.shared.ports.keyring import Keyring
from service.store.prefixes import DERIVED_PREFIX, FINAL_PREFIX, STAGING_PREFIX
from service.store.settings import StoreSettings
from service.store.sigv4.query import Credentials

ACCOUNT_NAMES = {"upload": "moodrop-upload", "download": "moodrop-download", "worker": "moodrop-worker"}
_READ = ["s3:GetObject", "s3:GetObjectVersion"]
# A URL is for one plain PUT: the service never signs a streamed write.
NO_STREAMED_WRITES: dict[str, Any] = {
    "Effect": "Deny",
    "Action": ["s3:PutObject"],
    "Resource": ["arn:aws:s3:::*"],
    "Condition": {"StringLike": {"s3:x-amz-content-sha256": ["STREAMING-*"]}},
}


def upload_policy(buckets: tuple[str, ...]) -> dict[str, Any]:
    """Return the policy of the upload account: it may put objects under the upload prefixes and do nothing else."""
    return _policy(_allow(["s3:PutObject"], buckets, FINAL_PREFIX, STAGING_PREFIX))


def download_policy(buckets: tuple[str, ...]) -> dict[str, Any]:
    """Return the policy of the download account: it may read files and what is derived from them, nothing else."""
    return _policy(_allow(_READ, buckets, FINAL_PREFIX, DERIVED_PREFIX))


def worker_policy(buckets: tuple[str, ...]) -> dict[str, Any]:
    """Return the policy of the worker's account: it may read files and put what it derives, nothing else.

    It meets bytes that anyone may have sent, so it can remove, replace and list nothing, and not read what it wrote.
    """
    return _policy(_allow(_READ, buckets, FINAL_PREFIX), _allow(["s3:PutObject"], buckets, DERIVED_PREFIX))


def _allow(actions: list[str], buckets: tuple[str, ...], *prefixes: str) -> dict[str, Any]:
    paths = [f"arn:aws:s3:::{bucket}/{prefix}/*" for bucket in buckets for prefix in prefixes]
    return {"Effect": "Allow", "Action": actions, "Resource": paths}


def _policy(*allowed: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [*allowed, NO_STREAMED_WRITES]}


def buckets_of(policy: Mapping[str, Any]) -> frozenset[str]:
    """Return the buckets in which the policy allows anything."""
    allowed = [statement for statement in policy["Statement"] if statement["Effect"] == "Allow"]
    resources = [resource for statement in allowed for resource in statement.get("Resource", ())]
    return frozenset(resource.removeprefix("arn:aws:s3:::").partition("/")[0] for resource in resources)


def is_same_policy(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two policies are equal, ignoring the order, because MinIO keeps sets."""
    return bool(_sorted(one) == _sorted(other))


def _sorted(policy: Any) -> Any:
    if isinstance(policy, Mapping):
        return {name: _sorted(value) for name, value in policy.items()}
    if isinstance(policy, list):
        return sorted((_sorted(value) for value in policy), key=lambda value: json.dumps(value, sort_keys=True))
    return policy


def derived_credentials(settings: StoreSettings, keyring: Keyring, purpose: str, policy: dict[str, Any]) -> Credentials:
    """Derive the key pair of a policy: the same in every worker, and never stored.

    The key id appears in every URL, so it is derived from no secret. Another SECRET_KEY gives the same account another
    secret, which replaces the old one. MinIO accepts access keys of 3-20 and secret keys of 8-40 characters.
    """
    fingerprint = hashlib.sha256(json.dumps(policy, sort_keys=True).encode()).hexdigest()
    named = f"{keyring.deployment_id}:{purpose}:{settings.minio_access_key}:{fingerprint}"
    access_key = f"md{purpose[:2]}{_id_of(named)}"
    secret = keyring.derive(f"signing-account:{access_key}:{named}")[0]
    return Credentials(access_key=access_key, secret_key=secret[:40])


def _id_of(named: str) -> str:
    """Return an 80-bit hash of the text. The text contains the deployment's random id, so nobody can guess the hash."""
    return base64.b32encode(hashlib.sha256(named.encode()).digest()[:10]).decode().lower()
