"""A crash between any two steps: repeating the call, or the sweep alone, repairs everything.

Whole means: nothing confirmed is lost, no document names a missing object, and after the sweeps the store has no
version that no document names.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from service.companion.usecases.uploads import FileToCome, start_multipart
from service.ports import Ports
from service.shared.errors import MoodropError, Unavailable
from service.uploads.errors import PartsMissing, UploadBusy
from service.uploads.metadata import FileMetadata
from service.uploads.model import SignedParts, Upload, UploadStatus
from service.uploads.ports.records import RecordStore
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming import complete_parts
from service.uploads.usecases.confirming.complete_parts import LEASE
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.read import list_files
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.read import inspect_upload
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    LARGE,
    NO_METADATA,
    OTHER,
    SONG,
    STAGED_KEY,
    a_declaration,
    a_file,
    a_sent_multipart,
    a_sent_upload,
    a_staged_upload,
    fetch,
    send,
    send_parts,
)
from tests.conftest import Clock
from tests.helpers.faults import each_fault, with_fault

LONG_AFTER = 100_000  # s


def prepared_file_and_upload(ports: Ports, clock: Clock) -> Upload:
    """Return a staged file, and a second upload to its key that waits to be confirmed."""
    confirm_upload(ports, ALICE, a_staged_upload(ports).upload_id, FileMetadata(title="Blue"))
    clock.pass_(5)
    return a_staged_upload(ports, body=OTHER)


@dataclass(frozen=True)
class Step:
    """One client call: the required state before it, the call, and the bytes of its file after it."""

    before: Callable[[Ports, Clock], Upload]
    call: Callable[[Ports, Upload], Any]
    expected: bytes | None
    sent: bytes = SONG


def confirm(ports: Ports, upload: Upload) -> Upload:
    return confirm_upload(ports, ALICE, upload.upload_id, FileMetadata(mood="happy"))


STEPS = {
    "confirm": Step(lambda ports, clock: a_sent_upload(ports), confirm, SONG),
    "abort": Step(
        lambda ports, clock: a_sent_upload(ports), lambda ports, u: abort_upload(ports, ALICE, u.upload_id), None
    ),
    "delete": Step(lambda ports, clock: a_file(ports), lambda ports, u: delete_file(ports, ALICE, u.upload_id), None),
    "confirm multipart": Step(lambda ports, clock: a_sent_multipart(ports), confirm, LARGE),
    "abort multipart": Step(
        lambda ports, clock: a_sent_multipart(ports),
        lambda ports, u: abort_upload(ports, ALICE, u.upload_id),
        None,
        sent=LARGE,
    ),
    "delete multipart": Step(
        lambda ports, clock: confirm(ports, a_sent_multipart(ports)),
        lambda ports, u: delete_file(ports, ALICE, u.upload_id),
        None,
    ),
    "confirm staged": Step(lambda ports, clock: a_staged_upload(ports), confirm, SONG),
    "confirm a staged replacement": Step(prepared_file_and_upload, confirm, OTHER),
    "first use of a key": Step(
        lambda ports, clock: a_staged_upload(ports), lambda ports, u: find_by_key(ports, ALICE, STAGED_KEY), SONG
    ),
    "first use of a replaced key": Step(
        prepared_file_and_upload,
        lambda ports, u: find_by_key(ports, ALICE, STAGED_KEY, FileMetadata(mood="happy")),
        OTHER,
    ),
    "delete staged": Step(
        lambda ports, clock: confirm(ports, a_staged_upload(ports)),
        lambda ports, u: delete_file(ports, ALICE, u.upload_id),
        None,
    ),
    "abort staged": Step(
        lambda ports, clock: a_staged_upload(ports), lambda ports, u: abort_upload(ports, ALICE, u.upload_id), None
    ),
}


def whole(ports: Ports, clock: Clock) -> list[Upload]:
    """Sweep everything that is due, check that everything is intact, and return the files."""
    for _ in range(3):
        clock.pass_(LONG_AFTER)
        sweep(ports)
    assert list(ports.records.due(clock(), 9)) == []
    files = list_files(ports, ALICE, UploadQuery("alice", limit=50))
    for file in files:
        stored = ports.objects.head(file.bucket, file.object_key, file.version_id)
        assert stored is not None, "a record without its object"
        assert (stored.etag, stored.size_bytes) == (file.etag, file.size_bytes)
    return files


def nothing_else_is_stored(ports: Ports, files: list[Upload]) -> None:
    """Remove the named versions; then the store must be empty."""
    for file in files:
        ports.objects.delete_version(file.bucket, file.object_key, file.version_id)
    assert ports.objects.keys() == [], "an object without a document"
    assert ports.objects.open_multiparts() == [], "parts without a document"


def again(call: Callable[[], object], clock: Clock) -> object:
    """Repeat the call as a client that is told to retry: a dead confirm's lease may still be valid."""
    try:
        return call()
    except UploadBusy:
        clock.pass_(LEASE.total_seconds())
        return call()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the waits for a confirm that has died."""
    monkeypatch.setattr(complete_parts, "WAITS_S", ())


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("pause", [0, 1], ids=["within a millisecond", "a second later"])
def test_a_call_repeated_after_a_crash_gives_what_it_should(
    make_ports: Callable[[], tuple[Ports, Clock]], name: str, pause: int
) -> None:
    """The client got 503 and repeats the call."""
    step, tried = STEPS[name], 0
    for fault in each_fault():
        ports, clock = make_ports()
        upload = step.before(ports, clock)
        clock.pass_(pause)
        try:
            step.call(with_fault(ports, fault), upload)
        except Unavailable:
            clock.pass_(pause)
            again(lambda ports=ports, upload=upload: step.call(ports, upload), clock)  # type: ignore[misc]
            tried += 1

        if step.expected is not None:
            assert [fetch(ports, file) for file in list_files(ports, ALICE, UploadQuery("alice", limit=9))] == [
                step.expected
            ], fault
        files = whole(ports, clock)
        assert [fetch(ports, file) for file in files] == ([step.expected] if step.expected else []), fault
        nothing_else_is_stored(ports, files)
    assert tried >= 4


@pytest.mark.parametrize("name", STEPS)
def test_a_crash_that_nobody_repeats_is_mended_by_the_sweep(
    make_ports: Callable[[], tuple[Ports, Clock]], name: str
) -> None:
    """The client has gone: everything happened or nothing did, and existing files stay."""
    step = STEPS[name]
    for fault in each_fault():
        ports, clock = make_ports()
        upload = step.before(ports, clock)
        files_before = [fetch(ports, file) for file in list_files(ports, ALICE, UploadQuery("alice", limit=9))]
        with suppress(Unavailable):
            step.call(with_fault(ports, fault), upload)

        files = whole(ports, clock)

        bodies = [fetch(ports, file) for file in files]
        after = [step.expected] if step.expected else []
        # An abort that never arrived: the sweeper confirms the file, as if nobody had called.
        taken_in = [step.sent] if name.startswith("abort") else after
        assert bodies in (files_before, after, taken_in), fault
        nothing_else_is_stored(ports, files)


def test_a_crash_and_then_an_abort_leaves_no_copy(make_ports: Callable[[], tuple[Ports, Clock]]) -> None:
    """The confirm died after its copy, and the client aborted."""
    for fault in each_fault():
        ports, clock = make_ports()
        upload = a_staged_upload(ports)
        with suppress(Unavailable):
            confirm(with_fault(ports, fault), upload)
        try:
            abort_upload(ports, ALICE, upload.upload_id)
        except MoodropError:  # the confirm had taken effect
            delete_file(ports, ALICE, upload.upload_id)

        files = whole(ports, clock)

        assert files == []
        nothing_else_is_stored(ports, files)


def test_an_object_is_never_sent_for_an_upload_that_could_not_be_recorded(
    make_ports: Callable[[], tuple[Ports, Clock]],
) -> None:
    """If the database fails, no URL leaves the service."""
    for fault in each_fault():
        ports, clock = make_ports()
        try:
            upload, transfer = start_upload(with_fault(ports, fault), ALICE, a_declaration())
        except Unavailable:
            continue
        assert ports.records.get(upload.upload_id) is not None
        assert send(ports, transfer, SONG).status == 200
        assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).status is UploadStatus.READY
        nothing_else_is_stored(ports, whole(ports, clock))


def test_a_start_repeated_after_a_crash_is_the_same_upload(make_ports: Callable[[], tuple[Ports, Clock]]) -> None:
    """By its Idempotency-Key, whether or not the store had opened it; a second opening is dropped."""
    for fault in each_fault():
        ports, clock = make_ports()
        large = replace(ports, policy=replace(ports.policy, put_max_bytes=0))
        new = a_declaration(LARGE)
        with suppress(Unavailable):
            start_upload(with_fault(large, fault), ALICE, new, "k")
        upload, transfer = start_upload(large, ALICE, new, "k")
        assert isinstance(transfer, SignedParts)
        assert [send(ports, part.request, LARGE).status for part in transfer.parts] == [200]

        file = confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

        assert [file.upload_id for file in whole(ports, clock)] == [file.upload_id], fault
        nothing_else_is_stored(ports, [file])


@pytest.mark.parametrize("notice", [confirm, lambda ports, upload: inspect_upload(ports, ALICE, upload.upload_id)])
def test_what_the_store_dropped_can_be_sent_again_whenever_the_service_crashed(
    make_ports: Callable[[], tuple[Ports, Clock]], notice: Callable[[Ports, Upload], Any]
) -> None:
    """It is opened again under the same id; whatever a crash left open is dropped."""
    for fault in each_fault():
        ports, clock = make_ports()
        upload = a_sent_multipart(ports)
        ports.objects.abort_multiparts(upload.bucket, upload.object_key)
        with suppress(MoodropError):
            notice(with_fault(ports, fault), upload)
        clock.pass_(LEASE.total_seconds())
        with pytest.raises(PartsMissing):
            confirm(ports, upload)

        _, transfer = renew_urls(ports, ALICE, upload.upload_id)
        assert isinstance(transfer, SignedParts)
        send_parts(ports, transfer.parts)
        assert fetch(ports, confirm(ports, upload)) == LARGE, fault
        nothing_else_is_stored(ports, whole(ports, clock))


class Forgetful:
    """A database killed before its n-th change: it has lost the upload, and gets it back after that change."""

    def __init__(self, ports: Ports, at: int) -> None:
        self._records = ports.records
        self._at = at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def change(self, upload_id: str, expected: Mapping[str, Any], changes: Mapping[str, Any]) -> Upload | None:
        self._at -= 1
        lost = self._records.get(upload_id)
        if self._at or lost is None or lost.status is not UploadStatus.PENDING:
            return self._records.change(upload_id, expected, changes)
        self._records.remove(upload_id, {})
        changed = self._records.change(upload_id, expected, changes)
        self._records.add(lost)
        return changed


def forgetful(ports: Ports, at: int) -> Ports:
    return replace(ports, records=cast(RecordStore, Forgetful(ports, at)))


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("name", ["confirm", "confirm multipart", "confirm staged", "confirm a staged replacement"])
def test_an_upload_that_was_forgotten_and_is_there_again_is_confirmed(
    ports: Ports, clock: Clock, monkeypatch: pytest.MonkeyPatch, name: str, at: int
) -> None:
    """If it looked like an ended upload, its joined parts or its object in incoming/ would be lost."""
    monkeypatch.setattr(complete_parts, "WAITS_S", (0,))
    step = STEPS[name]
    upload = step.before(ports, clock)

    file = confirm(forgetful(ports, at), upload)

    assert fetch(ports, file) == step.expected


def test_parts_are_opened_for_an_upload_that_was_forgotten_and_is_there_again(ports: Ports) -> None:
    """Otherwise its URLs would name no upload in the store."""
    upload = start_multipart(forgetful(ports, 1), ALICE, FileToCome("film.mp4", "video/mp4", NO_METADATA, len(LARGE)))

    assert upload.multipart.store_upload_id
    assert len(ports.objects.open_multiparts()) == 1  # type: ignore[attr-defined]
