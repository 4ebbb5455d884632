"""Every known x-amz- and x-minio- header, sent unsigned with each of our URLs, on both stores.

Each is refused or changes nothing that anybody is served, and none reads another object. For the headers that MinIO
does obey, and how confirm copes: tests/integration/test_foreign_headers.py.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from service.ports import Ports
from service.settings import Settings
from service.shared.errors import (
    BadRequest,
    Conflict,
    Gone,
    Invalid,
    TooLarge,
    UnsupportedType,
)
from service.store.model import PresignedRequest
from service.store.s3.store import s3_client
from service.uploads.model import Upload
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.starting.start import start_staged, start_upload
from tests.builders import (
    ALICE,
    BOB,
    NO_METADATA,
    OTHER,
    SONG,
    StoreResponse,
    a_declaration,
    a_file,
    a_multipart,
    send_http,
)

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

KEY = b"k" * 32
SSE_C = {"algorithm": "AES256", "key": base64.b64encode(KEY).decode(), "key-md5": base64.b64encode(b"m" * 16).decode()}
EVERYBODY = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'
LATER, EARLIER = "Fri, 01 Jan 2100 00:00:00 GMT", "Sat, 01 Jan 2000 00:00:00 GMT"
STAMP, VERSION = "2094-12-01T16:00:00Z", "0b1f9e5c-3c0a-4a3b-9d55-0d6d1f6f2a10"
SEALED = "x-minio-replication-server-side-encryption"


def known(secret: Upload) -> dict[str, str]:
    """Return name and value of each header; `secret` is somebody else's file."""
    source = f"/{secret.bucket}/{secret.object_key}"
    return {
        "x-amz-acl": "public-read",
        **{f"x-amz-grant-{right}": EVERYBODY for right in ("read", "write", "read-acp", "write-acp", "full-control")},
        "x-amz-copy-source": source,
        "x-amz-copy-source-range": "bytes=0-3",
        "x-amz-copy-source-if-match": secret.etag or "",
        "x-amz-copy-source-if-none-match": "x",
        "x-amz-copy-source-if-modified-since": EARLIER,
        "x-amz-copy-source-if-unmodified-since": LATER,
        **{f"x-amz-copy-source-server-side-encryption-customer-{name}": value for name, value in SSE_C.items()},
        "x-amz-metadata-directive": "REPLACE",
        "x-amz-tagging": "a=b",
        "x-amz-tagging-directive": "REPLACE",
        "x-amz-tagging-count": "3",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-website-redirect-location": "https://evil.example/",
        "x-amz-server-side-encryption": "AES256",
        "x-amz-server-side-encryption-aws-kms-key-id": "x",
        "x-amz-server-side-encryption-context": "e30=",
        "x-amz-server-side-encryption-bucket-key-enabled": "true",
        **{f"x-amz-server-side-encryption-customer-{name}": value for name, value in SSE_C.items()},
        "x-amz-object-lock-mode": "GOVERNANCE",
        "x-amz-object-lock-retain-until-date": STAMP,
        "x-amz-object-lock-legal-hold": "ON",
        "x-amz-bypass-governance-retention": "true",
        "x-amz-request-payer": "requester",
        "x-amz-expected-bucket-owner": "x",
        "x-amz-source-expected-bucket-owner": "x",
        "x-amz-mfa": "1 2",
        "x-amz-meta-evil": "1",
        "x-amz-decoded-content-length": "3",
        "x-amz-content-sha256": hashlib.sha256(OTHER).hexdigest(),
        "x-amz-trailer": "x-amz-checksum-crc32",
        "x-amz-sdk-checksum-algorithm": "CRC32",
        "x-amz-checksum-algorithm": "CRC32",
        "x-amz-checksum-mode": "ENABLED",
        "x-amz-checksum-type": "COMPOSITE",
        "x-amz-checksum-crc32": "AAAAAA==",
        "x-amz-checksum-crc32c": "AAAAAA==",
        "x-amz-checksum-crc64nvme": "AAAAAAAAAAA=",
        "x-amz-checksum-sha1": base64.b64encode(b"s" * 20).decode(),
        "x-amz-checksum-sha256": base64.b64encode(b"s" * 32).decode(),
        "x-amz-date": "20200101T000000Z",
        "x-amz-security-token": "x",
        "x-amz-signature-age": "1",
        "x-amz-target": "x",
        "x-amz-user-agent": "x",
        "x-amz-write-offset-bytes": "0",
        "x-amz-replication-status": "REPLICA",
        "x-amz-bucket-replication-status": "REPLICA",
        "x-amz-version-id": secret.version_id or VERSION,
        "x-amz-delete-marker": "true",
        "x-amz-restore": 'ongoing-request="true"',
        "x-amz-expiration": 'expiry-date="Sat, 01 Jan 2000 00:00:00 GMT", rule-id="x"',
        "x-amz-abort-date": EARLIER,
        "x-amz-object-attributes": "ETag,ObjectSize",
        "x-amz-max-parts": "1",
        "x-amz-part-number-marker": "1",
        "x-amz-mp-parts-count": "7",
        "x-amz-mp-object-size": "3",
        "x-amz-if-match-size": "3",
        "x-amz-if-match-last-modified-time": EARLIER,
        "x-amz-request-route": "x",
        "x-amz-optional-object-attributes": "RestoreStatus",
        "x-amz-meta-snowball-auto-extract": "true",
        "x-minio-source-mtime": "2020-01-01T00:00:00Z",
        "x-minio-source-etag": "deadbeef",
        "x-minio-source-version-id": VERSION,
        "x-minio-source-replication-request": "true",
        "x-minio-source-deletemarker": "true",
        "x-minio-source-deletemarker-delete": "true",
        "x-minio-source-proxy-request": "true",
        "x-minio-source-replication-check": "true",
        "x-minio-source-replication-retention-timestamp": STAMP,
        "x-minio-source-replication-tagging-timestamp": STAMP,
        "x-minio-source-replication-legalhold-timestamp": STAMP,
        "x-minio-replication-actual-object-size": "3",
        "x-minio-replication-encrypted-multipart": "",
        "x-minio-replication-reset-status": "x",
        "x-minio-replication-ssec-crc": "AAAAAA==",
        f"{SEALED}-seal-algorithm": "DAREv2-HMAC-SHA256",
        f"{SEALED}-sealed-key": base64.b64encode(b"x" * 64).decode(),
        f"{SEALED}-iv": base64.b64encode(b"i" * 32).decode(),
        "x-minio-extract": "true",
        "x-minio-force-create": "true",
        "x-minio-force-delete": "true",
        "x-minio-snowball-ignore-errors": "true",
        "x-minio-internal-actual-size": "3",
        "x-minio-internal-compression": "klauspost/compress/s2",
        "x-minio-internal-server-side-encryption-sealed-key": "x",
        "x-minio-transition": "x",
        "x-minio-tier": "x",
    }


