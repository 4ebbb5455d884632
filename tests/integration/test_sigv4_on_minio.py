"""Each kind of URL that we sign, proven by sending real bytes through it to a real MinIO.

A URL that looks right proves nothing; these tests show what the store does with it, and what it refuses.
"""

from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.integration.presigning_store import KEY, OTHER, SONG, PresigningStore, send, sha256_base64

pytestmark = pytest.mark.real

HARD_KEYS = [
    "uploads/u1/a b.mp3",
    "uploads/u1/été/日本語 🎵.mp3",
    "uploads/u1/1+1=2 & 50%.mp3",
    "uploads/~u1/%2F#?;'(x)!*",
]


@pytest.fixture
def store(minio: Any) -> PresigningStore:
    return PresigningStore(minio.endpoint, minio.access_key, minio.secret_key)


@pytest.mark.parametrize("key", [KEY, *HARD_KEYS])
def test_an_object_is_written_read_looked_at_and_deleted_by_its_urls(store: PresigningStore, key: str) -> None:
    """The four plain methods, with the most difficult keys that people make."""
    written = send("PUT", store.presign("PUT", key), SONG)
    stored = store.read(key)
    read = send("GET", store.presign("GET", key))
    head = send("HEAD", store.presign("HEAD", key))
    deleted = send("DELETE", store.presign("DELETE", key))

    assert [200, 200, 200, 204] == [answer.status for answer in (written, read, head, deleted)]
    assert [SONG, SONG] == [stored, read.body]
    assert str(len(SONG)) == head.headers["content-length"]
    assert store.read(key) is None


def test_a_range_of_an_object_is_read(store: PresigningStore) -> None:
    """Players seek by Range, which the URL need not bind."""
    store.put(SONG)

    some = send("GET", store.presign("GET"), headers={"Range": "bytes=4-6"})
    none = send("GET", store.presign("GET"), headers={"Range": "bytes=100-"})

    assert (206, b"not", f"bytes 4-6/{len(SONG)}") == (some.status, some.body, some.headers["content-range"])
    assert none.status == 416


def test_a_bound_range_gives_that_range_only(store: PresigningStore) -> None:
    """A GET's headers can be bound like a PUT's."""
    store.put(SONG)
    url = store.presign("GET", headers={"range": "bytes=4-6"})

    assert (206, b"not") == ((right := send("GET", url, headers={"Range": "bytes=4-6"})).status, right.body)
    assert send("GET", url, headers={"Range": "bytes=0-6"}).status == 403


BOUND = {
    "content-length": str(len(SONG)),
    "content-type": "audio/mpeg",
    "if-none-match": "*",
    "x-amz-checksum-sha256": sha256_base64(SONG),
    "x-amz-meta-mood": "very  happy",
}


def test_a_bound_put_stores_what_was_declared(store: PresigningStore) -> None:
    """As our page uploads."""
    answer = send("PUT", store.presign("PUT", headers=BOUND), SONG, BOUND)
    head = store.s3.head_object(Bucket=store.bucket, Key=KEY, ChecksumMode="ENABLED")

    assert (200, SONG) == (answer.status, store.read())
    assert ("audio/mpeg", len(SONG)) == (head["ContentType"], head["ContentLength"])
    assert BOUND["x-amz-checksum-sha256"] == head["ChecksumSHA256"]


LONGER, SHORTER = SONG + b"!", SONG[:-1]
CHECKSUM = "x-amz-checksum-sha256"


@pytest.mark.parametrize(
    ("body", "changes", "status"),
    [
        pytest.param(LONGER, {"content-length": str(len(LONGER))}, 403, id="longer"),
        pytest.param(SHORTER, {"content-length": str(len(SHORTER))}, 403, id="shorter"),
        pytest.param(b"", {"content-length": "0"}, 403, id="empty"),
        pytest.param(SONG, {"content-type": "text/html"}, 403, id="other type"),
        pytest.param(SONG, {"content-type": None}, 400, id="no type"),
        pytest.param(OTHER, {}, 400, id="other bytes of the same length"),
        pytest.param(OTHER, {CHECKSUM: sha256_base64(OTHER)}, 403, id="other bytes with their checksum"),
        pytest.param(OTHER, {CHECKSUM: None}, 400, id="other bytes without checksum"),
        pytest.param(SONG, {"if-none-match": None}, 400, id="without the write-once header"),
        pytest.param(SONG, {"if-none-match": '"x"'}, 403, id="with another condition"),
        pytest.param(SONG, {"x-amz-meta-mood": "sad"}, 403, id="other metadata"),
        pytest.param(SONG, {"x-amz-meta-more": "x"}, 400, id="metadata that was not signed"),
    ],
)
def test_a_bound_put_refuses_what_was_not_declared(
    store: PresigningStore, body: bytes, changes: dict[str, str | None], status: int
) -> None:
    """With the statuses of docs/design/04-stores.md; no object is made."""
    sent = {name: value for name, value in (BOUND | changes).items() if value is not None}

    answer = send("PUT", store.presign("PUT", headers=BOUND), body, sent)

    assert status == answer.status
    assert store.read() is None


