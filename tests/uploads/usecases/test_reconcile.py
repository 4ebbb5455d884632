"""Reconcile: what only the bucket or only the database knows, and what must not be mistaken for either."""

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import Conflict, DatabaseUnavailable
from service.store.errors import StoreUnavailable
from service.store.memory.objects import MemoryObjectStore
from service.store.model import ObjectEntry, StoredObject
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.upkeep.reconcile import (
    Difference,
    Problem,
    Tally,
    reconcile,
)
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    NO_METADATA,
    OTHER,
    SONG,
    STAGED_KEY,
    a_covered_file,
    a_declaration,
    a_file,
    a_sent_multipart,
    a_sent_upload,
    a_staged_upload,
    fetch,
    send,
)
from tests.conftest import ROOT, Clock
from tests.helpers.many_files import many_files

DAY = 86_401


def all_of(ports: Ports, **how: Any) -> list[Difference]:
    return list(reconcile(ports, Tally(), **how))


def forget(ports: Ports, upload_id: str) -> None:
    """Delete a document, as a restored backup of the database may lack it."""
    assert ports.records.remove(upload_id, {})


def test_uploads_in_every_state_are_no_difference(ports: Ports, clock: Clock) -> None:
    """Sent or not, confirmed, aborted, replaced, deleted: each object has its document."""
    a_file(ports)
    a_sent_upload(ports)
    start_upload(ports, ALICE, a_declaration())
    for body in (SONG, OTHER):
        confirm_upload(ports, ALICE, a_staged_upload(ports, body=body).upload_id, NO_METADATA)
    a_staged_upload(ports, key="uploads/alice/another")
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    abort_upload(ports, ALICE, upload.upload_id)
    send(ports, transfer, SONG)

    assert all_of(ports, grace=timedelta(0)) == []
    clock.pass_(3 * DAY)
    assert all_of(ports) == []


def test_an_object_that_no_document_names_is_told_and_removed_when_asked(ports: Ports, clock: Clock) -> None:
    """In every version, and nothing else."""
    intact, lost = a_file(ports), a_file(ports)
    forget(ports, lost.upload_id)
    clock.pass_(DAY)

    assert [(row.problem, row.object_key, row.fixed) for row in all_of(ports)] == [
        (Problem.UNKNOWN_OBJECT, lost.object_key, False)
    ]
    assert len(ports.objects.keys()) == 2

    tally = Tally()
    findings = list(reconcile(ports, tally, fix=True))

    assert [(row.object_key, row.size_bytes, row.fixed) for row in findings] == [(lost.object_key, len(SONG), True)]
    assert tally == Tally(objects=2, documents=1, differences=1, fixed=1)
    assert ports.objects.keys() == [intact.object_key]
    assert all_of(ports) == []


def test_a_young_object_is_left_alone(ports: Ports, clock: Clock) -> None:
    """Its document may have been written after the check."""
    a_file(ports)
    forget(ports, a_file(ports).upload_id)
    clock.pass_(DAY - 2)

    assert all_of(ports, fix=True) == []
    assert len(all_of(ports, grace=timedelta(seconds=DAY - 4))) == 1


def test_what_is_younger_than_a_copy_takes_is_never_removed(ports: Ports, clock: Clock) -> None:
    """Whatever the grace, because it may be about to be recorded."""
    a_file(ports)
    forget(ports, a_file(ports).upload_id)
    clock.pass_(299)

    assert [row.fixed for row in all_of(ports, fix=True, grace=timedelta(0))] == [False]
    clock.pass_(2)
    assert [row.fixed for row in all_of(ports, fix=True, grace=timedelta(0))] == [True]


def test_a_file_whose_object_is_gone_is_told_and_kept(ports: Ports, clock: Clock) -> None:
    """A backup may have its bytes, and only the document says where they belong."""
    a_file(ports)
    lost = a_file(ports)
    ports.objects.purge(lost.bucket, lost.object_key)
    tally = Tally()

    findings = list(reconcile(ports, tally, fix=True))

    assert [(row.problem, row.upload_id, row.fixed) for row in findings] == [(Problem.LOST_FILE, lost.upload_id, False)]
    assert tally.left == 1
    assert ports.records.get(lost.upload_id) == lost


