"""The sweeper: what it ends, what it removes, and what it leaves alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.ports import Ports
from service.shared.errors import DatabaseUnavailable
from service.store.errors import StoreUnavailable
from service.store.model import PresignedRequest, StoredObject
from service.uploads.metadata import FileMetadata
from service.uploads.model import SignedParts, Upload, UploadStatus
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.read import get_file
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.upkeep.sweep import SweepReport, sweep
from tests.builders import (
    ALICE,
    OTHER,
    SONG,
    STAGED_KEY,
    a_declaration,
    a_file,
    a_sent_upload,
    a_staged_upload,
    fetch,
    send,
)
from tests.conftest import Clock
from tests.helpers.faults import Fault, with_fault

DAY = 86_400


def a_multipart_upload(ports: Ports) -> tuple[Upload, PresignedRequest]:
    """Return a small upload that goes in parts, and the request of its only part."""
    in_parts = replace(ports, policy=replace(ports.policy, put_max_bytes=0))
    upload, transfer = start_upload(in_parts, ALICE, a_declaration())
    assert isinstance(transfer, SignedParts)
    return upload, transfer.parts[0].request


def a_sent_multipart(ports: Ports) -> Upload:
    """Return one whose only part has arrived."""
    upload, part = a_multipart_upload(ports)
    assert send(ports, part, SONG).status == 200
    return upload


def test_nothing_is_swept_before_its_time(ports: Ports, clock: Clock) -> None:
    """A client that may still send or confirm is left alone."""
    upload = a_sent_upload(ports)
    a_staged_upload(ports)
    clock.pass_(59)

    assert sweep(ports) == SweepReport(checked=1)  # of what the bare PUT's URL may have stored
    assert ports.objects.head(upload.bucket, upload.object_key) is not None


@pytest.mark.parametrize("arrive", [a_sent_upload, a_staged_upload, a_sent_multipart])
def test_what_arrived_is_found_when_its_url_is_dead(
    ports: Ports, clock: Clock, arrive: Callable[[Ports], Upload]
) -> None:
    """Not a day later: nobody confirms a form's upload, or one whose page was closed."""
    upload = arrive(ports)
    clock.time = upload.urls_expire_at

    assert sweep(ports) == SweepReport(checked=1, confirmed=1)
    file = get_file(ports, ALICE, upload.upload_id)
    assert file.confirmed_by == "sweep"
    assert fetch(ports, file) is not None
    assert sweep(ports) == SweepReport()


def test_what_arrives_late_is_found_within_twice_the_time(ports: Ports, clock: Clock) -> None:
    """A PUT may start just before its URL expires and take long, so it is checked again, less and less often."""
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    clock.pass_(59)
    begun = clock()
    looks = []
    for minute in range(1, 121):
        clock.time = begun + timedelta(minutes=minute)
        if sweep(ports).checked:
            looks.append(minute)
    assert looks == [1, 2, 4, 8, 16, 32, 64]

    late = replace(ports, now=lambda: begun)
    assert send(late, transfer, SONG).status == 200
    clock.time = begun + timedelta(minutes=128)

    assert sweep(ports) == SweepReport(checked=1, confirmed=1)
    assert fetch(ports, get_file(ports, ALICE, upload.upload_id)) == SONG


@pytest.mark.parametrize("arrive", [a_sent_upload, a_staged_upload, a_sent_multipart])
def test_what_arrived_is_looked_for_before_it_is_ended(
    ports: Ports, clock: Clock, arrive: Callable[[Ports], Upload]
) -> None:
    """A complete upload is never thrown away, even if no sweep ran until it expired."""
    upload = arrive(ports)
    clock.pass_(30 * DAY)

    report = sweep(ports)

    assert (report.confirmed, report.expired) == (1, 0)
    assert get_file(ports, ALICE, upload.upload_id).confirmed_by == "sweep"


def test_what_is_not_what_was_declared_is_removed(ports: Ports, clock: Clock) -> None:
    """The sweeper verifies as confirm does."""
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    encoded = {**transfer.headers, "content-encoding": "gzip"}
    assert send(ports, transfer, SONG, encoded).status == 200
    clock.pass_(60)

    assert sweep(ports) == SweepReport(checked=1)
    recorded = ports.records.get(upload.upload_id)
    assert recorded is not None
    assert recorded.status is UploadStatus.REJECTED
    assert ports.objects.keys() == []