Sent = tuple[str, PresignedRequest, dict[str, str]]


def a_put(ports: Ports) -> Sent:
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    assert isinstance(transfer, PresignedRequest)
    return upload.upload_id, transfer, dict(transfer.headers)


def a_part(ports: Ports) -> Sent:
    upload, [part] = a_multipart(ports, body=SONG)
    return upload.upload_id, part.request, dict(part.request.headers)


def a_bare_put(ports: Ports) -> Sent:
    upload, transfer = start_staged(ports, ALICE, f"uploads/alice/song {ports.new_id()}.mp3")
    return upload.upload_id, transfer, {"content-type": "audio/mpeg"}


def shown(settings: Settings, file: Upload) -> dict[str, Any]:
    """Return what the store reports of an object, without its own names and its time."""
    own = ("ResponseMetadata", "VersionId", "LastModified", "ETag", "AcceptRanges", *HARMLESS)
    head: Mapping[str, Any] = s3_client(settings).head_object(Bucket=file.bucket, Key=file.object_key)
    # Each has a label of its own, and no other metadata.
    described = {**head, "Metadata": list(head["Metadata"])}
    return {name: value for name, value in described.items() if name not in own}


# Told by HEAD alone, of nobody's concern who is served the file: that it was sent so does not change who may read it.
HARMLESS = ("TagCount", "StorageClass", "ReplicationStatus", "Restore", "Expiration")


@pytest.mark.parametrize("kind", [a_put, a_part, a_bare_put])
def test_no_unsigned_header_changes_what_is_stored(
    either_ports: Ports,
    either_settings: Settings,
    kind: Callable[[Ports], Sent],
    record_property: Callable[[str, object], None],
) -> None:
    """The store or the confirm refuses it, or the file is the same as without it."""
    ports, seen = either_ports, Counter[tuple[int, str]]()
    secret = a_file(ports, BOB, OTHER)
    plain = taken(ports, kind(ports), {})
    assert plain is not None
    usual = shown(either_settings, plain)
    for name, value in known(secret).items():
        upload_id, request, headers = kind(ports)
        if name in headers:
            continue
        answer = send_http(request, SONG, {**headers, name: value})
        file = confirmed(ports, upload_id)
        seen[answer.status, "file" if file else "none"] += 1
        assert answer.status == 200 or 400 <= answer.status < 500 or answer.status == 501, (name, answer)
        assert file is None or answer.status == 200, name
        if file:
            assert shown(either_settings, file) == usual, name
            assert downloaded(ports, file).body == SONG, name
    record_property("outcomes", sorted(seen.items()))
    assert downloaded(ports, secret, BOB).body == OTHER
    assert seen.total() > 80


def taken(ports: Ports, sent: Sent, added: dict[str, str]) -> Upload | None:
    upload_id, request, headers = sent
    send_http(request, SONG, {**headers, **added})
    return confirmed(ports, upload_id)


def confirmed(ports: Ports, upload_id: str) -> Upload | None:
    """Return the file; None if the confirm is refused."""
    try:
        return confirm_upload(ports, ALICE, upload_id, NO_METADATA)
    except (BadRequest, Conflict, Gone, Invalid, TooLarge, UnsupportedType):
        return None


def downloaded(ports: Ports, file: Upload, caller: Any = ALICE, **headers: str) -> StoreResponse:
    return send_http(presign_download(ports, caller, file, DownloadOptions()), headers=headers)


def test_no_unsigned_header_reads_anything_else(
    either_ports: Ports, either_settings: Settings, record_property: Callable[[str, object], None]
) -> None:
    """A download with the header returns the same file, or a refusal."""
    ports, seen = either_ports, Counter[int]()
    secret, mine = a_file(ports, BOB, OTHER), a_file(ports)
    served = ("content-type", "content-disposition", "content-length", "content-encoding", "location")
    usual = downloaded(ports, mine)
    for name, value in known(secret).items():
        answer = downloaded(ports, mine, **{name: value})
        seen[answer.status] += 1
        assert answer.status == 200 or 400 <= answer.status < 500 or answer.status == 501, (name, answer)
        assert OTHER not in answer.body
        if answer.status == 200:
            assert answer.body == SONG, name
            assert [answer.headers.get(one) for one in served] == [usual.headers.get(one) for one in served], name
    record_property("statuses", sorted(seen.items()))
    assert downloaded(ports, mine).body == SONG
    assert seen.total() > 80
