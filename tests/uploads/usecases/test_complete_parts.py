"""Joining parts, rule by rule: what is checked first, who waits for whom, and what is released."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.ports import Ports
from service.store.errors import StoreUnavailable
from service.store.limits import MIB
from service.store.memory.objects import MemoryObjectStore
from service.store.model import StoredPart
from service.uploads.errors import (
    NotMultipart,
    PartMismatch,
    PartNumberInvalid,
    PartsMissing,
    UploadBusy,
)
from service.uploads.model import TransferKind, Upload, UploadStatus
from service.uploads.usecases.confirming.complete_parts import (
    LEASE,
    RETRIES_S,
    WAITS_S,
    check_sent,
    complete_parts,
    require_etag,
    require_parts,
)
from tests.builders import ALICE, a_multipart, a_record, a_sent_multipart, send_parts
from tests.conftest import Clock
from tests.helpers.faults import Interruption, before_call, with_fault


@pytest.fixture
def slept() -> list[float]:
    """Return the pauses that were requested."""
    return []


@pytest.fixture
def ports(ports: Ports, clock: Clock, slept: list[float]) -> Ports:
    """Return ports whose pauses only move the clock."""

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.pass_(seconds)

    return replace(ports, sleep=sleep)


def now_of(ports: Ports, upload: Upload) -> Upload:
    recorded = ports.records.get(upload.upload_id)
    assert recorded is not None
    return recorded


def leased(ports: Ports, upload: Upload, seconds: float = 90) -> Upload:
    """Return the upload with a lease held by another confirm."""
    until = ports.now() + timedelta(seconds=seconds)
    leased_upload = ports.records.change(upload.upload_id, {}, {"completing_until": until})
    assert leased_upload is not None
    return leased_upload


# --- what the client names -------------------------------------------------------------------------
def test_parts_are_named_of_an_upload_that_has_them() -> None:
    """All parts of the plan; an upload in one piece has none."""
    in_parts = a_record(kind=TransferKind.MULTIPART, size_bytes=11 * MIB, part_size_bytes=5 * MIB)

    check_sent(in_parts, [])
    check_sent(in_parts, [(1, "x"), (3, "x")])
    with pytest.raises(PartNumberInvalid):
        check_sent(in_parts, [(1, "x"), (4, "x")])
    with pytest.raises(NotMultipart) as refused:
        check_sent(a_record(), [])
    assert refused.value.detail == f"upload {a_record().upload_id} has no plan of parts"


def test_missing_parts_are_counted_and_named() -> None:
    """If all are there, nothing is missing."""
    require_parts({1, 2, 3}, [1, 2])
    with pytest.raises(PartsMissing) as refused:
        require_parts({2}, [1, 2, 3, 4])
    assert refused.value.detail == "3 of 4 parts are missing: 1, 3-4"


def test_another_etag_is_told_with_both() -> None:
    """With or without quotes; a long one is shortened."""
    part = StoredPart(7, 20, "abc")

    require_etag(part, "abc")
    require_etag(part, '"abc"')
    with pytest.raises(PartMismatch) as refused:
        require_etag(part, "x" * 100)
    assert refused.value.detail == f"part 7 has the etag abc, sent was {'x' * 80}"
    for other in ("Xabc", "abcX", "'abc'"):
        with pytest.raises(PartMismatch):
            require_etag(part, other)


# --- the lease -------------------------------------------------------------------------------------
def test_a_confirm_holds_its_lease_when_the_parts_are_joined(ports: Ports, slept: list[float]) -> None:
    """Nobody else completes them, and recording the file ends the lease."""
    upload = a_sent_multipart(ports)

    after, stored = complete_parts(ports, upload, [])

    assert stored is not None
    assert after.multipart.completing_until == ports.now() + LEASE
    assert now_of(ports, upload).multipart.completing_until == after.multipart.completing_until
    assert slept == [0.0]


def test_a_confirm_waits_for_the_one_before_it(ports: Ports, slept: list[float]) -> None:
    """It checks at growing intervals, and then reports that it is busy."""
    upload = leased(ports, a_sent_multipart(ports))

    with pytest.raises(UploadBusy) as refused:
        complete_parts(ports, upload, [])

    assert slept == list(WAITS_S)
    assert refused.value.detail == f"another confirm of upload {upload.upload_id} is at work"
    assert now_of(ports, upload).multipart.completing_until == upload.multipart.completing_until


def test_a_lease_is_over_on_its_second(ports: Ports, slept: list[float]) -> None:
    """Then the next confirm takes over, and first checks what the last one may have made."""
    upload = leased(ports, a_sent_multipart(ports), WAITS_S[0])

    after, stored = complete_parts(ports, upload, [])

    assert stored is not None
    assert slept[:1] == [WAITS_S[0]]
    assert after.multipart.completing_until == ports.now() + LEASE


def test_what_another_confirm_has_ended_is_as_it_left_it(ports: Ports, slept: list[float]) -> None:
    """No object is looked up, and nothing is joined."""
    upload = leased(ports, a_sent_multipart(ports))
    ports.records.change(upload.upload_id, {}, {"status": UploadStatus.ABORTED})

    after, stored = complete_parts(ports, upload, [])

    assert (after.status, stored) == (UploadStatus.ABORTED, None)
    assert slept == [WAITS_S[0]]


def test_an_object_under_a_living_lease_is_taken(ports: Ports, slept: list[float]) -> None:
    """The confirm that made it may have died before recording it."""
    upload = a_sent_multipart(ports)
    complete_parts(ports, upload, [])
    recorded = now_of(ports, upload)

    after, stored = complete_parts(ports, recorded, [])

    assert stored is not None
    assert after.status is UploadStatus.PENDING
    assert now_of(ports, upload).multipart.completing_until == recorded.multipart.completing_until


def test_two_who_take_a_lease_at_once_are_one(ports: Ports, slept: list[float]) -> None:
    """The update's own condition makes the second one fail."""
    upload = a_sent_multipart(ports)
    other = Interruption(1, lambda: leased(ports, upload))

    with pytest.raises(UploadBusy):
        complete_parts(with_fault(ports, other), upload, [])

    assert slept == list(WAITS_S)


