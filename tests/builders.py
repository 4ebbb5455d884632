"""Builds what most tests start from: callers, pending uploads, files, and a client that sends bytes."""

import base64
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import urllib3

from service.ports import Ports
from service.shared.memory.keyring import MemoryKeyring
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.store.memory.objects import MemoryObjectStore
from service.store.model import PresignedRequest
from service.store.stores import Stores
from service.uploads.metadata import FileMetadata
from service.uploads.model import (
    Checksum,
    MultipartState,
    SignedPart,
    SignedParts,
    StagedState,
    Transfer,
    TransferKind,
    Upload,
    UploadStatus,
)
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.starting.declare import NewUpload
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.starting.start import start_staged, start_upload

# The key that the service signs with in tests: public, so not a secret.
SECRET_KEY = "the key of the tests: 7c1f0e9ab3d2"
KEYRING = MemoryKeyring(SECRET_KEY)
SONG = b"ID3 not quite a song"
OTHER = b"ID3 another one here"  # as long as SONG
MIN_PART = 5 * 1024 * 1024
LARGE = bytes(MIN_PART) + SONG
OTHER_LARGE = bytes(MIN_PART) + OTHER
ALICE = Caller("alice", frozenset(ALL_SCOPES))
BOB = Caller("bob", frozenset(ALL_SCOPES))
NO_METADATA = FileMetadata()
STAGED_KEY = "uploads/alice/a b.mp3"


@dataclass(frozen=True)
class StoreResponse:
    """The store's response to a URL."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def first_store(ports: Ports) -> Any:
    """Return the store that is behind the port of all stores."""
    return ports.objects.stores["1"] if isinstance(ports.objects, Stores) else ports.objects


def send_http(
    transfer: PresignedRequest, body: bytes = b"", headers: Mapping[str, str] | None = None, *, url: str = ""
) -> StoreResponse:
    """Use a URL over HTTP with its signed headers, or with the given ones; the body sets the length."""
    sent = dict(transfer.headers if headers is None else headers)
    sent = {name: value for name, value in sent.items() if name != "content-length"}
    response = urllib3.request(
        transfer.method, url or transfer.url, body=body, headers=sent, retries=False, redirect=False, timeout=10
    )
    return StoreResponse(
        response.status, response.data, {name.lower(): value for name, value in response.headers.items()}
    )


def send(
    ports: Ports, transfer: PresignedRequest, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> StoreResponse:
    """Use a URL of either store as a client would."""
    stores = ports.objects.stores.values() if isinstance(ports.objects, Stores) else [ports.objects]
    for store in stores:
        if isinstance(store, MemoryObjectStore) and store.has_issued(transfer.url):
            sent = transfer.headers if headers is None else headers
            return StoreResponse(*store.send(transfer.url, at=ports.now(), body=body, headers=sent))
    return send_http(transfer, body, headers)


def sha256_of(body: bytes) -> Checksum:
    return Checksum("sha256", base64.b64encode(hashlib.sha256(body).digest()).decode())


def sha256_of_file(path: Path) -> str:
    """Return the digest in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def later(ports: Ports, **by: float) -> Ports:
    """Return the same ports at a later time, given as for timedelta: `later(ports, days=2)`."""
    return replace(ports, now=lambda: ports.now() + timedelta(**by))


def a_declaration(body: bytes = SONG, **changes: Any) -> NewUpload:
    """Return what a client declares about a song before it sends it."""
    metadata = FileMetadata(mood="happy")
    return replace(NewUpload("song.mp3", "audio/mpeg", len(body), metadata, checksum=sha256_of(body)), **changes)


def a_sent_upload(ports: Ports, caller: Caller = ALICE, body: bytes = SONG, **changes: Any) -> Upload:
    """Return an unconfirmed upload whose bytes are in the store."""
    upload, transfer = start_upload(ports, caller, a_declaration(body, **changes))
    send_all(ports, transfer, body)
    return upload


def send_all(ports: Ports, transfer: Transfer, body: bytes) -> None:
    """Send the bytes as a client would, in as many requests as there are URLs."""
    if isinstance(transfer, PresignedRequest):
        assert send(ports, transfer, body).status == 200
        return
    rest = io.BytesIO(body)
    for part in transfer.parts:
        assert send(ports, part.request, rest.read(part.size_bytes)).status == 200
    assert not rest.read(1), "the file has more parts than URLs were signed"


def a_file(ports: Ports, caller: Caller = ALICE, body: bytes = SONG, **changes: Any) -> Upload:
    """Return a confirmed upload."""
    return confirm_upload(ports, caller, a_sent_upload(ports, caller, body, **changes).upload_id, NO_METADATA)


