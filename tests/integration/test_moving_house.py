"""Files move from MinIO to VersityGW and back."""

import base64
import os
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider

from service.ports import Ports
from service.settings import Settings
from service.shared.model import Caller
from service.store.errors import StoreUnavailable
from service.store.model import StoredObject
from service.uploads.model import Checksum, Upload
from service.uploads.queries import UploadQuery
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.moving.model import Problem
from tests.builders import ALICE, NO_METADATA, a_file, a_sent_multipart, a_staged_upload, confirm_upload, fetch, send
from tests.conftest import prepared_ports
from tests.helpers.moving import move, run_to_end

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]


def test_a_large_file_moves_in_parts_with_what_was_sent_with_it(two_stores: Settings) -> None:
    with prepared_ports(two_stores) as ports:
        file = confirm_upload(ports, ALICE, a_sent_multipart(ports, body=os.urandom(21_000_000)).upload_id, NO_METADATA)
        expected = fetch(ports, file)

        assert move(ports, "2").is_complete

        there = ports.records.get(file.upload_id)
        assert there
        assert there.bucket == f"2:{two_stores.store_2_bucket}"
        stored = ports.objects.head(there.bucket, there.object_key, there.version_id)
        assert isinstance(stored, StoredObject)
        assert (stored.size_bytes, stored.content_type) == (file.size_bytes, file.content_type)
        assert fetch(ports, there) == expected
        assert expected
        assert resumed(ports, there, str(file.etag), expected) == expected

        assert move(ports, "1").is_complete

        assert fetch(ports, replace(there, bucket=file.bucket, version_id=file.version_id)) == expected


def resumed(ports: Ports, file: Upload, etag: str, before: bytes) -> bytes:
    """Return what a client has that goes on at a fresh address, as docs/api.md tells it to."""
    address = presign_download(ports, Caller(file.owner, frozenset()), file, DownloadOptions())
    answer = send(ports, address, headers={"range": "bytes=1000-", "if-match": f'"{etag}"'})
    if answer.status == 412:
        return send(ports, address).body
    assert answer.status == 206
    return before[:1000] + answer.body


def test_a_download_that_is_resumed_never_mixes_two_versions(two_stores: Settings) -> None:
    """On either store: of a file that moved, of one that got other bytes, and of one that is as it was."""
    with prepared_ports(two_stores) as ports:
        older, newer = os.urandom(5000), os.urandom(5000)
        confirm_upload(ports, ALICE, a_staged_upload(ports, body=older).upload_id, NO_METADATA)
        for to in ("1", "2"):
            [before] = all_files(ports)
            file = confirm_upload(ports, ALICE, a_staged_upload(ports, body=newer).upload_id, NO_METADATA)
            assert move(ports, to).is_complete
            [after] = all_files(ports)

            assert after.upload_id == before.upload_id
            assert resumed(ports, after, str(before.etag), older) == newer
            assert resumed(ports, after, str(file.etag), newer) == newer
            assert resumed(ports, after, str(after.etag), newer) == newer
            older, newer = newer, os.urandom(5000)


def all_files(ports: Ports) -> list[Upload]:
    return ports.records.page(UploadQuery(ALICE.owner))


@pytest.mark.parametrize("to", ["2", "1"])
def test_bytes_that_are_not_those_of_the_digest_stay(two_stores: Settings, to: str) -> None:
    """On either store: nothing is switched, nothing is left in the target, and the others move."""
    with prepared_ports(two_stores) as prepared:
        ports = with_new_files_beside(prepared, two_stores, to)
        wrong, large, right = a_file(ports), a_large_file(ports), a_file(ports)
        for file in (wrong, large):
            other = Checksum("sha256", base64.b64encode(bytes(32)).decode(), verified=True)
            ports.records.change(file.upload_id, {}, {"checksum": other})

        report = move(ports, to)

        assert {(one.upload_id, one.problem) for one in report.stayed} == {
            (file.upload_id, Problem.CHANGED) for file in (wrong, large)
        }
        assert report.moved == 1
        target = ports.policy.bucket_in(to, "audio/mpeg")
        assert [entry.object_key for entry in ports.objects.iter_objects(target, "uploads/alice/")] == [
            right.object_key
        ]
        for file in (wrong, large):
            now = ports.records.get(file.upload_id)
            assert now
            assert (now.bucket, now.version_id, now.left) == (file.bucket, file.version_id, None)


def test_a_full_target_ends_the_move_which_goes_on_later(two_stores: Settings) -> None:
    """What was switched before stays switched, and nothing else is."""
    store = urlsplit(two_stores.minio_endpoint)
    keys = StaticProvider(two_stores.minio_access_key, two_stores.minio_secret_key.get_secret_value())
    admin = MinioAdmin(endpoint=store.netloc, credentials=keys, secure=False)
    with prepared_ports(two_stores) as prepared:
        ports = with_new_files_beside(prepared, two_stores, "1")
        file = a_large_file(ports)
        expected = fetch(ports, file)
        admin.bucket_quota_set(two_stores.minio_bucket, 1_000_000)

        with pytest.raises(StoreUnavailable, match="full"):
            move(ports, "1")

        assert ports.records.get(file.upload_id) == file
        assert fetch(ports, file) == expected
        admin.bucket_quota_clear(two_stores.minio_bucket)
        assert move(ports, "1").is_complete
        now = ports.records.get(file.upload_id)
        assert now
        assert (now.bucket, fetch(ports, now)) == (two_stores.minio_bucket, expected)


def with_new_files_beside(ports: Ports, settings: Settings, to: str) -> Ports:
    """Let new files go to the store that they are moved away from."""
    bucket = settings.minio_bucket if to == "2" else f"2:{settings.store_2_bucket}"
    return replace(ports, policy=replace(ports.policy, bucket=bucket))


def a_large_file(ports: Ports) -> Upload:
    return confirm_upload(ports, ALICE, a_sent_multipart(ports, body=os.urandom(5_500_000)).upload_id, NO_METADATA)


def test_a_refused_move_names_its_code(two_stores: Settings) -> None:
    with prepared_ports(two_stores) as ports:
        file = a_file(ports)
        ports.objects.put_small(f"2:{two_stores.store_2_bucket}", "uploads/alice/stranger", b"bytes")

    code, _, error = run_to_end(two_stores, "store", "move", "--to", "2")

    assert code == 1
    assert "target_not_empty" in error
    assert Path(file.object_key).name not in error