def test_a_file_is_looked_for_at_its_version(ports: Ports, clock: Clock) -> None:
    """Later writes do not matter; if its own version is gone, a newer one does not replace it."""
    file = a_file(ports)
    _, foreign = start_upload(ports, ALICE, a_declaration(OTHER))
    over = replace(foreign, url=_put_over(ports, file.object_key))
    assert send(ports, over, OTHER, {}).status == 200
    assert all_of(ports) == []

    ports.objects.delete_version(file.bucket, file.object_key, file.version_id)

    assert [row.problem for row in all_of(ports)] == [Problem.LOST_FILE]


def replaced(ports: Ports, file: Upload, version: StoredObject, body: bytes = OTHER) -> Upload:
    """Return the file after a forger has overwritten its recorded version."""
    assert isinstance(ports.objects, MemoryObjectStore)
    ports.objects.replace_version(file.bucket, file.object_key, version, body)
    return file


def test_bytes_replaced_at_the_recorded_version_are_a_lost_file(ports: Ports, clock: Clock) -> None:
    """The hole in MinIO allowed this: key and version match the document, the bytes do not."""
    file = a_file(ports)
    assert all_of(ports) == []

    replaced(ports, file, replace(stored(ports, file), etag="other"))

    assert [(row.problem, row.upload_id) for row in all_of(ports)] == [(Problem.LOST_FILE, file.upload_id)]


def test_a_newer_version_that_looks_right_hides_no_replaced_bytes(ports: Ports, clock: Clock) -> None:
    """The listing shows its ETag, which matches the document, but downloads use another version."""
    file = a_file(ports)
    _, foreign = start_upload(ports, ALICE, a_declaration())
    send(ports, replace(foreign, url=_put_over(ports, file.object_key)), SONG, {})
    assert all_of(ports) == []

    replaced(ports, file, replace(stored(ports, file), etag="other"))

    assert [row.problem for row in all_of(ports)] == [Problem.LOST_FILE]


def test_a_copy_of_a_lost_version_is_no_comfort(ports: Ports, clock: Clock) -> None:
    """As after a copy to another store: the bytes are there, but every download fails."""
    file = a_file(ports)
    _, foreign = start_upload(ports, ALICE, a_declaration())
    send(ports, replace(foreign, url=_put_over(ports, file.object_key)), SONG, {})

    ports.objects.delete_version(file.bucket, file.object_key, file.version_id)

    assert fetch(ports, file) is None
    assert [row.problem for row in all_of(ports)] == [Problem.LOST_FILE]


@pytest.mark.parametrize("thorough", [False, True])
def test_bytes_replaced_under_a_borrowed_etag_are_found_by_their_digest(
    ports: Ports, clock: Clock, thorough: bool
) -> None:
    """MinIO accepts ETag and time from the writer, so only a check of each file finds it."""
    file = a_file(ports)
    clock.pass_(DAY)
    since = ports.now() if not thorough else stored(ports, file).modified_at

    replaced(ports, file, replace(stored(ports, file), checksums={"sha256": None}, modified_at=since))

    assert [row.problem for row in all_of(ports, thorough=thorough)] == [Problem.LOST_FILE]
    assert len(all_of(ports)) == (0 if thorough else 1)


@pytest.mark.parametrize(("seconds", "problems"), [(60, []), (61, [Problem.LOST_FILE])])
def test_a_version_written_after_its_confirm_is_a_lost_file(
    ports: Ports, clock: Clock, seconds: int, problems: list[Problem]
) -> None:
    """No honest write changes a version, so without a digest the time decides; clocks may differ by a minute."""
    file = confirm_upload(ports, ALICE, a_staged_upload(ports).upload_id, NO_METADATA)

    replaced(ports, file, replace(stored(ports, file), modified_at=clock.time + timedelta(seconds=seconds)))

    assert [row.problem for row in all_of(ports)] == problems


def test_files_of_every_kind_are_right_when_looked_at_one_by_one(ports: Ports, clock: Clock) -> None:
    """In one piece, in parts, staged, attached to an existing file, and a cover."""
    a_covered_file(ports)
    confirm_upload(ports, ALICE, a_sent_multipart(ports).upload_id, NO_METADATA)
    for body in (SONG, OTHER):
        confirm_upload(ports, ALICE, a_staged_upload(ports, body=body).upload_id, NO_METADATA)

    assert all_of(ports, thorough=True) == []