def a_staged_upload(
    ports: Ports, key: str = STAGED_KEY, body: bytes = SONG, caller: Caller = ALICE, content_type: str = "audio/mpeg"
) -> Upload:
    """Return a staged upload whose bytes are under incoming/."""
    upload, transfer = start_staged(ports, caller, key)
    assert send(ports, transfer, body, {"content-type": content_type}).status == 200
    return upload


def a_multipart(
    ports: Ports, caller: Caller = ALICE, body: bytes = LARGE, **changes: Any
) -> tuple[Upload, tuple[SignedPart, ...]]:
    """Return an upload in parts of 5 MiB, the smallest that stores accept, and the URLs of the parts."""
    all_in_parts = replace(ports, policy=replace(ports.policy, put_max_bytes=0))
    started, _ = start_upload(all_in_parts, caller, a_declaration(body, **changes))
    ports.records.change(started.upload_id, {}, {"part_size_bytes": MIN_PART})
    upload, transfer = renew_urls(ports, caller, started.upload_id)
    assert isinstance(transfer, SignedParts)
    return upload, transfer.parts


def bytes_of(part: SignedPart, body: bytes = LARGE) -> bytes:
    """Return the bytes of the body that belong to that part."""
    return body[(part.part_number - 1) * MIN_PART :][:MIN_PART]


def send_parts(ports: Ports, parts: Iterable[SignedPart], body: bytes = LARGE) -> None:
    """Send each part of the body."""
    for part in parts:
        assert send(ports, part.request, bytes_of(part, body)).status == 200


def a_sent_multipart(ports: Ports, caller: Caller = ALICE, body: bytes = LARGE, **changes: Any) -> Upload:
    """Return an unconfirmed upload whose parts are all in the store."""
    upload, parts = a_multipart(ports, caller, body, **changes)
    send_parts(ports, parts, body)
    return upload


def fetch(ports: Ports, file: Upload) -> bytes | None:
    """Return the bytes that a download of the file gives; None if the store has none."""
    answer = send(ports, presign_download(ports, Caller(file.owner, frozenset()), file, DownloadOptions()))
    return answer.body if answer.status == 200 else None


CREATED_AT = datetime(2026, 11, 21, 12, 0, 0, 123000, tzinfo=UTC)


def a_record(upload_id: str = "01JD8ZK3V0X5W9QH2M4N6P7R8S", **changes: Any) -> Upload:
    """Return a pending document for a record store; the changes are fields by name, also those of its state."""
    upload = Upload(
        upload_id=upload_id,
        owner="alice",
        status=UploadStatus.PENDING,
        kind=TransferKind.PUT,
        bucket="mybucket",
        object_key=f"uploads/alice/{upload_id}.mp3",
        filename="song.mp3",
        content_type="audio/mpeg",
        size_bytes=len(SONG),
        metadata=FileMetadata(mood="happy"),
        created_at=CREATED_AT,
        urls_expire_at=CREATED_AT + timedelta(seconds=60),
        expires_at=CREATED_AT + timedelta(days=1),
    )
    multipart = {field.name: changes.pop(field.name) for field in fields(MultipartState) if field.name in changes}
    staged = {field.name: changes.pop(field.name) for field in fields(StagedState) if field.name in changes}
    upload = replace(upload, **changes)
    if multipart or upload.kind is TransferKind.MULTIPART:
        upload = replace(upload, multipart=MultipartState(**multipart))
    if staged or upload.kind is TransferKind.STAGED:
        upload = replace(upload, staged=StagedState(**{"target_key": STAGED_KEY, **staged}))
    return upload


PICTURE = b"\xff\xd8\xff not quite a picture"
OTHER_PICTURE = b"\xff\xd8\xff not this one either"


def a_sent_cover(ports: Ports, file: Upload, body: bytes = PICTURE, caller: Caller = ALICE) -> Upload:
    """Return an unconfirmed cover of that file whose bytes are in the store."""
    declared: dict[str, Any] = {"filename": "cover.jpg", "content_type": "image/jpeg", "metadata": NO_METADATA}
    return a_sent_upload(ports, caller, body, cover_of=file.upload_id, **declared)


def a_covered_file(ports: Ports, body: bytes = PICTURE) -> Upload:
    """Return a song with a cover."""
    cover = a_sent_cover(ports, a_file(ports), body)
    return confirm_upload(ports, ALICE, cover.upload_id, NO_METADATA)
