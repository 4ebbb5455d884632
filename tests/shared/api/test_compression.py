"""Lists are compressed if the client accepts it; nothing else is."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.helpers.api import A_SONG

AFile = Callable[..., dict[str, Any]]
GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.fixture
def full(client: FlaskClient, a_file: AFile) -> FlaskClient:
    """Fifty files and fifty uploads."""
    for number in range(50):
        a_file(title=f"Song {number}")
        client.post("/v1/uploads", json=A_SONG)
    return client


@pytest.mark.parametrize("address", ["/v1/files", "/v1/uploads"])
def test_a_long_list_is_compressed_for_who_takes_it(full: FlaskClient, address: str) -> None:
    """The same list in at most a fifth of the bytes; caches keep both apart."""
    plain, packed = full.get(address), full.get(address, headers=GZIP)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.get_data()) * 5 < len(plain.get_data())
    assert json.loads(gzip.decompress(packed.get_data())) == plain.get_json()


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br", "zstd", "x"])
def test_who_does_not_take_gzip_gets_none(full: FlaskClient, accepted: str) -> None:
    """So any client can read its answer."""
    response = full.get("/v1/files", headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in response.headers
    assert len(response.get_json()["files"]) == 50


def test_a_compressed_list_that_was_not_changed_is_not_sent_again(full: FlaskClient, a_file: AFile) -> None:
    """304 as for the plain list, each with its own ETag."""
    etag = full.get("/v1/files", headers=GZIP).headers["ETag"]

    same = full.get("/v1/files", headers={**GZIP, "If-None-Match": etag})
    a_file()
    other = full.get("/v1/files", headers={**GZIP, "If-None-Match": etag})

    assert (same.status_code, same.get_data()) == (304, b"")
    assert etag != full.get("/v1/files").headers["ETag"]
    assert other.status_code == 200


def test_a_short_list_and_an_answer_with_urls_are_not_compressed(client: FlaskClient, a_file: AFile) -> None:
    """The first gains nothing; the length of the second could leak its signature."""
    ids = [a_file()["file_id"] for _ in range(10)]
    asked = [
        client.get("/v1/files?limit=1", headers=GZIP),
        client.post("/v1/files/download-urls", json={"file_ids": ids}, headers=GZIP),
        client.post("/v1/uploads/batch", json={"uploads": [A_SONG] * 10}, headers=GZIP),
    ]

    assert ["Content-Encoding" in response.headers for response in asked] == [False] * 3
    assert len(asked[1].get_data()) > 1024
