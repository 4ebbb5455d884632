"""What signing one URL costs, against boto3 and against the hashing that every signer needs."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config

from bench.rounds import time_alternately
from bench.row import Reach, Row, Samples
from service.store.sigv4.query import Credentials, QuerySigner

ENDPOINT, REGION, BUCKET = "http://localhost:9000", "us-east-1", "mybucket"
KEY = "uploads/u1/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3"
CREDENTIALS = Credentials(secrets.token_hex(10), secrets.token_hex(20))
CHECKSUM = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
DISPOSITION = "attachment; filename=\"ete.mp3\"; filename*=UTF-8''%C3%A9t%C3%A9%20%2B%20soleil.mp3"
VERSION = "6f0c4f1e-1f3a-4f5c-8d2f-0d1f3a4f5c8d"


@dataclass(frozen=True)
class Request:
    """The same request in our terms and in boto3's."""

    method: str
    headers: dict[str, str]
    params: dict[str, str]
    boto3_operation: str
    boto3_params: dict[str, Any]


PUT = Request(
    "PUT",
    {
        "content-type": "audio/mpeg",
        "content-length": "4194304",
        "if-none-match": "*",
        "x-amz-checksum-sha256": CHECKSUM,
    },
    {},
    "put_object",
    {"ContentType": "audio/mpeg", "ContentLength": 4194304, "IfNoneMatch": "*", "ChecksumSHA256": CHECKSUM},
)
GET = Request(
    "GET",
    {},
    {"response-content-disposition": DISPOSITION, "versionId": VERSION},
    "get_object",
    {"ResponseContentDisposition": DISPOSITION, "VersionId": VERSION},
)


def our_signer(request: Request) -> Callable[[datetime], str]:
    signer = QuerySigner(CREDENTIALS, endpoint_url=ENDPOINT, region=REGION)
    return lambda at: signer.presign(
        request.method, BUCKET, KEY, expires_in=60, at=at, headers=request.headers, params=request.params
    )


def boto3_signer(request: Request) -> Callable[[], str]:
    client = boto3.client(
        "s3",
        endpoint_url=ENDPOINT,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS.access_key,
        aws_secret_access_key=CREDENTIALS.secret_key,
        config=Config(
            signature_version="s3v4", s3={"addressing_style": "path"}, request_checksum_calculation="when_required"
        ),
    )
    params = {"Bucket": BUCKET, "Key": KEY, **request.boto3_params}
    return lambda: client.generate_presigned_url(request.boto3_operation, Params=params, ExpiresIn=60)


def compare_with_boto3(request: Request) -> Samples:
    """Time both, after checking that they return the same URL for the same second."""
    sign = our_signer(request)
    sign_by_boto3 = boto3_signer(request)
    expected = sign_by_boto3()
    stamp = parse_qs(urlsplit(expected).query)["X-Amz-Date"][0]
    if sign(datetime.strptime(stamp, "%Y%m%dT%H%M%S%z")) != expected:
        raise RuntimeError("our URL is not boto3's")
    return time_alternately(sign_by_boto3, lambda: sign(datetime.now(UTC)))


def compare_with_hashing(request: Request) -> Samples:
    """Time the minimum too: one SHA-256 of a canonical request of the same length, one HMAC of the string to sign."""
    sign = our_signer(request)
    url = urlsplit(sign(datetime.now(UTC)))
    headers = "".join(f"{name}:{value}\n" for name, value in {**request.headers, "host": url.netloc}.items())
    canonical = f"{request.method}\n{url.path}\n{url.query[: -len('&X-Amz-Signature=') - 64]}\n{headers}\n".encode()
    key = secrets.token_bytes(32)
    to_sign = b"AWS4-HMAC-SHA256\n20261121T120000Z\n20261121/us-east-1/s3/aws4_request\n" + b"0" * 64

    def hash_once() -> tuple[str, str]:
        return sha256(canonical).hexdigest(), hmac.new(key, to_sign, sha256).hexdigest()

    return time_alternately(hash_once, lambda: sign(datetime.now(UTC)))


UPLOAD, DOWNLOAD = "sign an upload URL (4 headers bound)", "sign a download URL (name and version)"
ROWS = (
    Row(UPLOAD, "boto3 generate_presigned_url", Reach.times_faster(12), partial(compare_with_boto3, PUT)),
    Row(DOWNLOAD, "boto3 generate_presigned_url", Reach.times_faster(12), partial(compare_with_boto3, GET)),
    Row(UPLOAD, "one SHA-256 + one HMAC in Python", Reach.at_most(5), partial(compare_with_hashing, PUT)),
    Row(DOWNLOAD, "one SHA-256 + one HMAC in Python", Reach.at_most(5), partial(compare_with_hashing, GET)),
)
