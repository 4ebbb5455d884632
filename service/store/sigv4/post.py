"""Signs a form for a browser's POST: AWS Signature Version 4 over its policy, without network or boto3.

The fields are byte-identical with those of botocore's `generate_presigned_post` (tests/store/test_sigv4_post.py).
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from service.store.addresses import Endpoint, locate
from service.store.sigv4.query import (
    MAX_EXPIRES_IN,
    Credentials,
    scope_of,
    signing_key,
    timestamp,
)

ALGORITHM = "AWS4-HMAC-SHA256"
# Set by the signer, or impossible to bind by a policy.
_RESERVED = frozenset(
    ("key", "bucket", "file", "policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-security-token")
) | {"x-amz-signature"}


class PostSigner:
    """Signs forms for one credential, endpoint and region."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        endpoint_url: str,
        region: str,
        addressing_style: Literal["path", "virtual"] = "path",
    ) -> None:
        self._credentials = credentials
        self._region = region
        self._endpoint = Endpoint.parse(endpoint_url, virtual=addressing_style == "virtual")

    def presign(
        self,
        bucket: str,
        object_key: str,
        *,
        fields: Mapping[str, str],
        min_size_bytes: int,
        max_size_bytes: int,
        expires_in: int,
        at: datetime,
    ) -> tuple[str, dict[str, str]]:
        """Return the form's address and all its fields but the last, which is the `file`.

        Each of `fields` is bound to just this value. The address ends with a slash: Uppy puts the key after it.
        Raises ValueError as QuerySigner.presign does, for a field of SigV4's own, and for a key that a store would
        replace a part of.
        """
        if not 1 <= expires_in <= MAX_EXPIRES_IN:
            raise ValueError(f"expires_in must be 1 to {MAX_EXPIRES_IN} seconds, not {expires_in}")
        if not object_key or "${filename}" in object_key:
            raise ValueError(f"not a key to bind: {object_key!r}")
        if _RESERVED & {name.lower() for name in fields}:
            raise ValueError(f"not fields to sign: {', '.join(fields)}")
        _, origin, path = locate(self._endpoint, bucket)
        stamp = timestamp(at)
        scope = scope_of(stamp[:8], self._region)
        signed = self._signed_fields(stamp, scope)
        conditions = [
            *({name: value} for name, value in fields.items()),
            ["content-length-range", min_size_bytes, max_size_bytes],
            {"bucket": bucket},
            {"key": object_key},
            *({name: value} for name, value in signed.items()),
        ]
        policy = _encoded({"expiration": _expiration(at, expires_in), "conditions": conditions})
        key = signing_key(self._credentials.secret_key, scope)
        signature = hmac.new(key, policy.encode(), "sha256").hexdigest()
        own = {**signed, "policy": policy, "x-amz-signature": signature}
        return f"{origin}{path}", {**fields, "key": object_key, **own}

    def _signed_fields(self, stamp: str, scope: str) -> dict[str, str]:
        fields = {
            "x-amz-algorithm": ALGORITHM,
            "x-amz-credential": f"{self._credentials.access_key}/{scope}",
            "x-amz-date": stamp,
        }
        if self._credentials.session_token is not None:
            fields["x-amz-security-token"] = self._credentials.session_token
        return fields


def _encoded(policy: Mapping[str, Any]) -> str:
    return b64encode(json.dumps(policy).encode()).decode()


def _expiration(at: datetime, expires_in: int) -> str:
    return (at.astimezone(UTC) + timedelta(seconds=expires_in)).strftime("%Y-%m-%dT%H:%M:%SZ")
