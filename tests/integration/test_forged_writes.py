"""Unsigned writes on MinIO: all are refused, and no confirmed byte changes.

A forger has a key id, from any URL ever issued, valid or expired, and the file's key and version, from a download URL.
Without the policy MinIO accepts such writes: CVE-2026-41145.
"""

import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
import urllib3
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider

from dev.servers import MongodServer
from service.app import build_ports
from service.companion.usecases.uploads import FileToCome, start_single
from service.ports import Ports
from service.settings import Settings
from service.store.minio.credentials import NO_STREAMED_WRITES, upload_policy
from service.store.s3.store import S3ObjectStore, s3_client
from service.uploads.model import TransferKind, Upload
from service.uploads.usecases.confirming.confirm import confirm_upload
from tests.builders import (
    ALICE,
    BOB,
    KEYRING,
    LARGE,
    NO_METADATA,
    OTHER,
    SONG,
    StoreResponse,
    a_file,
    a_multipart,
    a_sent_multipart,
    a_sent_upload,
    a_staged_upload,
    fetch,
    first_store,
)
from tests.conftest import Store, settings_for
from tests.integration.forging import UNSIGNED, chunked, forge, forged_url, streaming

pytestmark = pytest.mark.real
KINDS = ("put", "multipart", "staged")
KEY_IDS = ("upload", "download", "earlier", "unknown")


@dataclass(frozen=True)
class World:
    """A service on MinIO, a confirmed file of each kind, and the key ids that a forger may know."""

    ports: Ports
    settings: Settings
    files: dict[str, Upload]
    key_ids: dict[str, str]

    @property
    def store(self) -> tuple[str, str]:
        return self.settings.minio_endpoint, self.settings.minio_bucket

    def seen(self) -> list[tuple[str, str, str]]:
        """Return every version and open part in the bucket, which is all that a write could change."""
        client: Any = s3_client(self.settings)
        rows = client.list_object_versions(Bucket=self.settings.minio_bucket).get("Versions", [])
        return [(row["Key"], row["VersionId"], row["ETag"]) for row in rows]

    def version(self, kind: str) -> dict[str, str]:
        return {"versionId": self.files[kind].version_id or ""}


@pytest.fixture(scope="module")
def world(minio: Store, mongod: MongodServer) -> Iterator[World]:
    """Made once: an account of an earlier version exists before the service starts, and the start removes it."""
    settings = settings_for(minio, mongod)
    S3ObjectStore(settings, KEYRING).prepare((settings.minio_bucket,))
    credentials = StaticProvider(minio.access_key, minio.secret_key)
    admin = MinioAdmin(endpoint=minio.endpoint.removeprefix("http://"), credentials=credentials, secure=False)
    policy = upload_policy((settings.minio_bucket,))
    before = {**policy, "Statement": [one for one in policy["Statement"] if one != NO_STREAMED_WRITES]}
    admin.add_service_account(access_key="earlier-account", secret_key="s" * 40, name="moodrop-upload", policy=before)
    ports = build_ports(settings)
    ports.records.prepare()
    assert ports.objects.prepare(ports.policy.buckets) == []
    pair = first_store(ports)._signing  # noqa: SLF001 - nothing else gives the credentials away
    key_ids = {"upload": pair.upload.access_key, "download": pair.download.access_key}
    files = {
        "put": a_file(ports),
        "multipart": confirm_upload(ports, ALICE, a_sent_multipart(ports).upload_id, NO_METADATA),
        "staged": confirm_upload(ports, ALICE, a_staged_upload(ports).upload_id, NO_METADATA),
    }
    yield World(ports, settings, files, {**key_ids, "earlier": "earlier-account", "unknown": "nobody-knows-it"})
    ports.records.close()


@pytest.fixture(autouse=True)
def _nothing_changes(world: World) -> Iterator[None]:
    """Check that all versions, ETags and downloads are as before."""
    before = world.seen()
    yield
    assert world.seen() == before
    assert [fetch(world.ports, world.files[kind]) for kind in KINDS] == [SONG, LARGE, SONG]


