"""What others are told of a file is written by the very update that it is about."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from service.ports import Ports
from service.uploads.derived import OutboxEvent
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.confirming.confirm_many import confirm_uploads
from service.uploads.usecases.covers import remove_cover
from service.uploads.usecases.files.change_owner import change_owner
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.upkeep.store_events import handle_object_created
from service.uploads.usecases.upkeep.sweep import UNTOLD_WAIT, sweep
from tests.builders import (
    ALICE,
    NO_METADATA,
    OTHER,
    PICTURE,
    STAGED_KEY,
    a_file,
    a_sent_multipart,
    a_sent_upload,
    a_staged_upload,
    send,
)
from tests.conftest import Clock
from tests.helpers.covers import a_cover_of
from tests.helpers.faults import before_call

READY, DELETED, MOVED = OutboxEvent.READY, OutboxEvent.DELETED, OutboxEvent.MOVED
LONG_AFTER = 100_000  # s


@pytest.fixture
def announcing(ports: Ports) -> Ports:
    """The same, but others want to know of each file."""
    return replace(ports, policy=replace(ports.policy, announces=True))


def now_of(ports: Ports, upload: Upload) -> Upload:
    stored = ports.records.get(upload.upload_id)
    assert stored
    return stored


def confirm(ports: Ports, upload: Upload) -> None:
    confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)


def by_an_event(ports: Ports, upload: Upload) -> None:
    handle_object_created(ports, upload.bucket, upload.object_key)


def by_the_sweeper(ports: Ports, upload: Upload) -> None:
    later = replace(ports, now=lambda: upload.urls_expire_at)
    sweep(later)


CONFIRMS: dict[str, tuple[Callable[[Ports], Upload], Callable[[Ports, Upload], object]]] = {
    "confirm": (a_sent_upload, confirm),
    "batch": (a_sent_upload, lambda ports, upload: confirm_uploads(ports, ALICE, [upload.upload_id])),
    "event": (a_sent_upload, by_an_event),
    "sweeper": (a_sent_upload, by_the_sweeper),
    "parts": (a_sent_multipart, confirm),
    "staged": (a_staged_upload, confirm),
}


def take_out(ports: Ports, upload: Upload) -> None:
    """Take the events out, as whoever was told does."""
    ports.records.change(upload.upload_id, {}, {"outbox": ()})


@pytest.mark.parametrize("way", CONFIRMS)
def test_every_way_to_become_a_file_is_announced(announcing: Ports, way: str) -> None:
    """Exactly when it becomes one."""
    send_it, confirm_it = CONFIRMS[way]
    upload = send_it(announcing)
    assert now_of(announcing, upload).outbox == ()

    confirm_it(announcing, upload)

    file = now_of(announcing, upload)
    assert (file.status, file.outbox) == (UploadStatus.READY, (READY,))


@pytest.mark.parametrize("way", CONFIRMS)
def test_nothing_is_announced_where_nobody_listens(ports: Ports, way: str) -> None:
    """A document without events costs no entry in an index."""
    send_it, confirm_it = CONFIRMS[way]
    upload = send_it(ports)
    confirm_it(ports, upload)

    delete_file(ports, ALICE, upload.upload_id)

    assert ports.records.with_outbox(READY, 9) == ports.records.with_outbox(DELETED, 9) == []


def test_a_second_confirm_announces_nothing(announcing: Ports) -> None:
    upload = a_sent_upload(announcing)
    confirm(announcing, upload)
    take_out(announcing, upload)

    confirm(announcing, upload)
    edit_file(announcing, ALICE, upload.upload_id, {"title": "Blue"})

    assert now_of(announcing, upload).outbox == ()


def test_a_cover_is_announced_like_a_file(announcing: Ports) -> None:
    """And so is its removal."""
    song = a_file(announcing)
    upload, transfer = start_upload(announcing, ALICE, a_cover_of(song))
    assert send(announcing, transfer, PICTURE).status == 200  # type: ignore[arg-type]

    confirm(announcing, upload)

    assert now_of(announcing, upload).outbox == (READY,)
    remove_cover(announcing, ALICE, song.upload_id)
    assert now_of(announcing, upload).outbox == (READY, DELETED)


def test_new_bytes_of_a_file_are_announced(announcing: Ports, clock: Clock) -> None:
    """By the file; the upload that brought them is none."""
    file = a_staged_upload(announcing)
    confirm(announcing, file)
    take_out(announcing, file)
    clock.pass_(5)
    second = a_staged_upload(announcing, body=OTHER)

    confirm(announcing, second)

    assert (now_of(announcing, file).outbox, now_of(announcing, second).outbox) == ((READY,), ())
    assert now_of(announcing, file).source != file.source


@pytest.mark.parametrize("is_known", [True, False])
def test_a_deleted_file_stays_until_others_know_it(announcing: Ports, clock: Clock, is_known: bool) -> None:
    """They find what they made of it by its document; its bytes are gone at once."""
    file = a_file(announcing)
    if is_known:
        take_out(announcing, file)
    clock.pass_(LONG_AFTER)

    delete_file(announcing, ALICE, file.upload_id)
    for _ in range(3):
        clock.pass_(LONG_AFTER)
        sweep(announcing)

    assert announcing.objects.head(file.bucket, file.object_key) is None
    assert now_of(announcing, file).outbox == ((DELETED,) if is_known else (READY, DELETED))
    take_out(announcing, file)
    clock.pass_(LONG_AFTER)
    sweep(announcing)
    assert announcing.records.get(file.upload_id) is None


def test_who_made_something_hears_of_the_end_even_if_nobody_listens_any_more(ports: Ports, announcing: Ports) -> None:
    """An operator who turns media off still wants nothing left behind."""
    file = a_file(announcing)

    delete_file(ports, ALICE, file.upload_id)

    assert now_of(ports, file).outbox == (READY, DELETED)


def test_a_file_that_changes_hands_is_announced(announcing: Ports) -> None:
    """Together with its cover, by the update that changes the owner."""
    song = a_file(announcing)
    upload, transfer = start_upload(announcing, ALICE, a_cover_of(song))
    assert send(announcing, transfer, PICTURE).status == 200  # type: ignore[arg-type]
    confirm(announcing, upload)
    for one in (song, upload):
        take_out(announcing, one)

    change_owner(announcing, now_of(announcing, song), "bob")

    assert [(now_of(announcing, one).owner, now_of(announcing, one).outbox) for one in (song, upload)] == [
        ("bob", (MOVED,)),
        ("bob", (MOVED,)),
    ]


def test_a_staged_file_is_announced_with_its_metadata(announcing: Ports) -> None:
    """One update makes it a file."""
    upload = a_staged_upload(announcing, STAGED_KEY)

    file = confirm_upload(announcing, ALICE, upload.upload_id, FileMetadata(title="Blue"))

    assert (file.outbox, file.metadata.title) == ((READY,), "Blue")


def test_a_tombstone_that_somebody_still_has_to_know_of_is_not_swept_each_time(announcing: Ports, clock: Clock) -> None:
    """Very many of them would keep the sweeper from everything else."""
    file = a_file(announcing)
    delete_file(announcing, ALICE, file.upload_id)
    clock.pass_(LONG_AFTER)

    sweep(announcing)

    assert list(announcing.records.due(clock(), 9)) == []
    assert now_of(announcing, file).expires_at == clock() + UNTOLD_WAIT


def test_an_event_that_comes_at_the_last_moment_keeps_the_document(announcing: Ports, clock: Clock) -> None:
    """Removing it says that its outbox is empty, as every other change says what it is based on."""
    file = a_file(announcing)
    take_out(announcing, file)
    delete_file(announcing, ALICE, file.upload_id)
    take_out(announcing, file)
    clock.pass_(LONG_AFTER)

    def announce_late() -> None:
        announcing.records.change(file.upload_id, {}, {"outbox": (DELETED,)})

    sweep(before_call(announcing, "remove", announce_late))

    assert now_of(announcing, file).outbox == (DELETED,)
