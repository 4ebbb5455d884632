"""A presigned URL that is too old, edited, or used for another method: what a real MinIO says to it."""

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
    """The lifetime counts from `at`, here a minute and a half ago; within it the same URL works."""
    store.put(SONG)
    body = OTHER if method == "PUT" else None

    dead = send(method, store.presign(method, age=90, expires_in=60), body)
    still_there = store.read()
    live = send(method, store.presign(method, age=90, expires_in=120), body)

    assert (403, SONG) == (dead.status, still_there)
    assert live.status in {200, 204}


def test_a_url_dies_on_its_second(store: PresigningStore) -> None:
    """One second is what was asked for, so two seconds later it is over."""
    store.put(SONG)
    url = store.presign("GET", expires_in=1)

    time.sleep(2.1)

    assert send("GET", url).status == 403


def test_the_longest_lifetime_is_accepted(store: PresigningStore) -> None:
    """7 days, and the store still takes it as valid six days on."""
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
    """Each part of the URL is under the signature; none can be edited."""
    url = store.presign("PUT", headers={"content-length": str(len(SONG))})
    assert part in url

    answer = send("PUT", url.replace(part, edited, 1), SONG)

    assert status == answer.status
    assert store.s3.list_objects_v2(Bucket=store.bucket)["KeyCount"] == 0
    assert send("PUT", url, SONG).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_one_digit_of_the_signature_is_enough_to_refuse(store: PresigningStore, method: str) -> None:
    """Reading, looking and deleting are guarded as writing is."""
    store.put(SONG)
    url = store.presign(method)
    forged = url[:-1] + ("1" if url[-1] == "0" else "0")

    assert send(method, forged).status == 403
    assert store.read() == SONG


@pytest.mark.parametrize("signed", ["GET", "PUT", "HEAD", "DELETE"])
def test_a_url_serves_one_method_only(store: PresigningStore, signed: str) -> None:
    """A URL to read is none to write or delete, and the other way round."""
    store.put(SONG)
    url = store.presign(signed)

    others = {method: send(method, url, OTHER if method == "PUT" else None).status for method in METHODS - {signed}}

    assert dict.fromkeys(METHODS - {signed}, 403) == others
    assert store.read() == SONG
