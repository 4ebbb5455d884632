"""Reconcile on the real bucket and database, with some thousand objects of all kinds."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dev.ports import free_port
from service.ports import Ports
from service.settings import Settings
from service.store.minio.accounts import MinioAccounts
from service.store.minio.credentials import NO_STREAMED_WRITES, upload_policy
from service.store.s3.store import s3_client
from service.store.sigv4.query import Credentials
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.upkeep.reconcile import Problem, Tally, reconcile
from tests.builders import ALICE, OTHER, SONG, a_file, a_record, a_sent_upload, a_staged_upload, fetch, later
from tests.conftest import ROOT, environment_of
from tests.integration.forging import forge

pytestmark = pytest.mark.real
# Three pages of a listing and of the database, in another order than they were made.
MANY = 2500
NAMES = [*(f"uploads/{owner}/{n * 7919 % MANY:05d}.mp3" for owner in ("alice", "h.0f") for n in range(MANY // 2))]
# Keys that stores and databases might not sort by bytes.
ODD = ["a", "a.b", "a/b", "a-b", "a0", "B", "é", "e\u0301", "日本", "\uffff", "🎵", "sp ace", "+", "%41"]


def in_parallel(call: Callable[[str], Any], keys: list[str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, keys))


def test_thousands_are_compared_key_by_key(settings: Settings, real_ports: Ports) -> None:
    """Whatever is on one side only is reported once; --fix removes unknown objects in every version."""
    client: Any = s3_client(settings)
    keys = sorted({*NAMES, *(f"uploads/odd/{name}" for name in ODD)})
    unknown, lost = set(keys[::100]), set(keys[50::100])

    def put(key: str) -> str:
        return str(
            client.put_object(Bucket=settings.minio_bucket, Key=key, Body=b"x", ContentType="audio/mpeg")["ETag"]
        ).strip('"')

    in_parallel(put, [key for key in keys if key not in lost])
    in_parallel(put, sorted(unknown)[:5])  # a second version
    etag = put("uploads/alice/etag.mp3")
    rest = {"status": UploadStatus.READY, "bucket": settings.minio_bucket, "etag": etag, "size_bytes": 1}
    rest |= {"expires_at": None}
    known = [key for key in [*keys, "uploads/alice/etag.mp3"] if key not in unknown]
    real_ports.records.add_many([a_record(f"id {key}", object_key=key, **rest) for key in known])
    intact = [a_file(real_ports), a_sent_upload(real_ports), a_staged_upload(real_ports)]
    tally = Tally()

    findings = list(reconcile(later(real_ports, days=2), tally))

    assert {row.object_key for row in findings if row.problem is Problem.UNKNOWN_OBJECT} == unknown
    assert {row.object_key for row in findings if row.problem is Problem.LOST_FILE} == lost
    assert len(findings) == len(unknown) + len(lost)
    # MinIO lists nothing that lies below an object (a/b beside a); asked for by name, it is there.
    assert tally.objects == len(keys) - len(lost) + 1 + len(intact) - 1

    tally = Tally()
    list(reconcile(later(real_ports, days=2), tally, fix=True))

    assert (tally.fixed, tally.left) == (len(unknown), len(lost))
    versions = client.get_paginator("list_object_versions").paginate(Bucket=settings.minio_bucket)
    rows = [row for page in versions for row in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]]
    hidden = {"uploads/odd/a/b"}
    assert sorted(row["Key"] for row in rows) == sorted({*known, *(file.object_key for file in intact)} - lost - hidden)
    assert fetch(real_ports, intact[0]) == SONG
    again = Tally()
    assert {row.problem for row in reconcile(later(real_ports, days=2), again, fix=True)} == {Problem.LOST_FILE}
    assert again.differences == len(lost)


@pytest.fixture
def unguarded(settings: Settings) -> Iterator[str]:
    """Return the key id of an account as an earlier version made it, without the Deny."""
    policy = upload_policy((settings.minio_bucket,))
    before = {**policy, "Statement": [one for one in policy["Statement"] if one != NO_STREAMED_WRITES]}
    accounts = MinioAccounts(settings)
    made = Credentials("unguarded-account", "s" * 40)
    assert accounts.ensure("tests-unguarded", made, before) is None
    yield made.access_key
    accounts.ensure("tests-unguarded", made, policy)


@pytest.mark.parametrize("thorough", [False, True])
def test_bytes_replaced_by_a_forger_are_a_lost_file(
    settings: Settings, real_ports: Ports, unguarded: str, thorough: bool
) -> None:
    """In the recorded version itself, even with its ETag, which MinIO accepts from the writer."""
    staged = confirm_upload(real_ports, ALICE, a_staged_upload(real_ports).upload_id, FileMetadata())
    changed, borrowed, intact = staged, a_file(real_ports), a_file(real_ports)

    def replace_bytes(file: Upload, etag: str) -> None:
        where, headers = (settings.minio_endpoint, file.bucket, file.object_key), {"x-minio-source-etag": etag}
        assert forge(*where, unguarded, OTHER, {"versionId": file.version_id or ""}, headers).status == 200
        assert fetch(real_ports, file) == OTHER

    replace_bytes(changed, "another")
    replace_bytes(borrowed, "another")  # writing the same one twice would be a 412
    replace_bytes(borrowed, borrowed.etag or "")
    lost = {changed.upload_id, borrowed.upload_id} if thorough else {changed.upload_id}

    findings = list(reconcile(real_ports, Tally(), thorough=thorough))

    assert fetch(real_ports, intact) == SONG
    assert {(row.problem, row.upload_id) for row in findings} == {(Problem.LOST_FILE, upload_id) for upload_id in lost}
    assert run(settings, *["--thorough"][:thorough]).stdout.count("lost_file") == len(lost)


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "service", "reconcile", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment_of(settings), capture_output=True, text=True, timeout=60, check=False
    )


def test_the_command_tells_and_changes_nothing(settings: Settings, real_ports: Ports) -> None:
    """It reports the servers as they are; its exit code is for cron."""
    a_file(real_ports)
    assert run(settings).returncode == 0

    forgotten = a_file(real_ports, ALICE)
    real_ports.records.remove(forgotten.upload_id, {})

    assert run(settings).returncode == 0, "younger than a day"
    done = run(settings, "--grace", "0", "--json")
    assert done.returncode == 1, done.stderr
    first, last = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["problem"], first["object_key"]) == ("unknown_object", forgotten.object_key)
    assert last == {"objects": 2, "documents": 1, "differences": 1, "mended": 0}
    assert real_ports.objects.head(forgotten.bucket, forgotten.object_key) is not None


@pytest.mark.parametrize("down", ["minio_endpoint", "mongodb_uri"])
def test_a_server_that_is_down_is_named(settings: Settings, real_ports: Ports, down: str) -> None:
    """Exit code 3 and one line, because it cannot know whether they agree."""
    scheme = "mongodb" if down == "mongodb_uri" else "http"
    lost = settings.model_copy(update={down: f"{scheme}://127.0.0.1:{free_port()}"})

    done = run(lost)

    assert done.returncode == 3
    assert "unavailable" in done.stderr
    assert "Traceback" not in done.stderr
