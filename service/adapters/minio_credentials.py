"""The two least-privilege credentials that sign what leaves the service: what they may do, and their keys.

MinIO of the pinned version lets the holder of any presigned PUT add an unsigned x-amz-copy-source
header and so read whatever the signer may read. A signer that may only PutObject closes that.

It also takes a write without any signature from whoever knows a key id, if the request says that its body is streamed
(CVE-2026-41145). A policy is asked before the signature, so both accounts are denied all streamed writes.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from service.adapters.sigv4 import Credentials
from service.object_keys import FINAL_PREFIX, STAGING_PREFIX
from service.ports.keyring import Keyring
from service.settings import Settings

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


def buckets_of(policy: Mapping[str, Any]) -> frozenset[str]:
    """The buckets in which the policy allows something."""
    allowed = [statement for statement in policy["Statement"] if statement["Effect"] == "Allow"]
    resources = [resource for statement in allowed for resource in statement.get("Resource", ())]
    return frozenset(resource.removeprefix("arn:aws:s3:::").partition("/")[0] for resource in resources)


def is_same_policy(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether they say the same in any order: MinIO keeps sets."""
    return bool(_sorted(one) == _sorted(other))


def _sorted(policy: Any) -> Any:
    if isinstance(policy, Mapping):
        return {name: _sorted(value) for name, value in policy.items()}
    if isinstance(policy, list):
        return sorted((_sorted(value) for value in policy), key=lambda value: json.dumps(value, sort_keys=True))
    return policy


def derived_credentials(settings: Settings, keyring: Keyring, purpose: str, policy: dict[str, Any]) -> Credentials:
    """The same pair in every worker, another one for another policy. Never written down.

    Its id stands in every URL, so it comes from no secret: another SECRET_KEY gives the same account another secret,
    which ends the old one. MinIO takes access keys of 3-20 and secret keys of 8-40 characters.
    """
    fingerprint = hashlib.sha256(json.dumps(policy, sort_keys=True).encode()).hexdigest()
    named = f"{keyring.deployment_id}:{purpose}:{settings.minio_access_key}:{fingerprint}"
    access_key = f"md{purpose[:2]}{_id_of(named)}"
    secret = keyring.derive(f"signing-account:{access_key}:{named}")[0]
    return Credentials(access_key=access_key, secret_key=secret[:40])


def _id_of(named: str) -> str:
    """80 bits that stand for the text; the random id of the deployment in it keeps strangers from guessing them."""
    return base64.b32encode(hashlib.sha256(named.encode()).digest()[:10]).decode().lower()
