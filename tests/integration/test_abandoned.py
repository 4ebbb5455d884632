"""Clients that disappear at any moment: what arrived becomes a file, and nothing else remains."""

import random
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.app import build_ports
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import Unavailable
from service.store.model import PresignedRequest
from service.store.s3.store import s3_client
from service.uploads.model import (
    SignedPart,
    SignedParts,
    Upload,
    UploadStatus,
)
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.upkeep.reconcile import Tally, reconcile
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    LARGE,
    NO_METADATA,
    a_declaration,
    a_sent_multipart,
    fetch,
    later,
    send,
)
from tests.helpers.faults import Fault, with_fault
from tests.integration.frail import Frail, frail_pair

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

MANY = 200
# Two parts of 5 MiB, the least that can be joined: few, for they are written twice.
MANY_LARGE = 8
SEED = 20261121
SMALL, IN_PARTS = b"s" * 900, b"m" * 1900
PUT_MAX_BYTES = 1000
# Less than can be joined, so only for what never is.
TINY_PART = 1000
STAGED_TYPE = {"content-type": "audio/mpeg"}


@dataclass(frozen=True)
class Client:
    """A client whose methods each disappear at another moment, and return the id if all bytes arrived."""

    ports: Ports
    number: int
    random: random.Random

    def start_put(self) -> tuple[Upload, PresignedRequest]:
        upload, transfer = start_upload(self.ports, ALICE, a_declaration(SMALL))
        assert isinstance(transfer, PresignedRequest)
        return upload, transfer

    def start_staged(self) -> tuple[Upload, PresignedRequest]:
        return start_staged(self.ports, ALICE, f"uploads/alice/named/{self.number}")

    def start_parts(self) -> tuple[Upload, SignedPart]:
        upload, transfer = start_upload(self.ports, ALICE, a_declaration(IN_PARTS))
        assert isinstance(transfer, SignedParts)
        return upload, transfer.parts[0]

    def before_the_put(self) -> str | None:
        self.random.choice([self.start_put, self.start_staged, self.start_parts])()
        return None

    def in_the_put(self) -> str | None:
        _, request = self.random.choice([self.start_put, self.start_staged])()
        headers = request.headers or STAGED_TYPE
        cut_off(request.url, headers, SMALL, self.random.randrange(len(SMALL)))
        return None

    def in_a_part(self) -> str | None:
        _, part = self.start_parts()
        cut_off(part.request.url, part.request.headers, IN_PARTS, self.random.randrange(len(IN_PARTS)))
        return None

    def between_two_parts(self) -> str | None:
        upload, _ = self.start_parts()
        self.ports.records.change(upload.upload_id, {}, {"part_size_bytes": TINY_PART})
        _, transfer = renew_urls(self.ports, ALICE, upload.upload_id)
        assert isinstance(transfer, SignedParts)
        assert send(self.ports, transfer.parts[0].request, IN_PARTS[:TINY_PART]).status == 200
        return None

    def after_the_put(self) -> str | None:
        upload, request = self.random.choice([self.start_put, self.start_staged])()
        assert send(self.ports, request, SMALL, request.headers or STAGED_TYPE).status == 200
        return upload.upload_id

    def after_the_parts(self) -> str | None:
        upload, part = self.start_parts()
        assert send(self.ports, part.request, IN_PARTS).status == 200
        return upload.upload_id

    def as_the_service_dies_in_its_start(self) -> str | None:
        with suppress(Unavailable):
            start_upload(with_fault(self.ports, self.fault()), ALICE, a_declaration(IN_PARTS))
        return None

    def as_the_service_dies_in_its_confirm(self) -> str | None:
        upload_id = self.random.choice([self.after_the_put, self.after_the_parts])()
        assert upload_id is not None
        with suppress(Unavailable):
            confirm_upload(with_fault(self.ports, self.fault()), ALICE, upload_id, NO_METADATA)
        return upload_id

    def fault(self) -> Fault:
        return Fault(self.random.randint(1, 8), applied=self.random.random() < 0.5)


MOMENTS: list[Callable[[Client], str | None]] = [
    Client.before_the_put,
    Client.in_the_put,
    Client.in_a_part,
    Client.between_two_parts,
    Client.after_the_put,
    Client.after_the_parts,
    Client.as_the_service_dies_in_its_start,
    Client.as_the_service_dies_in_its_confirm,
]


