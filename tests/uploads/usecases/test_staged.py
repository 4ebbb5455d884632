"""Staged uploads: confirmed by their client, by a read of their key or by the sweeper; a second one replaces."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from service.ports import Ports
from service.store.memory.objects import MemoryObjectStore
from service.store.model import StoredObject
from service.uploads.errors import (
    FileDeleted,
    ObjectMismatch,
    ObjectMissing,
    UploadExpired,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.ports.records import RecordStore
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.read import list_files
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.start import start_staged
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, NO_METADATA, OTHER, SONG, STAGED_KEY, a_staged_upload, fetch, send
from tests.conftest import Clock

LONG_AFTER = 100_000  # s: every URL has expired, and every pending upload is due


def confirmed(ports: Ports, upload: Upload, metadata: FileMetadata = NO_METADATA) -> Upload:
    return confirm_upload(ports, ALICE, upload.upload_id, metadata)


def test_a_confirmed_staged_upload_lies_under_the_named_key(ports: Ports) -> None:
    """Copied inside the store; the object under incoming/ is removed."""
    upload = a_staged_upload(ports)

    file = confirmed(ports, upload, FileMetadata(title="Blue"))

    assert (file.upload_id, file.object_key, file.status) == (upload.upload_id, STAGED_KEY, UploadStatus.READY)
    assert (file.size_bytes, file.content_type, file.filename) == (len(SONG), "audio/mpeg", "a b.mp3")
    assert ports.objects.keys() == [STAGED_KEY]
    assert fetch(ports, file) == SONG
    assert confirmed(ports, upload) == file


def test_bytes_sent_again_after_settling_change_nothing(ports: Ports, clock: Clock) -> None:
    """The URL still writes to incoming/, from where nothing is served, and the sweeper empties it."""
    upload, transfer = start_staged(ports, ALICE, STAGED_KEY)
    send(ports, transfer, SONG, {"content-type": "audio/mpeg"})
    file = confirmed(ports, upload)
    assert send(ports, transfer, OTHER, {"content-type": "audio/mpeg"}).status == 200

    assert fetch(ports, find_by_key(ports, ALICE, STAGED_KEY)) == SONG
    assert confirmed(ports, upload) == file
    clock.pass_(LONG_AFTER)
    report = sweep(ports)

    assert report.tidied == 1
    assert ports.objects.keys() == [STAGED_KEY]
    assert fetch(ports, find_by_key(ports, ALICE, STAGED_KEY)) == SONG


def test_a_second_upload_to_the_same_key_replaces_the_file(ports: Ports, clock: Clock) -> None:
    """Like the seed's PUT: the same document, new bytes, and the old ones are gone."""
    first = confirmed(ports, a_staged_upload(ports), FileMetadata(mood="happy", title="Blue"))
    clock.pass_(5)
    upload = a_staged_upload(ports, body=OTHER)

    second = confirmed(ports, upload, FileMetadata(title="Bluer"))

    assert second.upload_id == first.upload_id
    assert second.etag != first.etag
    assert second.metadata == FileMetadata(mood="happy", title="Bluer")
    assert fetch(ports, second) == OTHER
    assert ports.objects.head(first.bucket, STAGED_KEY, first.version_id) is None
    assert confirmed(ports, upload) == second
    assert [file.upload_id for file in list_files(ports, ALICE, UploadQuery("alice", limit=9))] == [first.upload_id]


def test_a_replaced_file_survives_every_sweep(ports: Ports, clock: Clock) -> None:
    """The second upload's leftovers go; the file keeps the newest bytes."""
    confirmed(ports, a_staged_upload(ports))
    for body in (OTHER, SONG, OTHER + b" "):
        clock.pass_(5)
        confirmed(ports, a_staged_upload(ports, body=body))
    clock.pass_(LONG_AFTER)

    sweep(ports)

    file = find_by_key(ports, ALICE, STAGED_KEY)
    assert fetch(ports, file) == OTHER + b" "
    assert file.expires_at is None
    assert ports.objects.keys() == [STAGED_KEY]