def test_what_is_missing_gives_the_lease_back(ports: Ports, slept: list[float]) -> None:
    """So the next confirm starts at once."""
    upload, _ = a_multipart(ports)

    with pytest.raises(PartsMissing) as refused:
        complete_parts(ports, upload, [])

    assert refused.value.detail == "2 of 2 parts are missing: 1-2"
    assert now_of(ports, upload).multipart.completing_until is None


class Refusing(MemoryObjectStore):
    """A store that refuses so many completions, or does not answer."""

    refusals, silent, fails, makes, asked = 0, False, False, False, 0

    def complete_multipart(self, *args: Any) -> bool:
        self.asked += 1
        if self.makes:
            super().complete_multipart(*args)
        if self.fails:
            error = StoreUnavailable("the store answered 500 InternalError")
            error.is_answered = True
            raise error
        if self.silent:
            raise StoreUnavailable("timed out")
        return super().complete_multipart(*args) if self.asked > self.refusals else False


def on_refusing(ports: Ports, clock: Clock, refusals: int, *, silent: bool = False) -> tuple[Ports, Refusing, Upload]:
    store = Refusing(clock)
    store.refusals, store.silent = refusals, silent
    store.prepare(ports.policy.buckets)
    ports = replace(ports, objects=store)
    return ports, store, a_sent_multipart(ports, ALICE)


@pytest.mark.parametrize("refusals", [0, 1, len(RETRIES_S)])
def test_a_complete_that_a_late_part_spoilt_is_repeated(
    ports: Ports, clock: Clock, slept: list[float], refusals: int
) -> None:
    """With a pause before each."""
    ports, store, upload = on_refusing(ports, clock, refusals)

    _, stored = complete_parts(ports, upload, [])

    assert stored is not None
    assert store.asked == refusals + 1
    assert slept == [0.0, *RETRIES_S][: refusals + 1]


def test_one_that_is_always_spoilt_is_given_up(ports: Ports, clock: Clock, slept: list[float]) -> None:
    """There is neither object nor lease afterwards, so the next confirm starts afresh."""
    ports, store, upload = on_refusing(ports, clock, 99)

    after, stored = complete_parts(ports, upload, [])

    assert (after.status, stored) == (UploadStatus.PENDING, None)
    assert store.asked == len(RETRIES_S) + 1
    assert now_of(ports, upload).multipart.completing_until is None


