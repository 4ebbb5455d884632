"""A staged upload replaces the bytes of its key's file: what is recorded, and what an interruption leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.ports import Ports
from service.shared.errors import DatabaseUnavailable
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, UPLOADS_WRITE
from service.uploads.errors import FileDeleted, FileNotFound, ObjectKeyTaken, ObjectMissing
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.confirming.staged import trim_staged
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.lifetimes import EMPTIED_AFTER, tombstone_until
from service.uploads.usecases.starting.start import start_staged
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, NO_METADATA, OTHER, SONG, STAGED_KEY, a_staged_upload, fetch, send
from tests.conftest import Clock
from tests.helpers.faults import before_call

UPLOADER = Caller("alice", frozenset({UPLOADS_WRITE, FILES_READ}))
MP3 = {"content-type": "audio/mpeg"}
THIRD = SONG + b"3"


def confirmed(ports: Ports, upload: Upload) -> Upload:
    return confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)


def now_of(ports: Ports, upload: Upload) -> Upload:
    [recorded] = ports.records.get_many([upload.upload_id])
    return recorded


def lose_the_answer() -> None:
    raise DatabaseUnavailable("cut off by the test")


def a_replacement_cut_off(ports: Ports, clock: Clock, file: Upload, body: bytes = OTHER) -> Upload:
    """Return an upload whose confirm died when it was to give its bytes to the file."""
    clock.pass_(1)
    upload = a_staged_upload(ports, body=body)
    with pytest.raises(DatabaseUnavailable):
        confirmed(before_call(ports, "change", lose_the_answer, of=file.upload_id), upload)
    return now_of(ports, upload)


def copy_of(ports: Ports, upload: Upload) -> object:
    """Return what the store has of the upload's own version under the final key."""
    return ports.objects.head(upload.bucket, STAGED_KEY, upload.version_id)


# --- what is recorded ------------------------------------------------------------------------------
def test_a_new_file_is_its_uploaders_and_a_replaced_one_was_edited(ports: Ports) -> None:
    """A replaced file's metadata may be by somebody other than the sender of its bytes."""
    first = confirmed(ports, a_staged_upload(ports))
    second = confirmed(ports, a_staged_upload(ports, body=OTHER))

    assert (first.edited, second.edited) == (False, True)


def test_a_replacement_is_confirmed_a_millisecond_after_the_file(ports: Ports) -> None:
    """At least one, and exactly one if the clock stands still."""
    first = confirmed(ports, a_staged_upload(ports))
    second = confirmed(ports, a_staged_upload(ports, body=OTHER))

    assert first.confirmed_at == ports.now()
    assert second.confirmed_at == ports.now() + timedelta(milliseconds=1)


def test_a_late_confirm_has_its_incoming_key_emptied_after_it(ports: Ports, clock: Clock) -> None:
    """A copy may still be running long after the URL has expired."""
    upload = a_staged_upload(ports)
    clock.pass_((tombstone_until(upload) - ports.now()).total_seconds() + 1000)

    assert confirmed(ports, upload).expires_at == ports.now() + EMPTIED_AFTER


def test_a_replaced_file_is_swept_for_whichever_url_needs_it_first(ports: Ports, clock: Clock) -> None:
    """The sweep for the first upload's URL stays due; the second upload's follows."""
    first = confirmed(ports, a_staged_upload(ports))
    clock.pass_(1)
    second = confirmed(ports, a_staged_upload(ports, body=OTHER))
    assert second.expires_at == first.expires_at

    clock.pass_(100_000)
    sweep(ports)
    third = a_staged_upload(ports, body=THIRD)
    assert confirmed(ports, third).expires_at == tombstone_until(now_of(ports, third))


def test_an_edit_beside_a_replacement_stays(ports: Ports, clock: Clock) -> None:
    """The update is repeated on top of it."""
    file = confirmed(ports, a_staged_upload(ports))
    clock.pass_(1)
    upload = a_staged_upload(ports, body=OTHER)

    def edit() -> None:
        edit_file(ports, ALICE, file.upload_id, {"title": "Blue"})

    replaced = confirmed(before_call(ports, "change", edit, of=file.upload_id), upload)

    assert (replaced.upload_id, replaced.metadata.title) == (file.upload_id, "Blue")
    assert fetch(ports, replaced) == OTHER
    assert copy_of(ports, file) is None


# --- copies ----------------------------------------------------------------------------------------
def test_a_confirm_that_comes_second_removes_its_own_copy(ports: Ports) -> None:
    """Two confirms of one upload have copied, and the file names the first one's copy."""
    upload = a_staged_upload(ports)

    file = confirmed(before_call(ports, "change", lambda: confirmed(ports, upload), of=upload.upload_id), upload)

    assert fetch(ports, file) == SONG
    ports.objects.delete_version(file.bucket, STAGED_KEY, file.version_id)
    assert ports.objects.keys() == []


def test_nothing_is_copied_to_a_key_that_may_not_be_replaced(ports: Ports) -> None:
    """Not even briefly, because reads of the key's newest version would get those bytes."""
    early = a_staged_upload(ports, caller=UPLOADER, body=OTHER)
    confirmed(ports, a_staged_upload(ports))
    watched = before_call(ports, "copy", lambda: pytest.fail("it was copied"))

    with pytest.raises(ObjectKeyTaken) as refused:
        confirm_upload(watched, UPLOADER, early.upload_id, NO_METADATA)

    expected = f"the key {STAGED_KEY!r} belongs to another upload, or to a file that it may not replace"
    assert refused.value.detail == expected


