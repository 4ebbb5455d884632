"""Large files from start to end, with real bytes on real servers."""

import hashlib
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.store.memory.multipart import digest_of
from service.store.model import PartChecksumAlgorithm
from service.store.s3.store import s3_client
from tests.helpers.problems import assert_problem
from tests.integration.presigning_store import StoreResponse, send

pytestmark = pytest.mark.real

PART = 16 * 1024 * 1024
LARGE = hashlib.shake_128(b"large").digest(PART + 1000)
OTHER = hashlib.shake_128(b"other").digest(PART + 1000)


def start(client: FlaskClient, body: bytes = LARGE, **fields: Any) -> dict[str, Any]:
    new = {"filename": "large.mp3", "content_type": "audio/mpeg", "size_bytes": len(body), **fields}
    response = client.post("/v1/uploads", json=new)
    assert response.status_code == 201, response.get_data(as_text=True)
    started: dict[str, Any] = response.get_json()
    return started


def bytes_of(part: dict[str, Any], body: bytes = LARGE) -> bytes:
    return body[(part["part_number"] - 1) * PART :][:PART]


def put(part: dict[str, Any], body: bytes) -> StoreResponse:
    # Its length is the body's own, whatever was signed.
    headers = {name: value for name, value in part["headers"].items() if name != "content-length"}
    return send(part["method"], part["url"], body, headers)


def put_all(parts: Iterable[dict[str, Any]], body: bytes = LARGE) -> list[dict[str, Any]]:
    """Send the parts, and return what the client then knows of each."""
    sent = []
    for part in parts:
        answer = put(part, bytes_of(part, body))
        assert answer.status == 200, answer.body
        sent.append({"part_number": part["part_number"], "etag": answer.headers["etag"]})
    return sent


def confirm(client: FlaskClient, upload_id: str, **fields: Any) -> Any:
    return client.post(f"/v1/uploads/{upload_id}/confirm", json=fields)


def download(client: FlaskClient, file: dict[str, Any]) -> bytes:
    return send("GET", client.get(f"/v1/files/{file['file_id']}/download").get_json()["url"]).body


def urls(client: FlaskClient, upload_id: str, **options: Any) -> list[dict[str, Any]]:
    answer = client.post(f"/v1/uploads/{upload_id}/urls", json=options).get_json()
    parts: list[dict[str, Any]] = answer["transfer"]["parts"]
    return parts


def open_multiparts(settings: Settings, object_key: str) -> list[str]:
    listing = s3_client(settings).list_multipart_uploads(Bucket=settings.minio_bucket, Prefix=object_key)
    return [row["UploadId"] for row in listing.get("Uploads", [])]


def test_a_large_file_comes_back_as_it_was_sent(real_client: FlaskClient, settings: Settings) -> None:
    """Confirmed with the ETags from the store, quotes included; with its name and type."""
    started = start(real_client, mood="happy")
    sent = put_all(reversed(started["transfer"]["parts"]))

    file = confirm(real_client, started["upload_id"], parts=sent).get_json()

    assert (file["size_bytes"], file["content_type"], file["mood"]) == (len(LARGE), "audio/mpeg", "happy")
    assert download(real_client, file) == LARGE
    assert confirm(real_client, started["upload_id"]).get_json() == file
    assert open_multiparts(settings, started["object_key"]) == []


def test_a_part_url_binds_its_length_and_its_part(real_client: FlaskClient) -> None:
    """The store refuses a byte more, a byte less, and another part number."""
    last = start(real_client)["transfer"]["parts"][1]

    assert put(last, bytes_of(last) + b"!").status == 403
    assert put(last, bytes_of(last)[1:]).status == 403
    assert put({**last, "url": last["url"].replace("partNumber=2", "partNumber=1")}, bytes_of(last)).status == 403
    assert put(last, bytes_of(last)).status == 200