@pytest.mark.parametrize("key_id", KEY_IDS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_forged_write_is_taken(world: World, kind: str, key_id: str) -> None:
    """To the file's key and its exact version, with the key id of any URL and of an earlier account."""
    key, known = world.files[kind].object_key, world.key_ids[key_id]

    answers = [forge(*world.store, key, known, OTHER, params) for params in ({}, world.version(kind))]

    assert [answer.status for answer in answers] == [403, 403]


@pytest.mark.parametrize("key_id", KEY_IDS)
@pytest.mark.parametrize("key", ["uploads/alice/new", "incoming/alice/new", "elsewhere", "uploads/alice/..%2f..%2fx"])
def test_no_forged_object_is_made(world: World, key: str, key_id: str) -> None:
    """Neither where the account may write nor anywhere else."""
    answer = forge(*world.store, key, world.key_ids[key_id], OTHER)

    assert answer.status in (400, 403)


@pytest.mark.parametrize("key_id", KEY_IDS)
def test_no_forged_part_is_taken(world: World, key_id: str) -> None:
    """For a pending upload in parts, whose id is visible in its URLs."""
    upload, _ = a_multipart(world.ports)
    upload_id = upload.multipart.store_upload_id or ""

    answer = forge(
        *world.store,
        upload.object_key,
        world.key_ids[key_id],
        OTHER,
        {"partNumber": "1", "uploadId": upload_id},
    )

    assert answer.status == 403
    assert world.ports.objects.list_parts(upload.bucket, upload.object_key, upload_id) == []


def an_archive(version_id: str, name: str) -> bytes:
    """Return a tar that MinIO would unpack, with one member that targets exactly this version."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo(name)
        member.size, member.pax_headers = len(OTHER), {"minio.versionId": version_id}
        archive.addfile(member, io.BytesIO(OTHER))
    return packed.getvalue()


EXTRACT = {"x-amz-meta-snowball-auto-extract": "true"}


@pytest.mark.parametrize("key_id", KEY_IDS)
@pytest.mark.parametrize("streamed", [True, False])
def test_no_forged_archive_is_taken_apart(world: World, key_id: str, streamed: bool) -> None:
    """MinIO checks the policy once for the prefix, and does not check the signature of such a request."""
    file = world.files["put"]
    folder, _, name = file.object_key.rpartition("/")
    archive = an_archive(file.version_id or "", name)
    url = forged_url(*world.store, f"{folder}/x.tar", world.key_ids[key_id])
    body, headers = (chunked(archive), streaming(archive)) if streamed else (archive, {})
    for prefix in (folder, "uploads", ""):
        sent = {**headers, **EXTRACT, "x-amz-meta-minio-snowball-prefix": prefix}
        # Without streaming, MinIO refuses unsigned user metadata headers: 400.
        assert urllib3.request("PUT", url, body=body, headers=sent, retries=False).status in (400, 403)

    # As MinIO accepts it: unchanged, under the headers that announce streaming.
    sent = {**streaming(archive), **EXTRACT, "x-amz-meta-minio-snowball-prefix": folder}
    assert urllib3.request("PUT", url, body=archive, headers=sent, retries=False).status == 403


def test_an_archive_by_a_signed_url_is_not_taken_apart(world: World) -> None:
    """The header takes effect only if it was signed."""
    file, upload_url = world.files["put"], a_put_url(world)
    folder, _, name = file.object_key.rpartition("/")
    archive = an_archive(file.version_id or "", name)

    for sent in (EXTRACT, {**EXTRACT, "x-amz-meta-minio-snowball-prefix": folder}):
        assert urllib3.request("PUT", upload_url, body=archive, headers=sent, retries=False).status in (400, 403)


def a_put_url(world: World) -> str:
    """Return the URL of a staged upload, which binds the least."""
    at = world.ports.now()
    return world.ports.objects.presign_put(
        world.settings.minio_bucket, "incoming/bob/x", headers={}, at=at, expires_in=60
    ).url


SPELLINGS: list[list[tuple[str, str]]] = [
    [("x-amz-content-sha256", UNSIGNED.lower())],
    [("x-amz-content-sha256", UNSIGNED.title())],
    [("X-AMZ-CONTENT-SHA256", UNSIGNED)],
    [("x-amz-content-sha256", f" \t{UNSIGNED} \t")],
    [("x-amz-content-sha256", f"{UNSIGNED},")],
    [("x-amz-content-sha256", f"{UNSIGNED}\x0b")],
    [("x-amz-content-sha256", "")],
    [("x-amz-content-sha256", "UNSIGNED-PAYLOAD")],
    [("x-amz-content-sha256", UNSIGNED), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")],
    [("x-amz-content-sha256", "UNSIGNED-PAYLOAD"), ("x-amz-content-sha256", UNSIGNED)],
    [("x-amz-content-sha256", ""), ("x-amz-content-sha256", UNSIGNED)],
    [("x-amz-content-sha256", UNSIGNED), ("x-amz-content-sha256", "")],
    [("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")],
    [("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")],
    [("x-amz-content-sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER")],
    # Other names that MinIO uses in policy conditions and that a client may send.
    [("x-amz-content-sha256", UNSIGNED), ("authtype", "REST-QUERY-STRING"), ("signatureversion", "AWS4-HMAC-SHA256")],
    [("x-amz-content-sha256", UNSIGNED), ("principaltype", "Account"), ("userid", "test-root")],
    [("x-amz-content-sha256", UNSIGNED), ("x-amz-signature-age", "1")],
    [("x-amz-content-sha256", UNSIGNED), ("transfer-encoding", "chunked")],
    [("x-amz-content-sha256", UNSIGNED), ("authorization", "")],
    [("x-amz-content-sha256", UNSIGNED), ("authorization", "Bearer x")],
    [("x-amz-content-sha256", UNSIGNED), ("authorization", "AWS4-HMAC-SHA256 x")],
    [("x-amz-content-sha256", UNSIGNED), ("x-minio-source-replication-request", "true")],
    [("x-amz-content-sha256", UNSIGNED), ("x-amz-bucket-replication-status", "REPLICA")],
    [("x-amz-content-sha256", UNSIGNED), ("x-amz-write-offset-bytes", "0")],
    [("x-amz-content-sha256", UNSIGNED), ("x-amz-copy-source", "/b/uploads/x")],
    [("x-amz-content-sha256", UNSIGNED), ("x-http-method-override", "PUT")],
]


@pytest.mark.parametrize("headers", SPELLINGS, ids=lambda headers: "+".join(value or "-" for _, value in headers))
def test_no_other_spelling_is_taken(world: World, headers: list[tuple[str, str]]) -> None:
    """If MinIO accepts a spelling, the policy sees it too; otherwise MinIO checks the signature."""
    file = world.files["put"]
    url = forged_url(*world.store, file.object_key, world.key_ids["upload"], world.version("put"))
    sent = urllib3.HTTPHeaderDict({k: v for k, v in streaming(OTHER).items() if k != "x-amz-content-sha256"})
    for name, value in headers:
        sent.add(name, value)

    answer = urllib3.request("PUT", url, body=chunked(OTHER), headers=sent, retries=False, redirect=False)

    assert 400 <= answer.status < 500 or answer.status == 501


@pytest.mark.parametrize("beside", [{}, {"x-amz-content-sha256": UNSIGNED}])
def test_nothing_in_the_query_does_instead(world: World, beside: dict[str, str]) -> None:
    """The policy sees query parameters together with headers."""
    file = world.files["put"]
    for value in ("UNSIGNED-PAYLOAD", UNSIGNED, ""):
        params = {**world.version("put"), "X-Amz-Content-Sha256": value, "x-amz-content-sha256": value}
        url = forged_url(*world.store, file.object_key, world.key_ids["upload"], params)
        headers = {name: value for name, value in streaming(OTHER).items() if name != "x-amz-content-sha256"}
        answer = urllib3.request("PUT", url, body=chunked(OTHER), headers={**headers, **beside}, retries=False)
        assert 400 <= answer.status < 500


def test_no_signature_of_the_second_version_does_instead(world: World) -> None:
    """MinIO still accepts it, in the query and as a header."""
    file, key_id = world.files["put"], world.key_ids["upload"]
    address = f"{world.settings.minio_endpoint}/{file.bucket}/{quote(file.object_key)}?versionId={file.version_id}"
    by_query = f"{address}&AWSAccessKeyId={key_id}&Expires=4102444800&Signature=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D"
    by_header = {"authorization": f"AWS {key_id}:AAAAAAAAAAAAAAAAAAAAAAAAAAA="}

    for url, beside in ((by_query, {}), (address, by_header), (address, {})):
        answer = urllib3.request("PUT", url, body=chunked(OTHER), headers={**streaming(OTHER), **beside}, retries=False)
        assert answer.status in (400, 403)


TAGS = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"


@pytest.mark.parametrize("part_of", ["tagging", "retention", "legal-hold", "acl", "uploads", "append", "attributes"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_no_other_call_is_taken_unsigned(world: World, method: str, part_of: str) -> None:
    """Tags, holds and ACLs of a confirmed version, and MinIO's other calls by query parameter."""
    file = world.files["put"]
    url = forged_url(*world.store, file.object_key, world.key_ids["upload"], {**world.version("put"), part_of: ""})

    for body in (TAGS, chunked(TAGS)):
        answer = urllib3.request(method, url, body=body, headers=streaming(TAGS), retries=False)
        # 500: MinIO reads the XML before it checks the sender. 501: it knows no such call.
        assert answer.status >= 400

    client: Any = s3_client(world.settings)
    assert client.get_object_tagging(Bucket=file.bucket, Key=file.object_key, VersionId=file.version_id)["TagSet"] == []


def a_form(world: World) -> tuple[Upload, str, dict[str, str]]:
    upload, form = start_single(world.ports, BOB, FileToCome("a.mp3", "audio/mpeg", NO_METADATA), sends_headers=False)
    assert upload.kind is TransferKind.STAGED
    return upload, form.url, dict(form.fields)  # type: ignore[union-attr]


def sent_as_form(url: str, fields: dict[str, Any]) -> StoreResponse:
    body, kind = urllib3.encode_multipart_formdata([*fields.items(), ("file", ("a.mp3", OTHER, "audio/mpeg"))])
    response = urllib3.request("POST", url, body=body, headers={"content-type": kind}, retries=False)
    return StoreResponse(response.status, response.data)


def test_a_form_writes_no_other_key(world: World) -> None:
    """Not by MinIO's list of further keys, by another key, or with another form's signature."""
    _, url, fields = a_form(world)
    file = world.files["put"]
    fan_out = json.dumps({"key": file.object_key})

    for changed in (
        {"x-minio-fanout-list": fan_out, **fields},
        {**fields, "key": file.object_key},
        {**fields, "x-amz-signature": "0" * 64},
    ):
        assert sent_as_form(url, changed).status == 403
        assert sent_as_form(f"{url}?versionId={file.version_id}", changed).status == 403


def test_what_is_rightly_signed_is_still_taken(world: World) -> None:
    """The policy denies only streamed writes, so every kind of upload still works."""
    staged = a_staged_upload(world.ports, "uploads/bob/a", caller=BOB)
    formed, url, fields = a_form(world)
    assert sent_as_form(url, fields).status == 201
    sent = [a_sent_upload(world.ports, BOB), a_sent_multipart(world.ports, BOB), staged, formed]

    made = [confirm_upload(world.ports, BOB, upload.upload_id, NO_METADATA) for upload in sent]

    assert [fetch(world.ports, file) for file in made] == [SONG, LARGE, SONG, OTHER]
    for upload in (*sent, *made):
        world.ports.objects.purge(upload.bucket, upload.object_key)