def stored(ports: Ports, file: Upload) -> StoredObject:
    head = ports.objects.head(file.bucket, file.object_key, file.version_id)
    assert head
    return head


def _put_over(ports: Ports, object_key: str) -> str:
    """Overwrite a version by a URL as CVE-2026-41145 provides it, without any seal."""
    return ports.objects.presign_put("mybucket", object_key, headers={}, at=ports.now(), expires_in=60).url


def test_what_stays_under_incoming_is_the_sweepers_until_it_has_been_there(ports: Ports, clock: Clock) -> None:
    """After that, it is reported as unknown."""
    upload = a_staged_upload(ports)
    confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
    again = ports.objects.presign_put("mybucket", upload.object_key, headers={}, at=ports.now(), expires_in=60)
    send(ports, again, OTHER, {})
    clock.pass_(2 * DAY)
    assert all_of(ports) == []

    sweep(ports)
    late = ports.objects.presign_put("mybucket", upload.object_key, headers={}, at=ports.now(), expires_in=60)
    send(ports, late, OTHER, {})
    clock.pass_(2 * DAY)

    assert [row.object_key for row in all_of(ports, fix=True)] == [upload.object_key]
    assert fetch(ports, find_by_key(ports, ALICE, STAGED_KEY)) == SONG
    assert ports.objects.keys() == [STAGED_KEY]


def test_every_bucket_is_looked_at(ports: Ports, clock: Clock) -> None:
    """MINIO_BUCKET_BY_TYPE; a known key in the wrong bucket is unknown there."""
    policy = replace(ports.policy, bucket_by_type=(("video/*", "videos"),))
    ports.objects.prepare(("videos",))
    ports = replace(ports, policy=policy)
    song, film = a_file(ports), a_file(ports, content_type="video/mp4")
    astray = ports.objects.presign_put("videos", song.object_key, headers={}, at=ports.now(), expires_in=60)
    send(ports, astray, SONG, {})
    clock.pass_(DAY)

    findings = all_of(ports, fix=True)

    assert film.bucket == "videos"
    assert [(row.bucket, row.object_key) for row in findings] == [("videos", song.object_key)]
    assert [fetch(ports, file) for file in (song, film)] == [SONG, SONG]


def test_other_objects_of_the_bucket_are_not_ours(ports: Ports, clock: Clock) -> None:
    """Only those under incoming/ and uploads/ are."""
    a_file(ports)
    for key in ("backup/db.gz", "uploads", "uploads.txt", "z"):
        url = ports.objects.presign_put("mybucket", key, headers={}, at=ports.now(), expires_in=60)
        send(ports, url, SONG, {})
    clock.pass_(DAY)

    assert all_of(ports, fix=True) == []


def test_the_wrong_database_removes_nothing(ports: Ports, clock: Clock) -> None:
    """All objects are unknown to it: the report says so, and --fix refuses."""
    for _ in range(3):
        forget(ports, a_file(ports).upload_id)
    clock.pass_(DAY)

    assert len(all_of(ports)) == 3
    with pytest.raises(Conflict):
        all_of(ports, fix=True)
    assert len(ports.objects.keys()) == 3


class Moving:
    """A store in which something happens after the listing."""

    def __init__(self, objects: Any, happens: Callable[[], object]) -> None:
        self._objects = objects
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._objects, name)

    def iter_objects(self, bucket: str, prefix: str = "") -> Iterator[ObjectEntry]:
        yield from self._objects.iter_objects(bucket, prefix)
        if prefix.startswith("uploads"):
            self._happens()


def test_what_changes_while_we_look_is_no_difference(ports: Ports, clock: Clock) -> None:
    """One file is confirmed after the listing passed its key, and one is deleted."""
    deleted = a_file(ports)
    clock.pass_(DAY)

    def happens() -> None:
        a_file(ports)
        ports.records.change(deleted.upload_id, {}, {"status": UploadStatus.DELETED})
        ports.objects.purge(deleted.bucket, deleted.object_key)

    moving = replace(ports, objects=Moving(ports.objects, happens))

    assert all_of(moving, fix=True, grace=timedelta(0)) == []