@pytest.mark.parametrize("algorithm", ["sha256", "crc32c"])
def test_a_part_url_with_a_digest_takes_those_bytes_alone(
    real_client: FlaskClient, algorithm: PartChecksumAlgorithm
) -> None:
    """If the parts' digests combine to the file's, it is compared with the declared one."""
    checksum = {"algorithm": algorithm, "value_base64": digest_of(algorithm, LARGE)}
    started = start(real_client, part_checksum_algorithm=algorithm, checksum=checksum)
    requested = [
        {"part_number": n, "checksum_base64": digest_of(algorithm, bytes_of({"part_number": n}))} for n in (1, 2)
    ]

    parts = urls(real_client, started["upload_id"], parts=requested)
    refused = [put(part, bytes_of(part, OTHER)).status for part in parts]
    put_all(parts)
    file = confirm(real_client, started["upload_id"]).get_json()

    assert refused == [400, 400]
    assert download(real_client, file) == LARGE
    assert file["checksum"] == {**checksum, "verified": algorithm == "crc32c"}


@pytest.mark.parametrize(("algorithm", "follows"), [("sha256", False), ("crc32c", True)])
def test_the_checksum_of_a_file_follows_from_the_crcs_of_its_parts(
    real_client: FlaskClient, algorithm: PartChecksumAlgorithm, follows: bool
) -> None:
    """Although none was declared for the whole."""
    started = start(real_client, part_checksum_algorithm=algorithm)
    requested = [
        {"part_number": n, "checksum_base64": digest_of(algorithm, bytes_of({"part_number": n}))} for n in (1, 2)
    ]
    put_all(urls(real_client, started["upload_id"], parts=requested))

    file = confirm(real_client, started["upload_id"]).get_json()

    whole = {"algorithm": "crc32c", "value_base64": digest_of("crc32c", LARGE), "verified": True}
    assert file["checksum"] == (whole if follows else None)


def test_a_file_that_is_not_the_declared_one_is_rejected(real_client: FlaskClient, settings: Settings) -> None:
    """Each part matches its digest, but the file differs; nothing of it remains."""
    declared = {"algorithm": "crc32c", "value_base64": digest_of("crc32c", OTHER[-1000:])}
    started = start(real_client, part_checksum_algorithm="crc32c", checksum=declared)
    digests = [digest_of("crc32c", bytes_of({"part_number": n})) for n in (1, 2)]
    requested = [{"part_number": n, "checksum_base64": digest} for n, digest in enumerate(digests, 1)]
    put_all(urls(real_client, started["upload_id"], parts=requested))

    problem = assert_problem(confirm(real_client, started["upload_id"]), 422, "object_mismatch")

    assert declared["value_base64"] in problem["detail"]
    assert left_of(settings, started["object_key"]) == ([], [])


def left_of(settings: Settings, object_key: str) -> tuple[list[str], list[str]]:
    """Return every version of the key, and every open multipart upload."""
    listing = s3_client(settings).list_object_versions(Bucket=settings.minio_bucket, Prefix=object_key)
    versions = [row["VersionId"] for row in [*listing.get("Versions", []), *listing.get("DeleteMarkers", [])]]
    return versions, open_multiparts(settings, object_key)


def test_an_upload_goes_on_from_another_device(real_client: FlaskClient, settings: Settings, real_ports: Ports) -> None:
    """It knows the file's fingerprint; the service says which parts are stored, and only the rest is sent."""
    started = start(real_client, fingerprint="large.mp3|16778216|1795255200000")
    put_all(started["transfer"]["parts"][:1])
    other = create_app(settings, real_ports).test_client()

    listed = other.get("/v1/uploads", query_string={"fingerprint": "large.mp3|16778216|1795255200000"}).get_json()
    [upload_id] = [upload["upload_id"] for upload in listed["uploads"]]
    shown = other.get(f"/v1/uploads/{upload_id}").get_json()
    there = {part["part_number"] for part in shown["stored_parts"]}
    missing = [number for number in range(1, shown["part_count"] + 1) if number not in there]
    put_all(urls(other, upload_id, part_numbers=missing))

    assert missing == [2]
    assert download(other, confirm(other, upload_id).get_json()) == LARGE


def test_an_expired_url_is_issued_again(settings: Settings, real_ports: Ports) -> None:
    """Stored parts stay."""
    policy = replace(real_ports.policy, upload_url_expires_in=1)
    client = create_app(settings, replace(real_ports, policy=policy)).test_client()
    started = start(client)
    put_all(started["transfer"]["parts"][:1])
    [last] = urls(client, started["upload_id"], part_numbers=[2])
    time.sleep(2.1)

    dead = put(last, bytes_of(last)).status
    put_all(urls(client, started["upload_id"], part_numbers=[2]))

    assert dead == 403
    assert download(client, confirm(client, started["upload_id"]).get_json()) == LARGE


