"""A holder of one of our URLs can do only what it says, despite three known holes in this MinIO.

Facts and sources: docs/design/04-stores.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException

from dev.servers import MongodServer
from service.app import build_ports
from service.ports import Ports
from service.settings import Settings
from service.store.s3.store import S3ObjectStore, s3_client
from service.store.sigv4.query import Credentials
from service.uploads.model import Upload
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.starting.start import start_staged, start_upload
from tests.builders import (
    ALICE,
    OTHER,
    SONG,
    STAGED_KEY,
    a_declaration,
    a_file,
    fetch,
    first_store,
    send_http,
)
from tests.conftest import Store, settings_for

pytestmark = pytest.mark.real


@dataclass(frozen=True)
class World:
    """Prepared ports, a file of Alice's, and the two credentials behind all URLs."""

    ports: Ports
    settings: Settings
    file: Upload
    upload: Credentials
    download: Credentials

    @property
    def bucket(self) -> str:
        return self.settings.minio_bucket

    def client_of(self, credentials: Credentials) -> Any:
        """Return a client as a thief of that credential could use it."""
        stolen = {"minio_access_key": credentials.access_key, "minio_secret_key": credentials.secret_key}
        return s3_client(Settings(auth_mode="open", minio_endpoint=self.settings.minio_endpoint, **stolen))


@pytest.fixture(scope="module")
def world(minio: Store, mongod: MongodServer) -> Iterator[World]:
    """Made once, because making the credentials takes a second."""
    settings = settings_for(minio, mongod)
    ports = build_ports(settings)
    ports.records.prepare()
    assert ports.objects.prepare(ports.policy.buckets) == []
    pair = first_store(ports)._signing  # noqa: SLF001 - nothing else gives the credentials away
    yield World(ports, settings, a_file(ports), pair.upload, pair.download)
    ports.records.close()


def refused(call: Any, **arguments: Any) -> str:
    """Return the code with which the store refuses the call."""
    with pytest.raises(ClientError) as error:
        call(**arguments)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return str(error.value.response["Error"]["Code"])


def test_no_url_shows_the_services_own_credential(world: World) -> None:
    """Every URL is signed by the credential that may only put or only get."""
    _, put = start_upload(world.ports, ALICE, a_declaration())
    _, staged = start_staged(world.ports, ALICE, STAGED_KEY)
    get = presign_download(world.ports, ALICE, world.file, DownloadOptions())

    signers = [re.findall(r"X-Amz-Credential=([^%]+)%2F", transfer.url) for transfer in (put, staged, get)]

    assert signers == [[world.upload.access_key], [world.upload.access_key], [world.download.access_key]]
    assert world.settings.minio_access_key not in (world.upload.access_key, world.download.access_key)


@pytest.mark.parametrize("kind", ["put", "staged"])
@pytest.mark.parametrize("versioned", [False, True])
def test_a_holder_of_an_upload_url_cannot_read_by_copying(world: World, kind: str, versioned: bool) -> None:
    """An unsigned x-amz-copy-source turns a PUT into a copy of what the signer may read, which is nothing."""
    if kind == "put":
        upload, transfer = start_upload(world.ports, ALICE, a_declaration())
    else:
        upload, transfer = start_staged(world.ports, ALICE, STAGED_KEY)
    source = f"/{world.bucket}/{quote(world.file.object_key)}"
    source += f"?versionId={world.file.version_id}" if versioned else ""

    answers = [
        send_http(transfer, body, {**transfer.headers, "x-amz-copy-source": source}).status for body in (b"", SONG)
    ]

    assert all(400 <= status < 500 for status in answers)
    assert 403 in answers
    assert world.ports.objects.head(upload.bucket, upload.object_key) is None