def test_a_key_that_is_taken_under_the_copy_is_named(ports: Ports) -> None:
    """The refusal names the key."""
    mine, theirs = a_staged_upload(ports, caller=UPLOADER, body=OTHER), a_staged_upload(ports)
    racing = before_call(ports, "change", lambda: confirmed(ports, theirs), of=mine.upload_id)

    with pytest.raises(ObjectKeyTaken) as refused:
        confirm_upload(racing, UPLOADER, mine.upload_id, NO_METADATA)

    assert refused.value.detail == f"the key {STAGED_KEY!r} belongs to another upload"


def test_bytes_sent_again_under_the_confirm_are_what_the_next_one_takes(ports: Ports, clock: Clock) -> None:
    """This confirm answers that nothing has arrived, and removes the earlier bytes."""
    upload, transfer = start_staged(ports, ALICE, STAGED_KEY)
    send(ports, transfer, SONG, MP3)
    oldest = ports.objects.head(upload.bucket, upload.object_key)
    assert oldest is not None
    clock.pass_(2)
    send(ports, transfer, OTHER, MP3)
    clock.pass_(2)

    with pytest.raises(ObjectMissing):
        confirmed(before_call(ports, "copy", lambda: send(ports, transfer, THIRD, MP3)), upload)

    assert ports.objects.head(upload.bucket, upload.object_key, oldest.version_id) is None
    assert fetch(ports, confirmed(ports, upload)) == THIRD


def test_too_large_bytes_are_rejected_before_any_confirm(ports: Ports) -> None:
    """The rejection names the limit."""
    small = replace(ports, policy=replace(ports.policy, max_upload_bytes=len(SONG) - 1))
    upload = a_staged_upload(small)

    after = trim_staged(small, upload)

    assert after.status is UploadStatus.REJECTED
    assert f"at most {len(SONG) - 1}" in (after.rejection or "")


# --- replacements that were cut off ----------------------------------------------------------------
def test_a_later_replacement_wins_over_one_that_was_cut_off(ports: Ports, clock: Clock) -> None:
    """A repeated confirm of the earlier one returns the current file, and its copy is removed."""
    file = confirmed(ports, a_staged_upload(ports))
    early = a_replacement_cut_off(ports, clock, file)
    clock.pass_(1)
    latest = confirmed(ports, a_staged_upload(ports, body=THIRD))

    assert confirmed(ports, early) == latest

    assert fetch(ports, find_by_key(ports, ALICE, STAGED_KEY)) == THIRD
    assert copy_of(ports, early) is None


def test_a_look_at_the_key_finishes_all_that_were_cut_off(ports: Ports, clock: Clock) -> None:
    """In the order of their confirms: the last one's bytes stay, and nothing of the others."""
    file = confirmed(ports, a_staged_upload(ports))
    cut_off = [a_replacement_cut_off(ports, clock, file, body) for body in (OTHER, THIRD)]

    after = find_by_key(ports, ALICE, STAGED_KEY)

    assert (after.upload_id, after.version_id) == (file.upload_id, cut_off[1].version_id)
    assert fetch(ports, after) == THIRD
    assert [copy_of(ports, upload) for upload in (file, cut_off[0])] == [None, None]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("named", ["version_id", "etag"])
def test_of_two_in_one_millisecond_always_the_same_one_stays(
    ports: Ports, clock: Clock, order: tuple[int, int], named: str
) -> None:
    """Whichever finishes first: the greater version, and without versions the greater ETag."""
    file = confirmed(ports, a_staged_upload(ports))
    cut_off = [a_replacement_cut_off(ports, clock, file, body) for body in (OTHER, THIRD)]
    for upload, name in zip(cut_off, ("a", "b"), strict=True):
        facts = {"confirmed_at": ports.now(), "version_id": None, "etag": "same", named: name}
        assert ports.records.change(upload.upload_id, {}, facts)  # type: ignore[arg-type]

    for number in order:
        confirmed(ports, cut_off[number])

    assert getattr(now_of(ports, file), named) == "b"


def test_a_replacement_of_a_file_that_is_gone_is_gone_with_it(ports: Ports, clock: Clock) -> None:
    """If it was deleted or even swept meanwhile, the refusal names the file, and no copy is left."""
    file = confirmed(ports, a_staged_upload(ports))
    upload = a_replacement_cut_off(ports, clock, file)
    delete_file(ports, ALICE, file.upload_id)

    for _ in range(2):
        with pytest.raises(FileDeleted) as refused:
            confirmed(ports, upload)
        assert refused.value.detail == f"file {file.upload_id} was deleted"
        assert copy_of(ports, upload) is None
        ports.records.remove(file.upload_id, {})


def test_a_file_deleted_under_a_look_at_its_key_is_not_found(ports: Ports, clock: Clock) -> None:
    """The call was about to give it the bytes of an interrupted replacement."""
    file = confirmed(ports, a_staged_upload(ports))
    a_replacement_cut_off(ports, clock, file)
    racing = before_call(ports, "get", lambda: delete_file(ports, ALICE, file.upload_id), of=file.upload_id)

    with pytest.raises(FileNotFound):
        find_by_key(racing, ALICE, STAGED_KEY)


def test_what_replaced_a_deleted_file_is_nothing_to_the_next_one(ports: Ports, clock: Clock) -> None:
    """Even if a slow clock makes the key's next file look older."""
    slow = replace(ports, now=Clock(clock()))
    deleted = confirmed(ports, a_staged_upload(ports))
    clock.pass_(10)
    confirmed(ports, a_staged_upload(ports, body=OTHER))
    delete_file(ports, ALICE, deleted.upload_id)

    file = confirmed(slow, a_staged_upload(slow, body=THIRD))

    assert find_by_key(ports, ALICE, STAGED_KEY) == file
    assert fetch(ports, file) == THIRD
