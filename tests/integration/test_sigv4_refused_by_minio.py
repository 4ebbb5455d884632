"""A presigned URL that is expired, edited or used with another method: how a real MinIO answers."""

import time
from typing import Any

import pytest

from tests.integration.presigning_store import OTHER, SONG, PresigningStore, send

pytestmark = pytest.mark.real

METHODS = {"GET", "PUT", "HEAD", "DELETE"}


@pytest.fixture
def store(minio: Any) -> PresigningStore:
    return PresigningStore(minio.endpoint, minio.access_key, minio.secret_key)


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "DELETE"])
def test_an_expired_url_is_refused(store: PresigningStore, method: str) -> None:
    """The lifetime starts at `at`, here 90 seconds ago; before its end, the same URL works."""
    store.put(SONG)
    body = OTHER if method == "PUT" else None

    dead = send(method, store.presign(method, age=90, expires_in=60), body)
    still_there = store.read()
    live = send(method, store.presign(method, age=90, expires_in=120), body)

    assert (403, SONG) == (dead.status, still_there)
    assert live.status in {200, 204}


def test_a_url_dies_on_its_second(store: PresigningStore) -> None:
    """Requested for one second, it has expired two seconds later."""
    store.put(SONG)
    url = store.presign("GET", expires_in=1)

    time.sleep(2.1)

    assert send("GET", url).status == 403


def test_the_longest_lifetime_is_accepted(store: PresigningStore) -> None:
    """7 days; six days later the store still accepts it."""
    store.put(SONG)

    assert send("GET", store.presign("GET", expires_in=604_800)).status == 200
    assert send("GET", store.presign("GET", age=6 * 86_400, expires_in=604_800)).status == 200


def flip_last(url: str) -> str:
    return url[:-1] + ("0" if url[-1] != "0" else "1")


SIGNED_HEADERS = "X-Amz-SignedHeaders=content-length%3Bhost"


@pytest.mark.parametrize(
    ("part", "edited", "status"),
    [
        pytest.param("&X-Amz-Signature=", "&X-Amz-Signature=0", 403, id="signature longer"),
        pytest.param("&X-Amz-Signature=", "&x-amz-signature=", 400, id="signature absent"),
        pytest.param("/u1/", "/u2/", 403, id="key"),
        pytest.param("X-Amz-Expires=60", "X-Amz-Expires=61", 403, id="lifetime"),
        pytest.param("us-east-1", "us-east-2", 403, id="region"),
        pytest.param(SIGNED_HEADERS, "X-Amz-SignedHeaders=host", 403, id="bound headers"),
        pytest.param("?", "?versionId=null&", 403, id="parameter added"),
        pytest.param("?", "?partNumber=1&uploadId=x&", 403, id="turned into a part"),
    ],
)
def test_a_tampered_put_is_refused(store: PresigningStore, part: str, edited: str, status: int) -> None:
    """The signature covers every part of the URL."""
    url = store.presign("PUT", headers={"content-length": str(len(SONG))})
    assert part in url

    answer = send("PUT", url.replace(part, edited, 1), SONG)

    assert status == answer.status
    assert store.s3.list_objects_v2(Bucket=store.bucket)["KeyCount"] == 0
    assert send("PUT", url, SONG).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_one_digit_of_the_signature_is_enough_to_refuse(store: PresigningStore, method: str) -> None:
    """For GET, HEAD and DELETE as well as PUT."""
    store.put(SONG)
    url = store.presign(method)
    forged = url[:-1] + ("1" if url[-1] == "0" else "0")

    assert send(method, forged).status == 403
    assert store.read() == SONG


@pytest.mark.parametrize("signed", ["GET", "PUT", "HEAD", "DELETE"])
def test_a_url_serves_one_method_only(store: PresigningStore, signed: str) -> None:
    """A URL for reading neither writes nor deletes, and the reverse."""
    store.put(SONG)
    url = store.presign(signed)

    others = {method: send(method, url, OTHER if method == "PUT" else None).status for method in METHODS - {signed}}

    assert dict.fromkeys(METHODS - {signed}, 403) == others
    assert store.read() == SONG
