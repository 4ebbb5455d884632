"""Changes of state: what is refused and with which message, and the times that change with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from service.ports import Ports
from service.shared.errors import MoodropError
from service.uploads.errors import (
    FileDeleted,
    FileNotFound,
    ObjectMismatch,
    ObjectMissing,
    UploadAborted,
    UploadExpired,
    UploadFinished,
    UploadNotFound,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import TransferKind, Upload, UploadStatus
from service.uploads.policy import SHORTEST_GRACE_S, in_flight_grace
from service.uploads.usecases.access import own_file, own_upload
from service.uploads.usecases.lifetimes import tombstone_until, url_times
from service.uploads.usecases.refusals import refusal
from service.uploads.usecases.transitions import (
    change_pending,
    end_pending,
    metadata_changes,
    note_stored,
    reject,
    reread,
    still_missing,
)
from tests.builders import ALICE, BOB, CREATED_AT, a_file, a_record, a_sent_multipart, a_sent_upload
from tests.helpers.faults import before_call

ID = a_record().upload_id
GIB = 1024**3


@pytest.mark.parametrize(
    ("changes", "kind", "detail"),
    [
        ({"status": UploadStatus.ABORTED}, UploadAborted, f"upload {ID} was aborted"),
        ({"status": UploadStatus.EXPIRED}, UploadExpired, f"upload {ID} was not confirmed in time"),
        (
            {"status": UploadStatus.DELETED, "cover_of": "x"},
            FileDeleted,
            f"cover {ID} was removed: for a newer one, with its file, or by itself",
        ),
        ({"status": UploadStatus.DELETED}, FileDeleted, f"file {ID} was deleted"),
        ({"status": UploadStatus.REJECTED, "rejection": "declared 1, holds 2"}, ObjectMismatch, "declared 1, holds 2"),
        ({"status": UploadStatus.REPLACED, "replaced_id": "older"}, FileDeleted, "file older was deleted"),
        ({"status": UploadStatus.READY}, UploadFinished, f"upload {ID} is confirmed already"),
        ({"status": UploadStatus.ATTACHED}, UploadFinished, f"upload {ID} is confirmed already"),
    ],
)
def test_what_is_over_says_how_it_ended(changes: dict[str, Any], kind: type[MoodropError], detail: str) -> None:
    """Each final state has its own error."""
    error = refusal(a_record(**changes))

    assert (type(error), error.detail) == (kind, detail)


def detail_of(kind: type[MoodropError], call: Callable[[], object]) -> str:
    with pytest.raises(MoodropError) as refused:
        call()
    assert type(refused.value) is kind
    return refused.value.detail


def test_nobody_elses_upload_or_file_is_found(ports: Ports) -> None:
    """Both are reported as missing."""
    file = a_file(ports)
    number = file.upload_id

    for unknown in (number, ID):
        assert detail_of(UploadNotFound, lambda unknown=unknown: own_upload(ports, BOB, unknown)).endswith(unknown)
        assert detail_of(FileNotFound, lambda unknown=unknown: own_file(ports, BOB, unknown)).endswith(unknown)
    assert detail_of(UploadNotFound, lambda: own_upload(ports, ALICE, ID)) == f"there is no upload {ID}"
    assert detail_of(FileNotFound, lambda: own_file(ports, ALICE, ID)) == f"there is no file {ID}"
    assert own_upload(ports, ALICE, number) == own_file(ports, ALICE, number) == file


def test_a_file_is_one_in_its_states_alone(ports: Ports) -> None:
    """A pending upload or a cover never is; a deleted one only where it is asked for."""
    pending, file = a_sent_upload(ports), a_file(ports)
    assert detail_of(FileNotFound, lambda: own_file(ports, ALICE, pending.upload_id))

    ports.records.change(file.upload_id, {}, {"status": UploadStatus.DELETED})
    assert detail_of(FileNotFound, lambda: own_file(ports, ALICE, file.upload_id))
    both = (UploadStatus.READY, UploadStatus.DELETED)
    assert own_file(ports, ALICE, file.upload_id, both).upload_id == file.upload_id
    ports.records.change(file.upload_id, {}, {"cover_of": pending.upload_id})
    assert detail_of(FileNotFound, lambda: own_file(ports, ALICE, file.upload_id, both))


def test_a_state_is_changed_while_it_is_pending(ports: Ports) -> None:
    """Otherwise it is what the first caller made it; a missing one was swept."""
    upload = a_sent_upload(ports)

    first = change_pending(ports, upload, {"status": UploadStatus.ABORTED})
    second = change_pending(ports, upload, {"status": UploadStatus.READY})

    assert first.status is UploadStatus.ABORTED
    assert second == first == reread(ports, upload)
    ports.records.remove(upload.upload_id, {})
    assert detail_of(UploadExpired, lambda: reread(ports, upload)) == f"upload {upload.upload_id} is over and was swept"


def test_what_has_not_come_can_still_come(ports: Ports) -> None:
    """While it is pending; otherwise the state set by another caller counts."""
    upload = a_sent_upload(ports)
    message = f"the store has no object for upload {upload.upload_id} yet"
    assert detail_of(ObjectMissing, lambda: still_missing(ports, upload)) == message

    ports.records.change(upload.upload_id, {}, {"status": UploadStatus.REJECTED})
    assert still_missing(ports, upload).status is UploadStatus.REJECTED


def test_what_is_rejected_loses_its_object(ports: Ports) -> None:
    """The reason stays until its URL expires; if somebody made a file of it meanwhile, that stays."""
    upload, file = a_sent_upload(ports), a_file(ports)

    rejected = reject(ports, upload, "too red")

    assert (rejected.status, rejected.rejection) == (UploadStatus.REJECTED, "too red")
    assert rejected.expires_at == tombstone_until(upload)
    assert ports.objects.head(upload.bucket, upload.object_key) is None
    assert reject(ports, file, "too red") == file
    assert ports.objects.head(file.bucket, file.object_key) is not None


@pytest.mark.parametrize("stored_bytes", [1, 5])
def test_what_a_look_finds_is_written_once(ports: Ports, stored_bytes: int) -> None:
    """Even one byte counts; a check that finds the same or nothing writes nothing."""
    upload = a_sent_upload(ports)

    def write_again() -> None:
        pytest.fail("it was written again")

    noted = note_stored(ports, upload, stored_bytes)

    assert noted.stored_bytes == reread(ports, upload).stored_bytes == stored_bytes
    unchanging = before_call(ports, "change", write_again)
    assert note_stored(unchanging, noted, stored_bytes) == noted
    assert note_stored(unchanging, upload, 0) == upload


def test_a_description_is_one_state_more() -> None:
    """New metadata replaces the old field by field; search finds all of it, the mood too."""
    upload = a_record(metadata=FileMetadata(mood="happy", title="Old"), revision=4)

    changes = metadata_changes(upload, FileMetadata(title="New", artist="B"))

    assert changes["metadata"] == FileMetadata(mood="happy", title="New", artist="B")
    assert changes["revision"] == 5
    assert set(changes["words"]) == {"new", "b", "song", "mp3", "happy"}
    assert changes["sort_title"] == "new"


def test_an_upload_ends_under_nobodys_hands(ports: Ports) -> None:
    """If a confirm took its lease meanwhile, the upload stays as it is."""
    upload = a_sent_multipart(ports)
    leased_until = ports.now() + timedelta(seconds=90)
    leased = ports.records.change(upload.upload_id, {}, {"completing_until": leased_until})
    assert leased is not None

    assert end_pending(ports, upload, UploadStatus.ABORTED) == leased
    ended = end_pending(ports, leased, UploadStatus.ABORTED)
    assert (ended.status, ended.expires_at) == (UploadStatus.ABORTED, tombstone_until(leased))


@pytest.mark.parametrize(
    ("changes", "last", "carried"),
    [
        ({}, 60, 20),
        ({"completing_until": CREATED_AT + timedelta(seconds=90)}, 90, 20),
        ({"completing_until": CREATED_AT + timedelta(seconds=30)}, 60, 20),
        ({"kind": TransferKind.STAGED, "confirmed_at": CREATED_AT + timedelta(seconds=100)}, 100, 20),
        ({"kind": TransferKind.STAGED, "confirmed_at": CREATED_AT + timedelta(seconds=10)}, 60, 20),
        ({"kind": TransferKind.PUT, "confirmed_at": CREATED_AT + timedelta(seconds=100)}, 60, 20),
        ({"size_bytes": 5 * GIB}, 60, 5 * GIB),
        ({"size_bytes": 5 * GIB, "part_size_bytes": GIB}, 60, GIB),
    ],
)
def test_a_tombstone_stands_until_nothing_can_come(changes: dict[str, Any], last: int, carried: int) -> None:
    """For as long after the last URL, lease or copy as one request may still carry bytes."""
    until = tombstone_until(a_record(**changes))

    assert until == CREATED_AT + timedelta(seconds=last + in_flight_grace(carried))


def times(
    ports: Ports, kind: TransferKind, size: int | None, part: int | None = None, expires: int | None = None
) -> Any:
    """Return the three times in seconds from now."""
    before = None if expires is None else CREATED_AT + timedelta(seconds=expires)
    signed = url_times(ports, kind, size, part, now=CREATED_AT, expires_at=before)
    return [
        int((at - CREATED_AT).total_seconds())
        for at in (signed.urls_expire_at, signed.expires_at, signed.next_check_at)
    ]


def test_an_upload_lives_as_long_as_its_url(ports: Ports) -> None:
    """Plus the PUT that it allows, or longer if it already lived longer; its check is due when the URL expires."""
    lives, grace = ports.policy.upload_url_expires_in, SHORTEST_GRACE_S

    assert times(ports, TransferKind.PUT, 20) == [lives, lives + grace, lives]
    assert times(ports, TransferKind.PUT, 20, expires=5) == [lives, lives + grace, lives]
    assert times(ports, TransferKind.PUT, 20, expires=86_400) == [lives, 86_400, lives]
    large = ports.policy.upload_url_lifetime(5 * GIB)
    assert large > lives
    assert times(ports, TransferKind.STAGED, 5 * GIB) == [large, large + in_flight_grace(5 * GIB), large]


def test_who_goes_on_asking_for_parts_goes_on_sending(ports: Ports) -> None:
    """At least as long as any pending upload; for an undeclared size of parts, the maximum counts."""
    day, most = ports.policy.pending_expires_in, ports.policy.upload_url_lifetime(ports.policy.max_upload_bytes)
    lives = ports.policy.upload_url_expires_in

    assert times(ports, TransferKind.MULTIPART, 20, 16) == [lives, day, lives]
    assert times(ports, TransferKind.MULTIPART, None, 16) == [most, max(day, most + SHORTEST_GRACE_S), most]
    assert times(ports, TransferKind.STAGED, None)[0] == lives


def test_a_shown_state_names_the_upload() -> None:
    """Whatever the state, the refusal is one of the catalogue."""
    over: list[Upload] = [a_record(status=status, rejection="x") for status in UploadStatus]

    assert all(isinstance(refusal(upload), MoodropError) for upload in over)