def test_what_the_store_dropped_is_opened_anew(real_client: FlaskClient, settings: Settings) -> None:
    """The same upload gets new URLs, and old ones fail clearly. A status call or a confirm notices it."""
    started = start(real_client)
    upload_id, parts = started["upload_id"], started["transfer"]["parts"]
    put_all(parts)

    def drop() -> None:
        [store_upload_id] = open_multiparts(settings, started["object_key"])
        s3_client(settings).abort_multipart_upload(
            Bucket=settings.minio_bucket, Key=started["object_key"], UploadId=store_upload_id
        )

    drop()
    assert put(parts[1], bytes_of(parts[1])).status == 404
    assert real_client.get(f"/v1/uploads/{upload_id}").get_json()["stored_parts"] == []
    put_all(urls(real_client, upload_id)[:1])
    drop()
    assert_problem(confirm(real_client, upload_id), 409, "parts_missing")
    put_all(urls(real_client, upload_id))

    assert download(real_client, confirm(real_client, upload_id).get_json()) == LARGE
    assert open_multiparts(settings, started["object_key"]) == []


def test_confirms_of_parts_at_once_complete_once(settings: Settings, real_ports: Ports) -> None:
    """Eight at a time, three times: one file, and one Complete."""
    completed = []

    class Counting:
        def __getattr__(self, name: str) -> Any:
            return getattr(real_ports.objects, name)

        def complete_multipart(self, *args: Any) -> bool:
            completed.append(args)
            return real_ports.objects.complete_multipart(*args)

    client = create_app(settings, replace(real_ports, objects=cast(Any, Counting()))).test_client()
    started = start(client)
    put_all(started["transfer"]["parts"])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.application.test_client().post(address(started)).data, range(24)))

    assert len(set(answers)) == 1
    assert b"file_id" in answers[0]
    assert len(completed) == 1


def address(started: dict[str, Any]) -> str:
    return f"/v1/uploads/{started['upload_id']}/confirm"


def test_an_aborted_upload_leaves_nothing(real_client: FlaskClient, settings: Settings) -> None:
    """No parts, no open upload, and no working URL."""
    started = start(real_client)
    put_all(started["transfer"]["parts"][:1])

    assert real_client.delete(f"/v1/uploads/{started['upload_id']}").status_code == 204

    assert left_of(settings, started["object_key"]) == ([], [])
    last = started["transfer"]["parts"][1]
    assert put(last, bytes_of(last)).status == 404
    assert_problem(confirm(real_client, started["upload_id"]), 409, "upload_aborted")


def test_a_part_of_another_size_is_found(real_client: FlaskClient, settings: Settings, real_ports: Ports) -> None:
    """Even if the sender needs no URL of ours; it is never joined, and can be sent again."""
    started = start(real_client)
    put_all(started["transfer"]["parts"])
    upload = real_ports.records.get(started["upload_id"])
    assert upload is not None
    s3_client(settings).upload_part(
        Bucket=upload.bucket,
        Key=upload.object_key,
        UploadId=str(upload.multipart.store_upload_id),
        PartNumber=2,
        Body=b"short",
    )

    problem = assert_problem(confirm(real_client, started["upload_id"]), 409, "part_mismatch")

    assert "part 2 has 5 bytes, its plan 1000" in problem["detail"]
    put_all(started["transfer"]["parts"][1:])
    assert download(real_client, confirm(real_client, started["upload_id"]).get_json()) == LARGE


def test_a_batch_of_large_files_is_opened_one_by_one(real_client: FlaskClient) -> None:
    """One insert starts them, the first URLs open each, and one call confirms all."""
    new = {"filename": "large.mp3", "content_type": "audio/mpeg", "size_bytes": len(LARGE)}
    rows = real_client.post("/v1/uploads/batch", json={"uploads": [new] * 2}).get_json()["results"]
    upload_ids = [row["upload"]["upload_id"] for row in rows]
    put_all(urls(real_client, upload_ids[0]))

    confirmed = real_client.post("/v1/uploads/confirm", json={"upload_ids": upload_ids}).get_json()["results"]

    assert confirmed[0]["file"]["size_bytes"] == len(LARGE)
    assert confirmed[1]["error"]["code"] == "parts_missing"