def test_a_holder_of_an_upload_url_cannot_write_elsewhere(world: World) -> None:
    """For another name, prefix, bucket or part, the signature does not match."""
    upload, transfer = start_staged(world.ports, ALICE, STAGED_KEY)
    own = f"{world.bucket}/{upload.object_key}?"
    others = [
        f"{world.bucket}/{world.file.object_key}?",
        f"{world.bucket}/uploads/bob/x?",
        f"{world.bucket}/elsewhere?",
        f"otherbucket/{upload.object_key}?",
        f"{own}uploads=&",
        f"{own}partNumber=1&uploadId=x&",
    ]

    for other in others:
        assert send_http(transfer, OTHER, url=transfer.url.replace(own, other)).status == 403

    assert fetch(world.ports, world.file) == SONG


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "POST"])
def test_an_upload_url_is_for_putting_alone(world: World, method: str) -> None:
    """The method is signed."""
    _, transfer = start_upload(world.ports, ALICE, a_declaration())

    answer = send_http(replace(transfer, method=method))

    assert answer.status in (403, 404, 400, 405)
    assert SONG not in answer.body


def test_the_upload_credential_may_do_nothing_but_put(world: World) -> None:
    """Even if key and secret were stolen."""
    thief, key = world.client_of(world.upload), world.file.object_key
    here = {"Bucket": world.bucket}

    assert refused(thief.get_object, **here, Key=key) == "AccessDenied"
    assert refused(thief.list_object_versions, **here) == "AccessDenied"
    assert refused(thief.list_objects_v2, **here, Prefix="uploads/alice/") == "AccessDenied"
    assert refused(thief.delete_object, **here, Key=key) == "AccessDenied"
    assert refused(thief.delete_object, **here, Key=key, VersionId=world.file.version_id) == "AccessDenied"
    assert refused(thief.put_object, **here, Key="elsewhere/x", Body=b"") == "AccessDenied"
    assert refused(thief.put_object, Bucket="otherbucket", Key="uploads/x", Body=b"") == "AccessDenied"
    assert refused(thief.put_bucket_policy, **here, Policy="{}") == "AccessDenied"
    assert refused(thief.create_bucket, Bucket="mine") == "AccessDenied"
    refused(thief.head_object, **here, Key=key)
    assert refused(thief.list_buckets) == "AccessDenied"
    assert fetch(world.ports, world.file) == SONG


def test_the_download_credential_may_do_nothing_but_get(world: World) -> None:
    """And it cannot get objects that wait under incoming/."""
    thief, key = world.client_of(world.download), world.file.object_key
    here = {"Bucket": world.bucket}
    staged, transfer = start_staged(world.ports, ALICE, STAGED_KEY)
    assert send_http(transfer, OTHER).status == 200

    assert thief.get_object(**here, Key=key)["Body"].read() == SONG
    assert refused(thief.get_object, **here, Key=staged.object_key) == "AccessDenied"
    assert refused(thief.put_object, **here, Key="uploads/alice/x", Body=b"") == "AccessDenied"
    assert refused(thief.delete_object, **here, Key=key) == "AccessDenied"
    assert refused(thief.list_objects_v2, **here) == "AccessDenied"
    assert refused(thief.list_buckets) == "AccessDenied"


@pytest.mark.parametrize("which", ["upload", "download"])
def test_neither_credential_may_make_another(world: World, which: str) -> None:
    """A holder cannot extend their own rights."""
    stolen: Credentials = getattr(world, which)
    admin = MinioAdmin(
        endpoint=world.settings.minio_endpoint.removeprefix("http://"),
        credentials=StaticProvider(stolen.access_key, stolen.secret_key),
        secure=False,
    )

    for attempt in (admin.user_list, admin.info, admin.add_service_account):
        with pytest.raises(MinioAdminException):
            attempt()


def test_a_second_service_signs_with_the_very_same_credentials(world: World) -> None:
    """They are derived, not stored, so every worker and every restart has the same accounts."""
    other = S3ObjectStore(world.settings, world.ports.keyring)
    other.prepare((world.bucket,))
    at = datetime.now(UTC)

    urls = {
        store.presign_put(world.bucket, "uploads/a", headers={}, at=at, expires_in=60).url
        for store in (other, world.ports.objects)
    }

    assert len(urls) == 1