def test_an_upload_never_sent_expires(ports: Ports, clock: Clock) -> None:
    """Of each kind, also a multipart upload that lacks a part."""
    start_upload(ports, ALICE, a_declaration())
    start_staged(ports, ALICE, STAGED_KEY)
    a_multipart_upload(ports)
    clock.pass_(30 * DAY)

    assert sweep(ports) == SweepReport(expired=3, removed=3)
    assert ports.objects.keys() == []
    assert ports.objects.open_multiparts() == []


def test_one_object_that_the_store_cannot_tell_of_keeps_nobody_waiting(ports: Ports, clock: Clock) -> None:
    """If a stalled PUT locks its key or its bucket is gone, it is postponed, and the others go on."""
    blocked = a_sent_upload(ports)
    others = [a_sent_upload(ports) for _ in range(3)]
    clock.pass_(60)
    faulty = replace(ports, objects=BlockedKey(ports.objects, blocked.object_key))

    report = sweep(faulty)
    at_once = sweep(faulty)

    assert (report.confirmed, report.failed) == (3, 1)
    assert at_once == SweepReport()
    assert [get_file(ports, ALICE, upload.upload_id).status for upload in others] == [UploadStatus.READY] * 3
    clock.pass_(60)
    assert sweep(ports).confirmed == 1


class BlockedKey:
    """A store that cannot answer for one key."""

    def __init__(self, objects: Any, object_key: str) -> None:
        self._objects = objects
        self._object_key = object_key

    def __getattr__(self, name: str) -> object:
        return getattr(self._objects, name)

    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> StoredObject | None:
        if object_key == self._object_key:
            raise StoreUnavailable("the test holds it")
        stored: StoredObject | None = self._objects.head(bucket, object_key, version_id)
        return stored


def test_a_look_that_an_outage_cut_off_is_not_the_last_for_long(ports: Ports, clock: Clock) -> None:
    """Old uploads are checked seldom, so a failed check must be repeated soon."""
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    clock.pass_(60)
    for _ in range(7):
        sweep(ports)
        clock.time = ports.records.get(upload.upload_id).next_check_at
    assert send(replace(ports, now=lambda: upload.created_at), transfer, SONG).status == 200

    class Down:
        def __getattr__(self, name: str) -> object:
            raise StoreUnavailable("down")

    with pytest.raises(StoreUnavailable):
        sweep(replace(ports, objects=Down()))
    clock.pass_(10)

    assert sweep(ports) == SweepReport(checked=1, confirmed=1)


def test_a_sweep_that_may_not_go_on_stops_between_two_uploads(ports: Ports, clock: Clock) -> None:
    """The worker stops, or another one has the lease now."""
    for _ in range(5):
        a_sent_upload(ports)
    clock.pass_(60)
    answers = iter([True, True, False])

    assert sweep(ports, lambda: next(answers)) == SweepReport(checked=2, confirmed=2)
    assert sweep(ports).confirmed == 3


def test_a_staged_file_never_asked_for_is_taken_in(ports: Ports, clock: Clock) -> None:
    """The seed's client may upload today and download tomorrow."""
    upload = a_staged_upload(ports)
    clock.pass_(DAY)

    report = sweep(ports)

    assert report.confirmed == 1
    file = get_file(ports, ALICE, upload.upload_id)
    assert fetch(ports, file) == SONG


def test_a_staged_upload_that_is_not_allowed_is_removed(ports: Ports, clock: Clock) -> None:
    """The sweeper applies the policy, as confirm would."""
    upload = a_staged_upload(ports, content_type="text/html")
    clock.pass_(DAY)

    sweep(ports)
    clock.pass_(DAY)
    sweep(ports)

    assert ports.objects.keys() == []
    assert ports.records.get(upload.upload_id) is None


def test_a_file_at_rest_is_never_touched(ports: Ports, clock: Clock) -> None:
    """Nor listed as due again."""
    file = a_file(ports)
    clock.pass_(1000 * DAY)

    assert sweep(ports) == SweepReport()
    assert get_file(ports, ALICE, file.upload_id) == file


def test_an_aborted_upload_is_swept_when_its_url_is_dead(ports: Ports, clock: Clock) -> None:
    """Until then the URL may fill the key again."""
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    abort_upload(ports, ALICE, upload.upload_id)
    assert send(ports, transfer, SONG).status == 200
    clock.pass_(59)
    assert sweep(ports) == SweepReport()

    clock.pass_(602)

    assert sweep(ports) == SweepReport(removed=1)
    assert ports.objects.keys() == []


