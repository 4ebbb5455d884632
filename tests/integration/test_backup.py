"""docs/backup.md on real servers: a database and a bucket from different moments, and from the same one."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from service.ports import Ports
from service.settings import Settings
from service.shared.errors import MoodropError
from service.store.s3.store import s3_client
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.upkeep.reconcile import Problem, Tally, reconcile
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    NO_METADATA,
    SECRET_KEY,
    SONG,
    a_declaration,
    a_file,
    a_sent_upload,
    fetch,
    later,
    send,
)
from tests.conftest import prepared_ports
from tests.helpers.containers import wait_for
from tests.integration.frail import Frail, frail_pair, frozen

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

AT_ONCE = 3


def settings_of(servers: Frail) -> Settings:
    return servers.settings(secret_key=SECRET_KEY, media=False, history=False, upload_url_expires_in=600)


def copy_database(servers: Frail, backup: Path) -> None:
    """Copy what a snapshot of its file system would hold: the server runs, and nothing changes meanwhile."""
    with frozen(servers.database):
        shutil.copytree(servers.folder / "mongod", backup / "mongod")


def copy_bucket(servers: Frail, backup: Path) -> None:
    with frozen(servers.store):
        shutil.copytree(servers.folder / "minio", backup / "minio")


@contextmanager
def restored(folder: Path, *, database: Path, bucket: Path) -> Iterator[tuple[Settings, Ports]]:
    """A service on copies of these two backups."""
    shutil.copytree(database / "mongod", folder / "mongod")
    shutil.copytree(bucket / "minio", folder / "minio")
    with frail_pair(folder) as servers:
        settings = settings_of(servers)
        with prepared_ports(settings) as ports:
            yield settings, ports


@dataclass(frozen=True)
class Story:
    """Backups of two moments, and what happened in between."""

    older: Path
    newer: Path
    unchanged: Upload  # a file at both moments
    deleted: Upload  # a file, deleted just before the second moment
    forgotten: Upload  # a file, deleted so long before it that nothing is left
    sent: Upload  # bytes without a confirm, confirmed in between
    late: Upload  # a start without bytes, sent and confirmed in between
    new: Upload  # a file made in between

    def findings(self, ports: Ports) -> set[tuple[Problem, str]]:
        """What reconcile finds three days later, and in which of these uploads."""
        names = {
            getattr(self, name).object_key: name
            for name in ("unchanged", "deleted", "forgotten", "sent", "late", "new")
        }
        return {(row.problem, names[row.object_key]) for row in reconcile(later(ports, days=3), Tally())}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("backup")
    older, newer = folder / "older", folder / "newer"
    with frail_pair(folder / "first") as servers, prepared_ports(settings_of(servers)) as ports:
        sent = a_sent_upload(ports)
        late, transfer = start_upload(ports, ALICE, a_declaration())
        # Their confirms wait until everything before them is durable, too; starts alone do not.
        unchanged, deleted, forgotten = a_file(ports), a_file(ports), a_file(ports)
        copy_database(servers, older)
        copy_bucket(servers, older)

        new = a_file(ports)
        confirm_upload(ports, ALICE, sent.upload_id, NO_METADATA)
        assert send(ports, transfer, SONG).status == 200
        confirm_upload(ports, ALICE, late.upload_id, NO_METADATA)
        delete_file(ports, ALICE, forgotten.upload_id)
        sweep(later(ports, days=2))
        delete_file(ports, ALICE, deleted.upload_id)
        copy_database(servers, newer)
        copy_bucket(servers, newer)
    yield Story(older, newer, unchanged, deleted, forgotten, sent, late, new)
    shutil.rmtree(folder)


def test_an_older_database_finds_again_what_it_knew_of(story: Story, tmp_path: Path) -> None:
    """Uploads that were under way become files; newer ones are unknown; what was deleted is known without bytes."""
    with restored(tmp_path, database=story.older, bucket=story.newer) as (_, ports):
        sweep(later(ports, days=2))

        for upload in (story.unchanged, story.sent, story.late):
            assert fetch(ports, file_of(ports, upload)) == SONG
        assert ports.records.get(story.new.upload_id) is None
        assert ports.objects.head(story.new.bucket, story.new.object_key)
        gone = {(Problem.LOST_FILE, "deleted"), (Problem.LOST_FILE, "forgotten")}
        assert story.findings(ports) == {(Problem.UNKNOWN_OBJECT, "new"), *gone}

        for upload in (story.deleted, story.forgotten):
            delete_file(ports, ALICE, upload.upload_id)
        list(reconcile(later(ports, days=3), Tally(), fix=True))
        assert story.findings(ports) == set()
        assert fetch(ports, file_of(ports, story.unchanged)) == SONG


def test_an_older_bucket_lacks_what_came_later(story: Story, tmp_path: Path) -> None:
    """Files without bytes are named; bytes of deleted files are back, and go again."""
    with restored(tmp_path, database=story.newer, bucket=story.older) as (_, ports):
        assert ports.objects.head(story.deleted.bucket, story.deleted.object_key), "it is back"
        sweep(later(ports, days=2))

        assert ports.objects.head(story.deleted.bucket, story.deleted.object_key) is None
        for upload in (story.unchanged, story.sent):
            assert fetch(ports, file_of(ports, upload)) == SONG
        for upload in (story.late, story.new):
            assert fetch(ports, file_of(ports, upload)) is None
        lost = {(Problem.LOST_FILE, "late"), (Problem.LOST_FILE, "new")}
        assert story.findings(ports) == {(Problem.UNKNOWN_OBJECT, "forgotten"), *lost}

        for upload in (story.late, story.new):
            delete_file(ports, ALICE, upload.upload_id)
        list(reconcile(later(ports, days=3), Tally(), fix=True))
        assert story.findings(ports) == set()


def test_bytes_that_a_copying_tool_puts_back_are_another_version(story: Story, tmp_path: Path) -> None:
    """So a mirror is no backup by itself: documents name versions, and reconcile says which files miss theirs."""
    with restored(tmp_path, database=story.newer, bucket=story.newer) as (settings, ports):
        assert story.findings(ports) == set()
        unchanged = file_of(ports, story.unchanged)
        ports.objects.delete_version(unchanged.bucket, unchanged.object_key, unchanged.version_id)
        client: Any = s3_client(settings)
        client.put_object(
            Bucket=unchanged.bucket, Key=unchanged.object_key, Body=SONG, ContentType=unchanged.content_type
        )

        assert fetch(ports, unchanged) is None
        assert story.findings(ports) == {(Problem.LOST_FILE, "unchanged")}


@dataclass
class Uploaders:
    """People who upload one file after the other, until they are told to stop."""

    ports: Ports
    stop: Event = field(default_factory=Event)
    acknowledged: list[Upload] = field(default_factory=list)

    def work(self) -> None:
        while not self.stop.is_set():
            with suppress(MoodropError, AssertionError):  # the frozen server answered too late
                self.acknowledged.append(a_file(self.ports))

    def more(self, count: int) -> None:
        """Return when so many more files were acknowledged."""
        goal = len(self.acknowledged) + count
        wait_for(lambda: len(self.acknowledged) >= goal, 60, f"{count} more files")


def test_snapshots_of_running_servers_hold_every_acknowledged_file(tmp_path: Path) -> None:
    """The database first: then every file that it knows has its bytes in the snapshot of the bucket."""
    backup = tmp_path / "backup"
    with frail_pair(tmp_path / "first") as servers, prepared_ports(settings_of(servers)) as ports:
        uploaders = Uploaders(ports)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in range(AT_ONCE):
                pool.submit(uploaders.work)
            try:
                uploaders.more(20)
                before = list(uploaders.acknowledged)
                copy_database(servers, backup)
                uploaders.more(20)
                copy_bucket(servers, backup)
                uploaders.more(1)
            finally:
                uploaders.stop.set()

    with restored(tmp_path / "second", database=backup, bucket=backup) as (_, ports):
        sweep(later(ports, days=2))

        assert {fetch(ports, file_of(ports, upload)) for upload in before} == {SONG}
        problems = {row.problem for row in reconcile(later(ports, days=3), Tally(), thorough=True)}
        assert problems == {Problem.UNKNOWN_OBJECT}, "only what was started after the snapshot of the database"


def file_of(ports: Ports, upload: Upload) -> Upload:
    file = ports.records.get(upload.upload_id)
    assert file is not None
    assert file.status is UploadStatus.READY
    return file