def test_a_bound_put_refuses_a_body_of_unsaid_length(store: PresigningStore) -> None:
    """A chunked body could have any length, so MinIO requires one."""
    sent = {name: value for name, value in BOUND.items() if name != "content-length"}
    parts = urlsplit(store.presign("PUT", headers=BOUND))
    connection = HTTPConnection(parts.netloc, timeout=20)

    connection.request("PUT", f"{parts.path}?{parts.query}", iter([SONG]), sent, encode_chunked=True)
    status = connection.getresponse().status
    connection.close()

    assert status == 411
    assert store.read() is None


def test_a_bound_put_is_accepted_once(store: PresigningStore) -> None:
    """A replay with the same or other bytes changes nothing, not even the number of versions."""
    url = store.presign("PUT", headers=BOUND)
    url_for_any_bytes = store.presign("PUT", headers={"if-none-match": "*"})

    first = send("PUT", url, SONG, BOUND).status
    replays = [
        send("PUT", url, SONG, BOUND).status,
        send("PUT", url_for_any_bytes, OTHER, {"if-none-match": "*"}).status,
    ]
    versions = store.s3.list_object_versions(Bucket=store.bucket)["Versions"]

    assert (200, [412, 412]) == (first, replays)
    assert (SONG, 1) == (store.read(), len(versions))


def test_an_empty_file_is_bound_like_any_other(store: PresigningStore) -> None:
    """Size 0 binds too: no bytes can be stored instead."""
    bound = {"content-length": "0", "if-none-match": "*", CHECKSUM: sha256_base64(b"")}
    url = store.presign("PUT", headers=bound)

    assert send("PUT", url, b"!", bound | {"content-length": "1"}).status == 403
    assert send("PUT", url, b"", bound).status == 200
    assert store.read() == b""


def test_a_download_names_the_file_and_the_version(store: PresigningStore) -> None:
    """The key is ours and the name the user's; a later version stays hidden."""
    version = store.put(SONG)
    store.put(OTHER)
    disposition = f"attachment; filename=\"ete.mp3\"; filename*=UTF-8''{quote('été 🎵 + 50%.mp3')}"
    params = {"response-content-disposition": disposition, "response-content-type": "audio/mpeg", "versionId": version}
    url = store.presign("GET", params=params)

    answer = send("GET", url)

    assert (200, SONG) == (answer.status, answer.body)
    assert disposition == answer.headers["content-disposition"]
    assert ("audio/mpeg", version) == (answer.headers["content-type"], answer.headers["x-amz-version-id"])
    assert send("GET", url.replace("audio%2Fmpeg", "text%2Fhtml")).status == 403
    assert send("GET", url.replace(f"&versionId={version}", "")).status == 403


def test_a_version_is_deleted_by_its_url(store: PresigningStore) -> None:
    """Only that one; the version before becomes current again."""
    store.put(SONG)
    version = store.put(OTHER)

    answer = send("DELETE", store.presign("DELETE", params={"versionId": version}))

    assert (204, SONG) == (answer.status, store.read())


def test_a_multipart_upload_runs_on_our_urls(store: PresigningStore) -> None:
    """The store's own parameters (`uploads`, `uploadId`, `partNumber`) and each part's length are bound."""
    key = "uploads/u1/été + 1.mp3"
    upload_id = store.s3.create_multipart_upload(Bucket=store.bucket, Key=key)["UploadId"]
    parts = [bytes(5 * 1024 * 1024), SONG]  # 5 MiB: S3's minimum, except for the last part
    urls = [
        store.presign(
            "PUT",
            key,
            headers={"content-length": str(len(part))},
            params={"uploadId": upload_id, "partNumber": str(number)},
        )
        for number, part in enumerate(parts, 1)
    ]

    too_long = send("PUT", urls[1], SONG + b"!")
    other_part = send("PUT", urls[1].replace("partNumber=2", "partNumber=3"), SONG)
    answers = [send("PUT", url, part) for url, part in zip(urls, parts, strict=True)]
    before = store.read(key)
    made = [{"PartNumber": number, "ETag": answer.headers["etag"]} for number, answer in enumerate(answers, 1)]
    store.s3.complete_multipart_upload(
        Bucket=store.bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": made}
    )

    assert [403, 403, 200, 200] == [answer.status for answer in (too_long, other_part, *answers)]
    assert before is None
    assert b"".join(parts) == store.read(key)


def test_a_multipart_upload_is_begun_and_given_up_by_urls(store: PresigningStore) -> None:
    """With POST, and a parameter without a value."""
    begun = send("POST", store.presign("POST", params={"uploads": ""}))
    upload_id = begun.body.decode().partition("<UploadId>")[2].partition("</UploadId>")[0]

    given_up = send("DELETE", store.presign("DELETE", params={"uploadId": upload_id}))
    late_part = send("PUT", store.presign("PUT", params={"uploadId": upload_id, "partNumber": "1"}), SONG)

    assert [200, 204, 404] == [answer.status for answer in (begun, given_up, late_part)]