def test_a_fresh_url_puts_the_sweep_off(ports: Ports, clock: Clock) -> None:
    """A URL issued in the last minute must still be usable."""
    upload, _ = start_upload(ports, ALICE, a_declaration())
    clock.pass_(DAY - 1)
    sweep(ports)
    _, transfer = renew_urls(ports, ALICE, upload.upload_id)
    clock.pass_(59)

    assert sweep(ports) == SweepReport()
    assert send(ports, transfer, SONG).status == 200
    clock.pass_(1)
    assert sweep(ports) == SweepReport(checked=1, confirmed=1)


def test_more_than_one_batch_is_swept_at_once(ports: Ports, clock: Clock) -> None:
    """One run handles everything that is due."""
    for _ in range(450):
        start_upload(ports, ALICE, a_declaration())
    clock.pass_(DAY)

    assert sweep(ports).removed == 450


def test_sweepers_at_once_do_not_trip_over_each_other(ports: Ports, clock: Clock) -> None:
    """Each document is counted by one of them, and none fails."""
    for number in range(60):
        start_upload(ports, ALICE, a_declaration())
        a_staged_upload(ports, key=f"uploads/alice/{number % 7}")
    clock.pass_(DAY)

    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(lambda _: sweep(ports), range(6)))

    assert sum(report.expired for report in reports) == 60
    assert ports.objects.keys() == [f"uploads/alice/{number}" for number in range(7)]


class RacingRecords:
    """Lets another sweeper handle everything between our look at what is due and our first change."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def __getattr__(self, name: str) -> object:
        return getattr(self._ports.records, name)

    def due(self, *args: object) -> list[Upload]:
        due = list(self._ports.records.due(*args))
        sweep(self._ports)
        return due


def test_a_sweeper_that_comes_second_finds_nothing_to_do(ports: Ports, clock: Clock) -> None:
    """What was due is gone by then, which is no failure."""
    a_sent_upload(ports)
    a_staged_upload(ports)
    clock.pass_(1)
    a_staged_upload(ports, body=OTHER)
    abort_upload(ports, ALICE, a_sent_upload(ports).upload_id)
    clock.pass_(2 * DAY)

    report = sweep(replace(ports, records=RacingRecords(ports)))

    assert (report.expired, report.removed) == (0, 0)
    assert fetch(ports, find_by_key(ports, ALICE, STAGED_KEY)) == OTHER


@pytest.mark.parametrize("error", [StoreUnavailable, DatabaseUnavailable])
def test_a_sweep_that_was_cut_off_is_finished_by_the_next(ports: Ports, clock: Clock, error: type[Exception]) -> None:
    """Whenever the store or the database stops answering."""
    ready = []
    for at in range(1, 50):
        start_upload(ports, ALICE, a_declaration())
        ready += [a_sent_upload(ports).object_key, f"uploads/alice/{at}"]
        a_staged_upload(ports, key=f"uploads/alice/{at}")
        abort_upload(ports, ALICE, a_sent_upload(ports).upload_id)
        clock.pass_(DAY)
        faulty = with_fault(ports, Fault(at, applied=at % 2 == 0, error=error))

        try:
            sweep(faulty)
        except error:
            sweep(ports)

        assert fetch(ports, find_by_key(ports, ALICE, f"uploads/alice/{at}")) == SONG
        clock.pass_(DAY)
        sweep(ports)
        assert ports.objects.keys() == sorted(ready)
        assert {ports.records.at_key(key)[0].status for key in ready} == {UploadStatus.READY}
        assert list(ports.records.due(clock(), 9)) == []


def test_a_multipart_sweep_that_was_cut_off_is_finished_by_the_next(ports: Ports, clock: Clock) -> None:
    """Complete uploads are files, incomplete ones are gone, after a fault at any call."""
    ready = []
    for at in range(1, 26):
        ready.append(a_sent_multipart(ports).object_key)
        a_multipart_upload(ports)
        clock.pass_(30 * DAY)
        with suppress(DatabaseUnavailable):
            sweep(with_fault(ports, Fault(at, applied=at % 2 == 0)))
        for _ in range(3):
            clock.pass_(DAY)
            sweep(ports)

        assert ports.objects.keys() == sorted(ready)
        assert ports.objects.open_multiparts() == []
        assert list(ports.records.due(clock.time + timedelta(days=99), 9)) == []


def test_the_owner_can_go_on_where_the_sweeper_settled(ports: Ports, clock: Clock) -> None:
    """A file that the sweeper confirmed can get its metadata later."""
    a_staged_upload(ports)
    clock.pass_(DAY)
    sweep(ports)

    file = find_by_key(ports, ALICE, STAGED_KEY, FileMetadata(mood="happy"))

    assert (file.status, file.metadata.mood) == (UploadStatus.READY, "happy")