def test_replacements_in_one_millisecond_do_not_undo_each_other(ports: Ports, clock: Clock) -> None:
    """Clocks count milliseconds and servers' clocks differ, but the later confirm must stay."""
    for body in (SONG, OTHER, SONG + b"3"):
        last = confirmed(ports, a_staged_upload(ports, body=body))
        assert fetch(ports, last) == body
    clock.pass_(LONG_AFTER)

    sweep(ports)

    assert fetch(ports, find_by_key(ports, ALICE, STAGED_KEY)) == SONG + b"3"


def test_a_replacement_confirmed_by_a_slow_clock_stays(ports: Ports, clock: Clock) -> None:
    """A server whose clock is a minute behind confirms the second upload."""
    confirmed(ports, a_staged_upload(ports))
    upload = a_staged_upload(ports, body=OTHER)
    behind = replace(ports, now=Clock(clock()))
    behind.now.pass_(-60)

    file = confirmed(behind, upload)

    assert fetch(ports, file) == OTHER


def test_confirms_at_once_settle_once(ports: Ports) -> None:
    """Several may copy, but one is recorded, and the others' copies are removed."""
    upload = a_staged_upload(ports)

    with ThreadPoolExecutor(8) as pool:
        files = list(pool.map(lambda _: confirmed(ports, upload), range(32)))

    assert all(file == files[0] for file in files)
    assert fetch(ports, files[0]) == SONG
    ports.objects.delete_version(files[0].bucket, STAGED_KEY, files[0].version_id)
    assert ports.objects.keys() == []


def test_uploads_to_one_key_settled_at_once_leave_one_file(ports: Ports, clock: Clock) -> None:
    """The file has the last one's bytes, and nothing else is left."""
    bodies = [SONG + bytes([number]) for number in range(8)]
    uploads = [a_staged_upload(ports, body=body) for body in bodies]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda upload: confirmed(ports, upload), uploads))

    file = find_by_key(ports, ALICE, STAGED_KEY)
    assert fetch(ports, file) in bodies
    clock.pass_(LONG_AFTER)
    sweep(ports)
    assert find_by_key(ports, ALICE, STAGED_KEY).version_id == file.version_id
    ports.objects.delete_version(file.bucket, STAGED_KEY, file.version_id)
    assert ports.objects.keys() == []


def test_a_look_at_the_key_settles_in_the_order_of_arrival(ports: Ports, clock: Clock) -> None:
    """Not in the order in which the URLs were issued."""
    _, early = start_staged(ports, ALICE, STAGED_KEY)
    clock.pass_(1)
    _, late = start_staged(ports, ALICE, STAGED_KEY)
    clock.pass_(1)
    send(ports, late, OTHER, {"content-type": "audio/mpeg"})
    clock.pass_(1)
    send(ports, early, SONG, {"content-type": "audio/mpeg"})

    assert fetch(ports, find_by_key(ports, ALICE, STAGED_KEY)) == SONG


def test_metadata_is_not_lost_by_a_later_upload(ports: Ports, clock: Clock) -> None:
    """The seed's client records the song once, and may upload its bytes again."""
    a_staged_upload(ports)
    find_by_key(ports, ALICE, STAGED_KEY, FileMetadata(mood="sad", title="Blue", artist="Someone"))
    clock.pass_(1)
    a_staged_upload(ports, body=OTHER)

    file = find_by_key(ports, ALICE, STAGED_KEY)

    assert file.metadata == FileMetadata(mood="sad", title="Blue", artist="Someone")
    assert fetch(ports, file) == OTHER


def test_a_type_that_is_not_allowed_is_rejected_and_removed(ports: Ports) -> None:
    """No type was signed, so the policy checks the stored object."""
    upload = a_staged_upload(ports, content_type="text/html")

    for _ in range(2):
        with pytest.raises(ObjectMismatch, match="text/html"):
            confirmed(ports, upload)

    assert ports.objects.keys() == []