# --- size --------------------------------------------------------------------------------------
def peak_of(count: int) -> tuple[int, Tally]:
    """Return the peak memory in bytes of a run over so many files."""
    ports, tally = many_files(count), Tally()
    tracemalloc.start()
    try:
        for _ in reconcile(ports, tally):
            pass
        return tracemalloc.get_traced_memory()[1], tally
    finally:
        tracemalloc.stop()


def test_many_objects_take_no_more_memory_than_a_few() -> None:
    """Nothing accumulates."""
    few, _ = peak_of(1000)
    many, tally = peak_of(100_000)

    assert tally == Tally(objects=99_999, documents=99_999, differences=1)
    assert many < few + 64 * 1024


def test_a_million_objects_do_not_make_the_process_grow() -> None:
    """By the system's own measure, a separate process grows by less than one page of a listing."""
    command = [sys.executable, "-m", "tests.helpers.many_files", "1000000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=True)

    objects, growth_kib, _ = done.stdout.split()
    assert objects == "999990"
    assert int(growth_kib) < 4096


# --- the command -------------------------------------------------------------------------------
def run(ports: Ports, *arguments: str) -> tuple[int, list[str]]:
    """Return the command's exit code and its lines of output."""
    done = create_app(Settings(auth_mode="open"), ports).test_cli_runner().invoke(args=["reconcile", *arguments])
    return done.exit_code, done.output.splitlines()


def test_the_command_tells_what_differs_and_ends_with_one(ports: Ports, clock: Clock) -> None:
    """As a table, or as JSON Lines; with --fix it exits with 0 if everything is fixed."""
    a_file(ports)
    lost = a_file(ports)
    forget(ports, lost.upload_id)
    clock.pass_(DAY)

    code, lines = run(ports)
    assert code == 1
    assert lines[0].split() == ["unknown_object", "20", "2026-11-21T12:00:00+00:00", f"mybucket/{lost.object_key}"]
    assert lines[1] == "2 objects, 1 documents: 1 differ, 0 mended"

    code, lines = run(ports, "--json")
    assert code == 1
    assert json.loads(lines[0])["object_key"] == lost.object_key
    assert json.loads(lines[1]) == {"objects": 2, "documents": 1, "differences": 1, "mended": 0}

    assert run(ports, "--fix")[0] == 0
    assert run(ports) == (0, ["1 objects, 1 documents: 0 differ, 0 mended"])


def test_a_key_from_elsewhere_cannot_write_to_the_terminal(ports: Ports, clock: Clock) -> None:
    """Writers to the bucket may choose any key."""
    a_file(ports)
    url = ports.objects.presign_put("mybucket", "uploads/\x1b[2J\n", headers={}, at=ports.now(), expires_in=60)
    send(ports, url, SONG, {})
    clock.pass_(DAY)

    _, lines = run(ports)

    assert lines[0].endswith(r"mybucket/uploads/\u001b[2J\u000a")


@pytest.mark.parametrize(("port", "error"), [("objects", StoreUnavailable), ("records", DatabaseUnavailable)])
def test_the_command_ends_with_three_where_a_server_is_down(ports: Ports, port: str, error: type[Exception]) -> None:
    """It could not compare, so neither 0 nor 1 would be true."""

    class Down:
        def __getattr__(self, name: str) -> Any:
            raise error("down")

    code, lines = run(replace(ports, **{port: Down()}))

    assert code == 3
    assert "down" in lines[-1]
    assert "Traceback" not in "\n".join(lines)


def test_a_listing_out_of_order_is_refused(ports: Ports) -> None:
    """It would make known objects look unknown."""

    class Unordered(Moving):
        def iter_objects(self, bucket: str, prefix: str = "") -> Iterator[ObjectEntry]:
            yield from reversed(list(self._objects.iter_objects(bucket, prefix)))

    for _ in range(2):
        a_file(ports)

    assert run(replace(ports, objects=Unordered(ports.objects, lambda: None)), "--fix")[0] == 3
    assert len(ports.objects.keys()) == 2
