"""Which credential signs which URL, and what a URL contains besides its signature."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from service.settings import Settings
from service.shared.errors import NotReady
from service.store.model import PresignedPost, PresignedRequest
from service.store.s3.setup import SigningPair
from service.store.s3.urls import S3Urls
from service.store.sigv4.post import PostSigner
from service.store.sigv4.query import Credentials, QuerySigner

AT = datetime(2026, 11, 21, 9, 21, 52, 750_000, tzinfo=UTC)
PAIR = SigningPair(Credentials("upload-key", "upload-secret"), Credentials("download-key", "download-secret"))
HEADERS = {"content-type": "audio/mpeg", "if-none-match": "*"}
SETTINGS = Settings(
    auth_mode="open",
    minio_endpoint="http://minio:9000",
    minio_public_endpoint="https://files.example.com",
    minio_access_key="4f1d0a9b3c7e5d2f8a6b",
    minio_secret_key="b6a8f2d5e7c3b9a0d1f4",
    minio_region="eu-west-1",
    minio_addressing_style="virtual",
)
Presigned = PresignedRequest | PresignedPost


def put(urls: S3Urls) -> PresignedRequest:
    return urls.presign_put("music", "uploads/a", headers=HEADERS, at=AT, expires_in=60)


def part(urls: S3Urls) -> PresignedRequest:
    return urls.presign_part("music", "uploads/a", "the-upload", 7, headers=HEADERS, at=AT, expires_in=61)


def get(urls: S3Urls) -> PresignedRequest:
    return urls.presign_get("music", "uploads/a", params={"versionId": "v1"}, at=AT, expires_in=62)


def post(urls: S3Urls) -> PresignedPost:
    sizes = {"min_size_bytes": 1, "max_size_bytes": 9}
    return urls.presign_post("music", "incoming/a", fields={"content-type": "a/b"}, **sizes, at=AT, expires_in=63)


@pytest.fixture
def urls() -> S3Urls:
    made = S3Urls(SETTINGS)
    made.sign_with(PAIR)
    return made


def signer(credentials: Credentials) -> QuerySigner:
    where = {"endpoint_url": "https://files.example.com", "region": "eu-west-1"}
    return QuerySigner(credentials, **where, addressing_style="virtual")


@pytest.mark.parametrize("presign", [put, part, get, post])
def test_nothing_is_signed_before_the_store_is_prepared(presign: Callable[[S3Urls], Presigned]) -> None:
    """Before that, the credentials are unknown, and clients are told to retry."""
    with pytest.raises(NotReady, match=r"^the store is not prepared yet$"):
        presign(S3Urls(SETTINGS))


def test_a_put_is_signed_by_the_upload_credential(urls: S3Urls) -> None:
    """For the public address, with every header bound and reported to the client."""
    expected = signer(PAIR.upload).presign("PUT", "music", "uploads/a", expires_in=60, at=AT, headers=HEADERS)

    assert put(urls) == PresignedRequest("PUT", expected, HEADERS, datetime(2026, 11, 21, 9, 22, 52, tzinfo=UTC))
    assert urlsplit(expected).netloc == "music.files.example.com"


def test_a_part_is_signed_for_its_number_and_its_upload(urls: S3Urls) -> None:
    """With the same credential: part 7 of another upload has another URL."""
    params = {"partNumber": "7", "uploadId": "the-upload"}
    expected = signer(PAIR.upload).presign(
        "PUT", "music", "uploads/a", expires_in=61, at=AT, headers=HEADERS, params=params
    )

    assert part(urls) == PresignedRequest("PUT", expected, HEADERS, datetime(2026, 11, 21, 9, 22, 53, tzinfo=UTC))


def test_a_download_is_signed_by_the_credential_that_may_read(urls: S3Urls) -> None:
    """For one version; the browser needs to send no header."""
    params = {"versionId": "v1"}
    expected = signer(PAIR.download).presign("GET", "music", "uploads/a", expires_in=62, at=AT, params=params)

    assert get(urls) == PresignedRequest("GET", expected, {}, datetime(2026, 11, 21, 9, 22, 54, tzinfo=UTC))
    assert parse_qs(urlsplit(expected).query)["versionId"] == ["v1"]


def test_a_form_is_signed_by_the_upload_credential(urls: S3Urls) -> None:
    """Its policy has the key, the fields and the limits of the size."""
    where = {"endpoint_url": "https://files.example.com", "region": "eu-west-1"}
    sizes = {"min_size_bytes": 1, "max_size_bytes": 9, "expires_in": 63, "at": AT}
    url, fields = PostSigner(PAIR.upload, **where, addressing_style="virtual").presign(
        "music", "incoming/a", fields={"content-type": "a/b"}, **sizes
    )

    assert post(urls) == PresignedPost(url, fields, datetime(2026, 11, 21, 9, 22, 55, tzinfo=UTC))