def test_a_complete_without_an_answer_keeps_its_lease(ports: Ports, clock: Clock, slept: list[float]) -> None:
    """It may still be running, and there are never two."""
    ports, _, upload = on_refusing(ports, clock, 0, silent=True)

    with pytest.raises(StoreUnavailable):
        complete_parts(ports, upload, [])

    assert now_of(ports, upload).multipart.completing_until == ports.now() + LEASE


def test_a_complete_that_failed_gives_its_lease_back(ports: Ports, clock: Clock, slept: list[float]) -> None:
    """The store has ended its work: nobody has to wait for it."""
    ports, store, upload = on_refusing(ports, clock, 0)
    store.fails = True

    with pytest.raises(StoreUnavailable, match="500"):
        complete_parts(ports, upload, [])

    assert now_of(ports, upload).multipart.completing_until is None
    assert (store.asked, slept) == (1, [0.0])


def test_what_a_failed_complete_made_counts(ports: Ports, clock: Clock, slept: list[float]) -> None:
    """Only HEAD tells the result."""
    ports, store, upload = on_refusing(ports, clock, 0)
    store.fails = store.makes = True

    _, stored = complete_parts(ports, upload, [])

    assert stored == ports.objects.head(upload.bucket, upload.object_key)
    assert stored


def test_an_empty_list_is_looked_at_twice(ports: Ports, slept: list[float]) -> None:
    """MinIO lists no parts for a moment while one is replaced."""
    upload, parts = a_multipart(ports)
    # After the lease, the first list and a pause, the parts arrive before the second list.
    late = Interruption(3, lambda: send_parts(ports, parts))

    _, stored = complete_parts(with_fault(ports, late), upload, [])

    assert stored is not None
    assert RETRIES_S[0] in slept


def test_parts_that_the_store_dropped_are_asked_for_again(ports: Ports, slept: list[float]) -> None:
    """The store's upload is opened again, and all parts are reported missing."""
    upload = a_sent_multipart(ports)
    ports.objects.abort_multiparts(upload.bucket, upload.object_key)

    with pytest.raises(PartsMissing) as refused:
        complete_parts(ports, upload, [])

    assert refused.value.detail == "the store has dropped all parts; send them again: 1-2"
    after = now_of(ports, upload)
    assert after.multipart.completing_until is None
    assert after.multipart.store_upload_id != upload.multipart.store_upload_id


def test_an_object_that_somebody_joined_meanwhile_is_taken(ports: Ports, slept: list[float]) -> None:
    """A confirm that lost its lease completed late: the store has the object but no parts."""
    upload = a_sent_multipart(ports)
    parts = ports.objects.list_parts(upload.bucket, upload.object_key, upload.multipart.store_upload_id)
    ports.objects.complete_multipart(upload.bucket, upload.object_key, upload.multipart.store_upload_id, parts)

    _, stored = complete_parts(ports, upload, [])

    assert stored is not None
    assert stored == ports.objects.head(upload.bucket, upload.object_key)


def test_a_confirm_that_died_is_taken_over_by_its_object(ports: Ports, clock: Clock) -> None:
    """Since the object is there, nobody lists parts, which a slow request may have brought back."""
    upload = a_sent_multipart(ports)
    complete_parts(ports, upload, [])
    clock.pass_(LEASE.total_seconds())
    no_parts = before_call(ports, "list_parts", lambda: pytest.fail("it asked for the parts"))

    _, stored = complete_parts(no_parts, now_of(ports, upload), [])

    assert stored == ports.objects.head(upload.bucket, upload.object_key)


def test_a_look_for_that_object_which_fails_gives_the_lease_back(ports: Ports, clock: Clock) -> None:
    """Nothing is running in the store for which the next confirm should wait."""
    upload = leased(ports, a_sent_multipart(ports), -1)

    def fail() -> None:
        raise StoreUnavailable("timed out")

    with pytest.raises(StoreUnavailable):
        complete_parts(before_call(ports, "head", fail), upload, [])

    assert now_of(ports, upload).multipart.completing_until is None


def test_a_store_that_keeps_half_a_part_is_told_each_etag(ports: Ports, clock: Clock) -> None:
    """ETags that the client did not name come from the store's list."""
    upload = a_sent_multipart(ports)
    ports.objects.refuses_half_bodies = False

    with pytest.raises(PartMismatch) as refused:
        complete_parts(ports, upload, [])

    assert refused.value.detail == "this store may have kept half of a part: name the etags of 1-2, too"
