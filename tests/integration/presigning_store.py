"""A bucket on a real MinIO, our signer for it, and a client that sends a URL unchanged."""

import base64
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from service.store.sigv4.query import Credentials, QuerySigner

SONG = b"ID3 not quite a song"
OTHER = b"ID3 another one here"  # as long as SONG
KEY = "uploads/u1/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3"


@dataclass(frozen=True)
class StoreResponse:
    status: int
    headers: Mapping[str, str]
    body: bytes


def send(method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> StoreResponse:
    """Send the URL unchanged, with only these headers (and the body's Content-Length)."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=20)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body, dict(headers or {}))
        response = connection.getresponse()
        return StoreResponse(
            response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        )
    finally:
        connection.close()


def sha256_base64(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


class PresigningStore:
    """A bucket of our own on MinIO: `presign` is under test, and `s3` checks its effects."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str) -> None:
        self.bucket = f"sigv4-{uuid.uuid4().hex}"
        self.signer = QuerySigner(Credentials(access_key, secret_key), endpoint_url=endpoint, region="us-east-1")
        self.s3: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )
        self.s3.create_bucket(Bucket=self.bucket)
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})

    def presign(
        self,
        method: str,
        object_key: str = KEY,
        *,
        age: float = 0,
        expires_in: int = 60,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> str:
        at = datetime.now(UTC) - timedelta(seconds=age)
        return self.signer.presign(
            method, self.bucket, object_key, expires_in=expires_in, at=at, headers=headers or {}, params=params or {}
        )

    def put(self, content: bytes, object_key: str = KEY) -> str:
        version: str = self.s3.put_object(Bucket=self.bucket, Key=object_key, Body=content)["VersionId"]
        return version

    def read(self, object_key: str = KEY) -> bytes | None:
        try:
            content: bytes = self.s3.get_object(Bucket=self.bucket, Key=object_key)["Body"].read()
        except self.s3.exceptions.NoSuchKey:
            return None
        return content
