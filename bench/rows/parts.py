"""What signing the 10,000 part URLs of the largest plan costs, through the store's adapter."""

import time
from datetime import UTC, datetime
from functools import partial

from bench.row import Reach, Row, Samples
from bench.rows.signing import BUCKET, CHECKSUM, CREDENTIALS, ENDPOINT, KEY, Request, compare_with_boto3
from service.settings import Settings
from service.store.s3.setup import SigningPair
from service.store.s3.urls import S3Urls

ROUNDS = 21
PARTS = 10_000
PROMISED_S = 0.3
# As long as MinIO's.
STORE_UPLOAD_ID = "ZGUxNzYzOTAtZmM5My00ZGQ5LThmOTAtNjQyNmY4MGVkYTg4LmFmZTI3NWRkLTY2NzYtNGVkOS04ODUyLTM3NmE2Y2Q3MTI0NHgx"
HEADERS = {"content-length": "16777216", "x-amz-checksum-sha256": CHECKSUM}
PART = Request(
    "PUT",
    HEADERS,
    {"partNumber": "10000", "uploadId": STORE_UPLOAD_ID},
    "upload_part",
    {"PartNumber": 10_000, "UploadId": STORE_UPLOAD_ID, "ContentLength": 16_777_216, "ChecksumSHA256": CHECKSUM},
)


def _sign_all(urls: S3Urls) -> float:
    """Sign all part URLs; return the seconds."""
    at, began = datetime.now(UTC), time.perf_counter()
    for part_number in range(1, PARTS + 1):
        urls.presign_part(BUCKET, KEY, STORE_UPLOAD_ID, part_number, headers=HEADERS, at=at, expires_in=3600)
    return time.perf_counter() - began


def _measure() -> Samples:
    urls = S3Urls(Settings(auth_mode="open", minio_endpoint=ENDPOINT))
    urls.sign_with(SigningPair(CREDENTIALS, CREDENTIALS))
    _sign_all(urls)
    return Samples("s", [PROMISED_S] * ROUNDS, [_sign_all(urls) for _ in range(ROUNDS)])


ROWS = (
    Row("sign 10,000 part URLs (2 headers bound)", "the 0.3 s promised", Reach.at_most(1), _measure),
    Row("sign a part URL", "boto3 generate_presigned_url", Reach.times_faster(12), partial(compare_with_boto3, PART)),
)
