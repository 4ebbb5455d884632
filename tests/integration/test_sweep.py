"""The sweeper on real servers: in this process with a moved clock, and as the command for cron."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from dev.ports import free_port
from dev.servers import MongodServer
from service.app import build_ports
from service.ports import Ports
from service.settings import Settings
from service.store.s3.store import s3_client
from service.uploads.model import UploadStatus
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.read import get_file, list_files
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.upkeep.sweep import SweepReport, sweep
from tests.builders import (
    ALICE,
    NO_METADATA,
    OTHER,
    SONG,
    STAGED_KEY,
    a_declaration,
    a_file,
    a_sent_upload,
    a_staged_upload,
    fetch,
    later,
    send,
)
from tests.conftest import ROOT, Store, environment_of, settings_for

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def prepared(minio: Store, mongod: MongodServer) -> Iterator[tuple[Settings, Ports]]:
    """Made once, because making the two credentials takes a second."""
    settings = settings_for(minio, mongod)
    ports = build_ports(settings)
    ports.records.prepare()
    ports.objects.prepare(ports.policy.buckets)
    yield settings, ports
    ports.records.close()


@pytest.fixture
def settings(prepared: tuple[Settings, Ports]) -> Settings:
    """Settings with an empty bucket and collection."""
    settings, _ = prepared
    client = s3_client(settings)
    for key, version_id in stored(settings):
        client.delete_object(Bucket=settings.minio_bucket, Key=key, VersionId=version_id)
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as database:
        database[settings.mongodb_database]["files"].delete_many({})
    return settings


@pytest.fixture
def real_ports(prepared: tuple[Settings, Ports], settings: Settings) -> Ports:
    """Ports on that bucket and collection."""
    return prepared[1]


# When every URL has expired and every pending upload is due.
LONG_AFTER_S = 100_000


def stored(settings: Settings) -> list[tuple[str, str]]:
    """Return key and version of everything in the bucket, delete markers included."""
    listing: Any = s3_client(settings).list_object_versions(Bucket=settings.minio_bucket)
    rows = [*listing.get("Versions", []), *listing.get("DeleteMarkers", [])]
    return sorted((row["Key"], row["VersionId"]) for row in rows)


def test_after_the_sweep_only_files_are_left(settings: Settings, real_ports: Ports) -> None:
    """In the bucket and among the documents, whatever clients leave behind."""
    files = [a_file(real_ports), confirm_upload(real_ports, ALICE, a_staged_upload(real_ports).upload_id, NO_METADATA)]
    start_upload(real_ports, ALICE, a_declaration())
    never_confirmed = a_sent_upload(real_ports)
    start_staged(real_ports, ALICE, "uploads/alice/1")
    a_staged_upload(real_ports, key="uploads/alice/2", content_type="text/html")
    deleted, replay = start_upload(real_ports, ALICE, a_declaration())
    send(real_ports, replay, SONG)
    confirm_upload(real_ports, ALICE, deleted.upload_id, NO_METADATA)
    delete_file(real_ports, ALICE, deleted.upload_id)
    assert send(real_ports, replay, SONG).status == 200
    waiting = a_staged_upload(real_ports, key="uploads/alice/3", body=OTHER)

    first = sweep(later(real_ports, seconds=LONG_AFTER_S))
    sweep(later(real_ports, seconds=2 * LONG_AFTER_S))

    files.append(find_by_key(real_ports, ALICE, "uploads/alice/3"))
    files.insert(2, get_file(real_ports, ALICE, never_confirmed.upload_id))
    assert first.confirmed == 2
    assert files[-1].upload_id == waiting.upload_id
    assert stored(settings) == sorted((file.object_key, str(file.version_id)) for file in files)
    assert [fetch(real_ports, file) for file in files] == [SONG, SONG, SONG, OTHER]
    assert list(real_ports.records.due(later(real_ports, seconds=3 * LONG_AFTER_S).now(), 9)) == []
    assert real_ports.records.page(UploadQuery("alice", UploadStatus.PENDING)) == []


def test_replacements_and_copies_never_recorded_leave_one_version(settings: Settings, real_ports: Ports) -> None:
    """Confirms were cut off after their copy, twice, and others have replaced the file since."""
    upload = a_staged_upload(real_ports)
    head = real_ports.objects.head(upload.bucket, upload.object_key)
    assert head is not None
    for _ in range(2):
        real_ports.objects.copy(
            upload.bucket, upload.object_key, STAGED_KEY, if_match=head.etag, content_type="audio/mpeg"
        )
    confirm_upload(real_ports, ALICE, upload.upload_id, NO_METADATA)
    for body in (OTHER, SONG, OTHER):
        confirm_upload(real_ports, ALICE, a_staged_upload(real_ports, body=body).upload_id, NO_METADATA)

    sweep(later(real_ports, seconds=LONG_AFTER_S))

    file = find_by_key(real_ports, ALICE, STAGED_KEY)
    assert stored(settings) == [(STAGED_KEY, file.version_id)]
    assert fetch(real_ports, file) == OTHER


def test_uploads_to_one_key_settled_at_once_agree_on_the_real_servers(settings: Settings, real_ports: Ports) -> None:
    """Eight uploads with five confirms each: one file, with the bytes of one of them."""
    bodies = [SONG + bytes([number]) for number in range(8)]
    uploads = [a_staged_upload(real_ports, body=body) for body in bodies] * 5

    with ThreadPoolExecutor(16) as pool:
        confirmed = list(
            pool.map(lambda upload: confirm_upload(real_ports, ALICE, upload.upload_id, NO_METADATA), uploads)
        )

    file = find_by_key(real_ports, ALICE, STAGED_KEY)
    assert {answer.upload_id for answer in confirmed} == {file.upload_id}
    assert fetch(real_ports, file) in bodies
    sweep(later(real_ports, seconds=LONG_AFTER_S))
    assert stored(settings) == [(STAGED_KEY, file.version_id)]
    assert find_by_key(real_ports, ALICE, STAGED_KEY).version_id == file.version_id


def test_sweepers_at_once_share_the_work(settings: Settings, real_ports: Ports) -> None:
    """None fails, and each document is counted once."""
    for number in range(20):
        start_upload(real_ports, ALICE, a_declaration())
        a_staged_upload(real_ports, key=f"uploads/alice/{number % 4}")

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: sweep(later(real_ports, seconds=LONG_AFTER_S)), range(4)))
    for seconds in (200_000, 300_000):
        sweep(later(real_ports, seconds=seconds))

    assert sum(report.expired for report in reports) == 20
    files = list_files(real_ports, ALICE, UploadQuery("alice"))
    assert stored(settings) == sorted((file.object_key, str(file.version_id)) for file in files)
    assert len(files) == 4


def run_sweep(settings: Settings) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "service", "sweep"]
    return subprocess.run(
        command, cwd=ROOT, env=environment_of(settings), capture_output=True, text=True, timeout=60, check=False
    )


def test_the_command_sweeps_and_says_what_it_did(settings: Settings, real_ports: Ports) -> None:
    """For cron: one line, exit code 0."""
    uploads = [a_sent_upload(real_ports), a_staged_upload(real_ports)]
    long_ago = real_ports.now() - timedelta(days=2)
    for upload in uploads:
        real_ports.records.change(upload.upload_id, {}, {"urls_expire_at": long_ago, "expires_at": long_ago})

    done = run_sweep(settings)

    assert done.returncode == 0, done.stderr
    assert done.stdout == "confirmed 2, expired 0, removed 0, tidied 0, put off 0\n"
    assert fetch(real_ports, find_by_key(real_ports, ALICE, STAGED_KEY)) == SONG


def test_the_command_fails_plainly_where_a_server_is_down(settings: Settings) -> None:
    """Exit code 1 and one line that names it, for the operator's cron mail."""
    lost = settings.model_copy(update={"mongodb_uri": f"mongodb://127.0.0.1:{free_port()}/"})

    done = run_sweep(lost)

    assert done.returncode == 1
    assert "no answer from the database" in done.stderr
    assert "(database_unavailable)" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_sweep_says_so(settings: Settings, real_ports: Ports) -> None:
    """Nothing is due on a fresh start."""
    assert sweep(real_ports) == SweepReport()
    assert stored(settings) == []