def test_a_rejected_upload_leaves_the_older_file_alone(ports: Ports, clock: Clock) -> None:
    """A read of the key reports the mistake once; then the older file is served as before."""
    confirmed(ports, a_staged_upload(ports))
    clock.pass_(1)
    a_staged_upload(ports, body=b"<script>", content_type="text/html")

    with pytest.raises(ObjectMismatch):
        find_by_key(ports, ALICE, STAGED_KEY)

    assert fetch(ports, find_by_key(ports, ALICE, STAGED_KEY)) == SONG


def test_a_staged_file_that_is_too_large_is_rejected(ports: Ports) -> None:
    """Clients that declare nothing have the same limit."""
    small = replace(ports, policy=replace(ports.policy, max_upload_bytes=len(SONG) - 1))
    upload = a_staged_upload(small)

    with pytest.raises(ObjectMismatch, match="at most"):
        confirmed(small, upload)

    assert small.objects.keys() == []


def test_confirm_before_the_bytes_is_refused_until_they_arrive(ports: Ports) -> None:
    """As with a declared upload."""
    upload, transfer = start_staged(ports, ALICE, STAGED_KEY)
    with pytest.raises(ObjectMissing):
        confirmed(ports, upload)
    send(ports, transfer, SONG, {"content-type": "audio/mpeg"})

    assert confirmed(ports, upload).status is UploadStatus.READY


def test_a_deleted_staged_file_is_gone_with_its_bytes(ports: Ports) -> None:
    """A late confirm says so."""
    upload = a_staged_upload(ports)
    delete_file(ports, ALICE, confirmed(ports, upload).upload_id)

    assert ports.objects.keys() == []
    with pytest.raises(FileDeleted):
        confirmed(ports, upload)


def test_an_aborted_staged_upload_leaves_nothing(ports: Ports, clock: Clock) -> None:
    """Neither under incoming/ nor, after the sweep, in the database."""
    upload = a_staged_upload(ports)
    abort_upload(ports, ALICE, upload.upload_id)
    assert ports.objects.keys() == []

    clock.pass_(LONG_AFTER)
    sweep(ports)

    assert ports.records.get(upload.upload_id) is None


def test_the_older_files_own_url_is_still_reckoned_with(ports: Ports, clock: Clock) -> None:
    """It may outlive the replacing upload's URL, and fill incoming/ once more."""
    upload = a_staged_upload(ports, body=OTHER)
    longer = replace(ports, policy=replace(ports.policy, upload_url_expires_in=3600))
    first, long_lived = start_staged(longer, ALICE, STAGED_KEY)
    send(ports, long_lived, SONG, {"content-type": "audio/mpeg"})
    confirmed(ports, first)
    clock.pass_(1)
    file = confirmed(ports, upload)
    clock.pass_(1000)
    sweep(ports)
    assert send(ports, long_lived, SONG, {"content-type": "audio/mpeg"}).status == 200

    clock.pass_(LONG_AFTER)
    sweep(ports)

    assert ports.objects.keys() == [STAGED_KEY]
    assert fetch(ports, file) == OTHER


class SweptUnderTheCopy(MemoryObjectStore):
    """A store in which a sweeper removes the upload and its document while its bytes are copied."""

    records: RecordStore

    def copy(self, bucket: str, source_key: str, target_key: str, **more: Any) -> StoredObject | None:
        copied = super().copy(bucket, source_key, target_key, **more)
        assert self.records.remove(source_key.rpartition("/")[2], {})
        return copied


def test_a_copy_whose_upload_was_swept_meanwhile_is_dropped(ports: Ports, clock: Clock) -> None:
    """No document names it, so nobody else would ever remove it."""
    store = SweptUnderTheCopy(clock)
    store.records = ports.records
    store.prepare(ports.policy.buckets)
    ports = replace(ports, objects=store)
    upload = a_staged_upload(ports)

    with pytest.raises(UploadExpired):
        confirmed(ports, upload)

    left = store.keys()
    assert [key for key in left if key.startswith("uploads/")] == []
