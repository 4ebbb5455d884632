"""Unsigned headers added to a URL's PUT: MinIO obeys some of them, and our flow copes."""

import base64
from typing import Any

import pytest

from service.ports import Ports
from service.settings import Settings
from service.store.s3.store import s3_client
from service.uploads.errors import ObjectMismatch
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, BOB, NO_METADATA, SONG, a_declaration, a_file, later, send

pytestmark = pytest.mark.real

SEALED_AS = "X-Minio-Replication-Server-Side-Encryption"
# CVE-2026-34204: MinIO believes a header that claims to replicate from another MinIO, and then cannot show the object.
UNREADABLE = {
    "encrypted": {
        f"{SEALED_AS}-Seal-Algorithm": "DAREv2-HMAC-SHA256",
        f"{SEALED_AS}-Sealed-Key": base64.b64encode(b"x" * 64).decode(),
        f"{SEALED_AS}-Iv": base64.b64encode(b"i" * 32).decode(),
    },
    "encrypted parts": {"X-Minio-Replication-Encrypted-Multipart": ""},
}
# Each of these is stored with the object, or changes what is stored.
HEEDED = {
    "tags": {"x-amz-tagging": "a=b"},
    "storage class": {"x-amz-storage-class": "REDUCED_REDUNDANCY"},
    "disposition": {"content-disposition": "inline; filename=evil.html"},
    "language": {"content-language": "xx"},
    "caching": {"cache-control": "max-age=99999999", "expires": "Thu, 01 Dec 2094 16:00:00 GMT"},
    "etag": {"x-minio-source-etag": "deadbeef"},
    "time": {"x-minio-source-mtime": "2020-01-01T00:00:00Z"},
    "version": {"x-minio-source-replication-request": "true", "x-minio-source-version-id": "0b1f9e5c-0000-4000-8000-0"},
}
unreadable = pytest.mark.parametrize("added", UNREADABLE.values(), ids=UNREADABLE)
heeded = pytest.mark.parametrize("added", HEEDED.values(), ids=HEEDED)


def sent(ports: Ports, added: dict[str, str]) -> Upload:
    """Send a sealed upload with more headers than were signed."""
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    assert send(ports, transfer, SONG, {**transfer.headers, **added}).status == 200
    return upload


def sent_staged(ports: Ports, added: dict[str, str]) -> Upload:
    upload, transfer = start_staged(ports, ALICE, "uploads/alice/a.mp3")
    assert send(ports, transfer, SONG, {"content-type": "audio/mpeg", **added}).status == 200
    return upload


def versions(settings: Settings) -> list[Any]:
    """Return everything in the bucket."""
    listing = s3_client(settings).list_object_versions(Bucket=settings.minio_bucket)
    # 206: an object that MinIO cannot show hides all others.
    assert listing["ResponseMetadata"]["HTTPStatusCode"] == 200
    return [*listing.get("Versions", []), *listing.get("DeleteMarkers", [])]


@unreadable
@pytest.mark.parametrize("send_it", [sent, sent_staged])
def test_what_the_store_cannot_show_is_no_file(
    real_ports: Ports, settings: Settings, added: dict[str, str], send_it: Any
) -> None:
    """The object is broken, not the store: its confirm is refused for good, and it is removed."""
    upload = send_it(real_ports, added)

    for _ in range(2):
        with pytest.raises(ObjectMismatch, match="cannot show"):
            confirm_upload(real_ports, ALICE, upload.upload_id, NO_METADATA)

    assert versions(settings) == []


@unreadable
def test_what_the_store_cannot_show_stops_no_sweeper(
    real_ports: Ports, settings: Settings, added: dict[str, str]
) -> None:
    """Otherwise any uploader could stop the sweeper for everybody; unconfirmed files are still taken in."""
    for poisoned in (sent(real_ports, added), sent_staged(real_ports, added)):
        assert real_ports.objects.head(poisoned.bucket, poisoned.object_key) is not None
    left, transfer = start_upload(real_ports, BOB, a_declaration())
    assert send(real_ports, transfer, SONG).status == 200

    for days in range(2):
        sweep(later(real_ports, days=2 + days))

    taken_in = real_ports.records.get(left.upload_id)
    assert taken_in is not None
    assert (taken_in.status, taken_in.confirmed_by) == (UploadStatus.READY, "sweep")
    assert [version["Key"] for version in versions(settings)] == [left.object_key]


@heeded
def test_a_sealed_file_is_what_was_declared(real_ports: Ports, settings: Settings, added: dict[str, str]) -> None:
    """Its bytes, and the name and type of its downloads; and it can be deleted."""
    others = a_file(real_ports)
    upload = sent(real_ports, added)
    file = confirm_upload(real_ports, ALICE, upload.upload_id, NO_METADATA)
    plain, download = (
        send(real_ports, presign_download(real_ports, ALICE, one, DownloadOptions())) for one in (others, file)
    )

    assert (download.status, download.body) == (200, SONG)
    for name in ("content-disposition", "content-type", "content-encoding", "content-length"):
        assert download.headers.get(name) == plain.headers.get(name)
    delete_file(real_ports, ALICE, file.upload_id)
    assert [version["Key"] for version in versions(settings)] == [others.object_key]


@heeded
def test_a_copied_file_has_none_of_it(real_ports: Ports, settings: Settings, added: dict[str, str]) -> None:
    """Headers of a staged upload stay behind under incoming/."""
    plain = a_file(real_ports)
    file = confirm_upload(real_ports, ALICE, sent_staged(real_ports, added).upload_id, NO_METADATA)
    client = s3_client(settings)

    shown, expected = (
        {
            # Each has a label of its own, and no other metadata.
            name: value if name != "Metadata" else list(value)
            for name, value in client.head_object(Bucket=one.bucket, Key=one.object_key).items()
            if name not in ("ResponseMetadata", "VersionId", "LastModified")
        }
        for one in (file, plain)
    )

    assert shown == expected