def cut_off(url: str, headers: Mapping[str, str], body: bytes, after: int) -> None:
    """Start a PUT, and disconnect in the middle of its body."""
    parts = urlsplit(url)
    sent_headers = {**headers, "host": parts.netloc, "content-length": str(len(body))}
    lines = [
        f"PUT {parts.path}?{parts.query} HTTP/1.1",
        *(f"{name}: {value}" for name, value in sent_headers.items()),
        "",
        "",
    ]
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode() + body[:after])


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Frail]:
    """A MinIO of its own whose disk the test can read."""
    with frail_pair(tmp_path_factory.mktemp("abandoned")) as servers:
        yield servers


def open_on_disk(folder: Path) -> int:
    """Return how many multipart uploads have parts on MinIO's disk, listed or not."""
    return len(list((folder / "minio" / ".minio.sys" / "multipart").glob("*/*")))


def stored_versions(settings: Settings) -> list[tuple[str, str]]:
    """Return key and version of everything in the bucket, delete markers included."""
    pages = s3_client(settings).get_paginator("list_object_versions").paginate(Bucket=settings.minio_bucket)
    rows: list[Any] = [row for page in pages for row in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]]
    return sorted((row["Key"], row["VersionId"]) for row in rows)


def open_by_key(settings: Settings, keys: list[str]) -> list[str]:
    """Return the keys with an open multipart upload, which MinIO lists only for an exact key."""
    client = s3_client(settings)
    open_uploads = [
        client.list_multipart_uploads(Bucket=settings.minio_bucket, Prefix=key).get("Uploads") for key in keys
    ]
    return [key for key, uploads in zip(keys, open_uploads, strict=True) if uploads]


def test_uploads_abandoned_at_any_moment_leave_files_or_nothing(frail: Frail, request: pytest.FixtureRequest) -> None:
    """After the sweep, every whole object is a file, and no object or multipart upload lacks a document."""
    assert_abandoned_uploads_leave_files_or_nothing(frail, request, MANY)


@pytest.mark.torture("1,000")
@pytest.mark.timeout(60 * 60)
def test_a_thousand_abandoned_uploads_leave_files_or_nothing(frail: Frail, request: pytest.FixtureRequest) -> None:
    """The same with more of them."""
    assert_abandoned_uploads_leave_files_or_nothing(frail, request, 1000)


def assert_abandoned_uploads_leave_files_or_nothing(frail: Frail, request: pytest.FixtureRequest, many: int) -> None:
    settings = frail.settings(put_max_bytes=PUT_MAX_BYTES)
    ports = build_ports(settings)
    request.addfinalizer(ports.records.close)
    ports.records.prepare()
    ports.objects.prepare(ports.policy.buckets)
    moments: Counter[str] = Counter()

    def abandon(number: int) -> str | None:
        client = Client(ports, number, random.Random(SEED + number))
        moment = client.random.choice(MOMENTS)
        moments[moment.__name__] += 1
        return moment(client)

    with ThreadPoolExecutor(8) as pool:
        arrived = {upload_id for upload_id in pool.map(abandon, range(many)) if upload_id}
    arrived |= {a_sent_multipart(ports).upload_id for _ in range(MANY_LARGE)}
    rows = list(ports.records.iter_recorded(settings.minio_bucket))
    keys = [row.object_key for row in rows]
    assert min(moments.values()) > many / len(MOMENTS) / 2, moments
    assert len(rows) > 0.9 * many
    assert open_on_disk(frail.folder) > many / len(MOMENTS)

    for seconds in (100_000, 200_000, 300_000):
        sweep(later(ports, seconds=seconds))

    files = [ports.records.get(row.upload_id) for row in ports.records.iter_recorded(settings.minio_bucket)]
    ready = [file for file in files if file and file.status is UploadStatus.READY]
    assert {file.upload_id for file in ready} == arrived
    assert len(files) == len(ready), "a document that is over is still there"
    assert stored_versions(settings) == sorted((file.object_key, str(file.version_id)) for file in ready)
    assert open_on_disk(frail.folder) == 0
    assert open_by_key(settings, keys) == []
    assert [file.expires_at for file in ready if file.expires_at] == []
    bodies = {len(body): body for body in (SMALL, IN_PARTS, LARGE)}
    assert all(fetch(ports, file) == bodies[file.size_bytes] for file in ready[:: max(1, len(ready) // 40)])
    assert list(reconcile(later(ports, days=9), Tally())) == []
    assert ports.records.pending_bytes(ALICE.owner, later(ports, seconds=300_000).now(), 1) == 0, (
        "room that is not free"
    )
