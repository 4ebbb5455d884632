"""Quotas limit what one owner may hold, whichever call starts the uploads."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from ulid import ULID

from service.companion.usecases.parts import complete, list_parts, sign_parts
from service.companion.usecases.uploads import FileToCome, start_multipart, start_single
from service.ports import Ports
from service.shared.errors import DatabaseUnavailable, MoodropError
from service.shared.model import Caller, Grant
from service.shared.scopes import ALL_SCOPES
from service.uploads.allowances import Allowances
from service.uploads.errors import GrantExhausted, IdempotencyKeyReused, QuotaExceeded
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.quota import NO_LIMIT, Amounts
from service.uploads.usecases import allowance
from service.uploads.usecases.confirming.complete_parts import SentPart
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.quota_entries import WRITTEN_AFTER, close_entries
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.starting.start_many import start_uploads
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    BOB,
    LARGE,
    MIN_PART,
    NO_METADATA,
    SONG,
    STAGED_KEY,
    a_declaration,
    a_file,
    a_record,
    a_sent_cover,
    a_sent_upload,
    a_staged_upload,
    send,
)
from tests.conftest import Clock
from tests.helpers.faults import before_call, each_fault, with_fault
from tests.helpers.quotas import assert_never_too_much, limits, quota_of, with_limits

SIZE = len(SONG)
UNKNOWN = 2 * SIZE  # what an upload of undeclared size takes


@pytest.fixture
def bound(ports: Ports, clock: Clock) -> Ports:
    """Room for ten songs, and for four unfinished ones."""
    return bounded(ports, clock, limits(10 * SIZE, pending=4))


def bounded(ports: Ports, clock: Clock, allowed: Amounts | None) -> Ports:
    made = replace(ports, new_id=lambda: str(ULID.from_datetime(clock())), now=clock)
    return with_limits(replace(made, policy=replace(made.policy, put_max_bytes=UNKNOWN)), allowed)


def start(ports: Ports, caller: Caller = ALICE, size: int = SIZE) -> Upload:
    return start_upload(ports, caller, a_declaration(size_bytes=size, checksum=None))[0]


def left(ports: Ports) -> Amounts:
    quota = allowance.left(ports, "alice")
    assert quota is not None
    return quota.left


def single(ports: Ports, caller: Caller) -> object:
    return start(ports, caller)


def named(ports: Ports, caller: Caller) -> object:
    return start_upload(ports, caller, a_declaration(), idempotency_key=ports.new_id())


def of_a_batch(ports: Ports, caller: Caller) -> object:
    [result] = start_uploads(ports, caller, [a_declaration()])
    if isinstance(result, MoodropError):
        raise result
    return result


def of_a_named_batch(ports: Ports, caller: Caller) -> object:
    [result] = start_uploads(ports, caller, [a_declaration()], ports.new_id())
    if isinstance(result, MoodropError):
        raise result
    return result


def staged(ports: Ports, caller: Caller) -> object:
    return start_staged(ports, caller, f"uploads/{caller.owner}/a")


def by_form(ports: Ports, caller: Caller) -> object:
    return start_single(ports, caller, FileToCome("a.mp3", "audio/mpeg", NO_METADATA, SIZE), sends_headers=False)


def in_parts(ports: Ports, caller: Caller) -> object:
    return start_multipart(ports, caller, FileToCome("a.mp3", "audio/mpeg", NO_METADATA))


STARTS = pytest.mark.parametrize(
    "begin", [single, named, of_a_batch, of_a_named_batch, staged, by_form, in_parts], ids=lambda call: call.__name__
)


@STARTS
def test_every_start_takes_from_the_quota(ports: Ports, clock: Clock, begin: Callable[[Ports, Caller], object]) -> None:
    """Three pending uploads, by whichever call; another owner has a quota of their own."""
    bound = bounded(ports, clock, limits(pending=3))
    for _ in range(3):
        begin(bound, ALICE)

    with pytest.raises(QuotaExceeded):
        begin(bound, ALICE)
    begin(bound, BOB)
    assert len(quota_of(bound).reserved) == 3
    assert left(bound) == Amounts(left(bound).size_bytes, NO_LIMIT - 3, 0)


@STARTS
def test_without_quotas_nothing_is_read_and_nothing_written(
    ports: Ports, clock: Clock, begin: Callable[[Ports, Caller], object]
) -> None:
    """An upload URL costs what it cost before."""

    class Untouchable:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"quotas.{name} was asked for")

    unbound = replace(bounded(ports, clock, None), quotas=Untouchable())
    begin(unbound, ALICE)
    confirm_upload(unbound, ALICE, a_sent_upload(unbound).upload_id, NO_METADATA)
    confirm_upload(unbound, ALICE, a_staged_upload(unbound).upload_id, NO_METADATA)
    sweep(unbound)

    assert allowance.left(unbound, "alice") is None


@pytest.mark.parametrize(
    ("allowed", "size", "words"),
    [
        (limits(3 * SIZE + 5), 6, f"{3 * SIZE + 5} bytes are allowed: {3 * SIZE} are used, 6 were asked"),
        (limits(files=3), 0, "3 files are allowed: 3 are used, 1 was asked"),
        (limits(pending=3), 0, "3 unfinished uploads are allowed: 3 are used, 1 was asked"),
    ],
    ids=["bytes", "files", "pending"],
)
def test_the_refusal_names_the_limit_what_is_used_and_what_was_asked(
    ports: Ports, clock: Clock, allowed: Amounts, size: int, words: str
) -> None:
    """So that a person knows what to delete."""
    bound = bounded(ports, clock, allowed)
    for _ in range(3):
        start(bound)

    with pytest.raises(QuotaExceeded) as refused:
        start(bound, size=size)

    assert refused.value.detail == words
    assert (refused.value.code, refused.value.status) == ("quota_exceeded", 403)
    assert len(quota_of(bound).reserved) == 3


def test_sizes_of_zero_bytes_take_a_file(ports: Ports, clock: Clock) -> None:
    """Empty files are files; and where the bytes are used up they still fit."""
    bound = bounded(ports, clock, limits(SIZE, files=3))
    start(bound)
    start(bound, size=0)
    start(bound, size=0)

    with pytest.raises(QuotaExceeded):
        start(bound, size=0)


def test_of_a_batch_the_first_that_fit_are_taken_by_one_update(ports: Ports, clock: Clock) -> None:
    """Each other one is refused by itself, and a smaller one after it may fit."""
    bound = bounded(ports, clock, limits(100))
    sizes = [40, 70, 50, 11, 10]

    results = start_uploads(bound, ALICE, [a_declaration(size_bytes=size, checksum=None) for size in sizes])

    assert [isinstance(result, QuotaExceeded) for result in results] == [False, True, False, True, False]
    assert sorted(quota_of(bound).reserved.values()) == [10, 40, 50]
    assert bound.records.usage("alice", without=[], unknown_bytes=0) == Amounts(100, 3, 3)
    revision = quota_of(bound).revision
    start_uploads(bound, BOB, [a_declaration(size_bytes=1, checksum=None) for _ in range(3)])
    begun = quota_of(bound, "bob").revision
    start_uploads(bound, BOB, [a_declaration(size_bytes=1, checksum=None) for _ in range(3)])
    assert quota_of(bound, "bob").revision == begun + 1
    assert quota_of(bound).revision == revision


def test_confirming_aborting_expiring_and_deleting_write_nothing(bound: Ports, clock: Clock) -> None:
    """What was reserved is given back later: the quota is the same after each."""
    file, aborted = a_sent_upload(bound), start(bound)
    start(bound)
    before = quota_of(bound)

    confirm_upload(bound, ALICE, file.upload_id, NO_METADATA)
    assert quota_of(bound) == before
    abort_upload(bound, ALICE, aborted.upload_id)
    assert quota_of(bound) == before
    delete_file(bound, ALICE, file.upload_id)
    assert quota_of(bound) == before


def test_room_is_given_back_when_somebody_needs_it(bound: Ports, clock: Clock) -> None:
    """Of an aborted, an expired and a rejected upload, and of a file that is no longer pending."""
    aborted, sent = start(bound), a_sent_upload(bound)
    start_staged(bound, ALICE, STAGED_KEY)
    start(bound)
    with pytest.raises(QuotaExceeded):
        start(bound)

    abort_upload(bound, ALICE, aborted.upload_id)
    confirm_upload(bound, ALICE, sent.upload_id, NO_METADATA)
    start(bound)
    start(bound)

    with pytest.raises(QuotaExceeded):
        start(bound)
    clock.pass_(200_000)
    sweep(bound)
    for _ in range(4):
        start(bound)
    assert left(bound) == Amounts(5 * SIZE, NO_LIMIT - 5, 0)
    assert_never_too_much(bound)


def test_a_deleted_file_makes_room_at_the_next_need(ports: Ports, clock: Clock) -> None:
    """Its entry is closed long since: the files are counted anew."""
    bound = bounded(ports, clock, limits(2 * SIZE))
    files = [a_file(bound), a_file(bound)]
    assert left(bound) == Amounts(0, NO_LIMIT - 2, 2000)
    with pytest.raises(QuotaExceeded):
        start(bound)

    delete_file(bound, ALICE, files[0].upload_id)

    start(bound)
    assert left(bound).size_bytes == 0


def test_a_count_that_took_long_is_not_repeated_at_once(ports: Ports, clock: Clock) -> None:
    """Not before twenty times what it took, so that counting takes at most a twentieth of the time."""
    bound = bounded(ports, clock, limits(SIZE))
    file = a_file(bound)
    assert left(bound).size_bytes == 0
    before = quota_of(bound)
    delete_file(bound, ALICE, file.upload_id)
    bound.quotas.recount(before, before.used, counted_at=clock(), took=timedelta(seconds=1))

    clock.pass_(19)
    with pytest.raises(QuotaExceeded):
        start(bound)
    clock.pass_(1)
    start(bound)


def test_what_was_there_before_quotas_counts(ports: Ports, clock: Clock) -> None:
    """Files, covers and unfinished uploads; of undeclared size with what they would take now."""
    unbound = bounded(ports, clock, None)
    file = a_file(unbound)
    confirm_upload(unbound, ALICE, a_sent_cover(unbound, file).upload_id, NO_METADATA)
    start(unbound, size=3)
    start_staged(unbound, ALICE, STAGED_KEY)
    delete_file(unbound, ALICE, a_file(unbound).upload_id)
    bound = with_limits(unbound, limits(1000, 10, 10))

    used = 1000 - left(bound).size_bytes

    assert used == SIZE + len(b"\xff\xd8\xff not quite a picture") + 3 + UNKNOWN
    assert left(bound) == Amounts(1000 - used, 6, 8)


def test_an_upload_started_without_quotas_is_reserved_when_its_size_is_known(ports: Ports, clock: Clock) -> None:
    """Else it would be a file that no entry and no count knows."""
    unbound = bounded(ports, clock, None)
    upload = a_staged_upload(unbound, body=SONG * 4)
    bound = with_limits(unbound, limits(5 * SIZE))
    assert left(bound).size_bytes == 3 * SIZE
    start(bound, BOB)

    with pytest.raises(QuotaExceeded):
        confirm_upload(bound, ALICE, upload.upload_id, NO_METADATA)

    assert_never_too_much(bound)
    assert left(bound).size_bytes == 5 * SIZE


def test_an_undeclared_size_is_reserved_and_then_replaced_by_the_true_one(bound: Ports) -> None:
    """Smaller, larger, and of a second confirm no more."""
    small = a_staged_upload(bound)
    assert quota_of(bound).left.size_bytes == 10 * SIZE - UNKNOWN
    confirm_upload(bound, ALICE, small.upload_id, NO_METADATA)
    assert close_entries(bound, "alice").left.size_bytes == 9 * SIZE

    large = a_staged_upload(bound, "uploads/alice/large", SONG * 5)
    for _ in range(2):
        confirm_upload(bound, ALICE, large.upload_id, NO_METADATA)
    assert close_entries(bound, "alice").left.size_bytes == 4 * SIZE
    assert quota_of(bound).reserved == {}
    assert_never_too_much(bound)


def test_a_file_too_large_for_the_quota_is_rejected_and_removed(bound: Ports) -> None:
    """Before it is copied; every later confirm says the same."""
    a_file(bound)
    upload = a_staged_upload(bound, body=SONG * 10)

    for _ in range(2):
        with pytest.raises(QuotaExceeded, match=f"{10 * SIZE} bytes are allowed"):
            confirm_upload(bound, ALICE, upload.upload_id, NO_METADATA)

    rejected = bound.records.get(upload.upload_id)
    assert rejected is not None
    assert rejected.status is UploadStatus.REJECTED
    assert bound.objects.head(upload.bucket, upload.object_key) is None
    assert left(bound).size_bytes == 9 * SIZE


def test_of_two_sizes_confirmed_at_once_the_larger_one_counts(bound: Ports) -> None:
    """Whichever is recorded: the slower confirm does not make the entry smaller."""
    upload, transfer = start_staged(bound, ALICE, STAGED_KEY)
    headers = {"content-type": "audio/mpeg"}
    assert send(bound, transfer, SONG, headers).status == 200

    def send_more() -> None:
        assert send(bound, transfer, SONG * 6, headers).status == 200
        confirm_upload(bound, ALICE, upload.upload_id, NO_METADATA)

    slower = before_call(bound, "left", send_more)
    file = confirm_upload(slower, ALICE, upload.upload_id, NO_METADATA)

    assert file.size_bytes == SIZE * 6
    assert_never_too_much(bound)
    assert left(bound).size_bytes == 4 * SIZE


@pytest.mark.parametrize("room", [MIN_PART, 10 * MIN_PART])
def test_parts_of_undeclared_size_are_reserved_before_they_become_a_file(ports: Ports, clock: Clock, room: int) -> None:
    """No room: the parts are removed, and every later call says why."""
    bound = bounded(ports, clock, limits(room))
    upload = start_multipart(bound, ALICE, FileToCome("a.mp3", "audio/mpeg", NO_METADATA))
    requests = sign_parts(bound, ALICE, upload.upload_id, None, [1, 2])
    bodies = {1: LARGE[:MIN_PART], 2: LARGE[MIN_PART:]}
    for number, body in bodies.items():
        assert send(bound, requests[number], body).status == 200
    parts = list_parts(bound, ALICE, upload.upload_id, None)
    sent = [SentPart(part.part_number, part.etag) for part in parts]

    def finish() -> Upload:
        return complete(bound, ALICE, upload.upload_id, None, sent)

    if room > len(LARGE):
        assert finish().size_bytes == len(LARGE)
        assert left(bound).size_bytes == room - len(LARGE)
    else:
        for _ in range(2):
            with pytest.raises(QuotaExceeded):
                finish()
        assert left(bound).size_bytes == room
    assert_never_too_much(bound)


def test_a_replaced_file_counts_once_after_a_count(bound: Ports, clock: Clock) -> None:
    """Smaller or larger than before; too little is left until then, and never too much."""
    for body in (SONG, SONG * 3, SONG * 2):
        upload = a_staged_upload(bound, body=body)
        assert_never_too_much(bound)
        confirm_upload(bound, ALICE, upload.upload_id, NO_METADATA)
        assert_never_too_much(bound)
        assert close_entries(bound, "alice").reserved == {}
        assert_never_too_much(bound)
        assert left(bound) == Amounts(10 * SIZE - len(body), NO_LIMIT - 1, 4)
        clock.pass_(10_000)


def test_an_entry_of_a_replaced_upload_is_closed_before_its_document_goes(bound: Ports, clock: Clock) -> None:
    """Without a document it would give back the bytes that the file has now."""
    confirm_upload(bound, ALICE, a_staged_upload(bound).upload_id, NO_METADATA)
    left(bound)
    upload = a_staged_upload(bound, body=SONG * 5)
    confirm_upload(bound, ALICE, upload.upload_id, NO_METADATA)

    for _ in range(3):
        clock.pass_(100_000)
        # Its other part, which closes all entries, comes to nothing.
        sweep(bound, lambda: quota_of(bound).reserved != {} or bound.records.get(upload.upload_id) is not None)
        assert_never_too_much(bound)
    assert bound.records.get(upload.upload_id) is None
    assert quota_of(bound).reserved == {}


@pytest.mark.parametrize("applied", [False, True])
def test_a_replacement_cut_off_halfway_leaves_never_too_much(bound: Ports, clock: Clock, applied: bool) -> None:
    """The file has its old bytes, and will get more: a count in between must know of them."""
    confirm_upload(bound, ALICE, a_staged_upload(bound).upload_id, NO_METADATA)
    left(bound)
    for fault in each_fault():
        if fault.applied is not applied:
            continue
        upload = a_staged_upload(bound, body=SONG * 5)
        with suppress(DatabaseUnavailable):
            confirm_upload(with_fault(bound, fault), ALICE, upload.upload_id, NO_METADATA)
        left(bound)
        assert_never_too_much(bound)
        confirm_upload(bound, ALICE, upload.upload_id, NO_METADATA)
        assert_never_too_much(bound)
        assert left(bound).size_bytes == 5 * SIZE
        small = a_staged_upload(bound)
        confirm_upload(bound, ALICE, small.upload_id, NO_METADATA)
        assert left(bound).size_bytes == 9 * SIZE


def test_a_reservation_whose_call_died_is_given_back_after_ten_minutes(bound: Ports, clock: Clock) -> None:
    """Not sooner: the document may be on its way."""
    bound.quotas.add("alice")
    left(bound)
    assert bound.quotas.reserve("alice", {bound.new_id(): SIZE})

    clock.pass_(WRITTEN_AFTER.total_seconds() - 1)
    assert left(bound).size_bytes == 9 * SIZE
    clock.pass_(1)
    assert left(bound).size_bytes == 10 * SIZE


def test_a_grant_that_is_used_up_takes_nothing_from_the_quota(bound: Ports) -> None:
    """Whoever holds such a token could otherwise lock its owner out."""
    grant = Grant(max_files=2, usage_id="a token")
    narrowed = Caller("alice", frozenset(ALL_SCOPES), grant=grant, token_id="a token")
    results = start_uploads(bound, narrowed, [a_declaration() for _ in range(4)])

    assert [type(result) for result in results[2:]] == [GrantExhausted] * 2
    for _ in range(9):
        with pytest.raises(GrantExhausted):
            start(bound, narrowed)
    assert len(quota_of(bound).reserved) == 2
    assert quota_of(bound).left == Amounts(8 * SIZE, NO_LIMIT - 2, 2)


def test_a_quota_that_is_used_up_takes_nothing_from_the_grant(ports: Ports, clock: Clock) -> None:
    """The quota is asked first."""
    bound = bounded(ports, clock, limits(SIZE))
    grant = Grant(max_files=2, usage_id="a token")
    narrowed = Caller("alice", frozenset(ALL_SCOPES), grant=grant, token_id="a token")
    start(bound, narrowed)
    with pytest.raises(QuotaExceeded):
        start(bound, narrowed)

    assert bound.grants.spent(grant).files == 1


def test_a_repeated_request_takes_nothing_more(ports: Ports, clock: Clock) -> None:
    """Even where nothing is left; another one under its key gives back what it took."""
    bound = bounded(ports, clock, limits(3 * SIZE))
    upload, _ = start_upload(bound, ALICE, a_declaration(), idempotency_key="k")
    for _ in range(3):
        assert start_upload(bound, ALICE, a_declaration(), idempotency_key="k")[0].upload_id == upload.upload_id
        with pytest.raises(IdempotencyKeyReused):
            start_upload(bound, ALICE, a_declaration(SONG * 2), idempotency_key="k")
    assert quota_of(bound).left.size_bytes == 2 * SIZE
    start(bound)
    start(bound)
    assert start_upload(bound, ALICE, a_declaration(), idempotency_key="k")[0].upload_id == upload.upload_id


def test_of_a_batch_that_came_twice_at_once_each_upload_counts_once(bound: Ports) -> None:
    """The second one's rows are refused by their keys after they were reserved."""
    new = [a_declaration(), a_declaration()]
    another_worker = replace(bound, allowances=Allowances())
    slower = before_call(bound, "add_many", lambda: start_uploads(another_worker, ALICE, new, "k"))

    results = start_uploads(slower, ALICE, new, "k")

    assert not any(isinstance(result, MoodropError) for result in results)
    assert len(quota_of(bound).reserved) == 2
    assert quota_of(bound).left.size_bytes == 8 * SIZE


def test_of_a_batch_that_breaks_off_what_was_written_stays_reserved(bound: Ports) -> None:
    """Another upload has the key of the second row: the first is written, and the second gives back what it took."""
    other = a_record(bound.new_id(), idempotency_key="k\n1")
    slower = before_call(bound, "add_many", lambda: bound.records.add(other))

    first, second = start_uploads(slower, ALICE, [a_declaration(), a_declaration()], "k")

    assert not isinstance(first, MoodropError)
    assert isinstance(second, IdempotencyKeyReused)
    assert quota_of(bound).reserved == {first.upload.upload_id: SIZE}
    assert quota_of(bound).left == Amounts(9 * SIZE, NO_LIMIT - 1, 3)


@pytest.mark.parametrize("begin", [single, of_a_batch, staged], ids=lambda call: call.__name__)
def test_a_start_cut_off_anywhere_leaves_never_too_much(
    bound: Ports, clock: Clock, begin: Callable[[Ports, Caller], object]
) -> None:
    """And after ten minutes and a sweep all that it took is there again."""
    start(bound, size=1)
    for fault in each_fault():
        try:
            begin(with_fault(bound, fault), ALICE)
        except DatabaseUnavailable:
            assert_never_too_much(bound)
        clock.pass_(100_000)
        sweep(bound)
        clock.pass_(100_000)
        sweep(bound)
        start(bound, size=1)
        assert left(bound) == Amounts(10 * SIZE - 1, NO_LIMIT - 1, 3)


def test_somebody_takes_the_room_in_between(ports: Ports, clock: Clock) -> None:
    """Whoever comes second is refused, though there was room when they asked."""
    bound = bounded(ports, clock, limits(SIZE))
    aborted = start(bound)
    abort_upload(bound, ALICE, aborted.upload_id)
    faster = before_call(bound, "close", lambda: start(bound))

    with pytest.raises(QuotaExceeded):
        start(faster)
    assert len(quota_of(bound).reserved) == 1


def test_the_sweeper_closes_entries_of_all_owners(bound: Ports) -> None:
    """So that a quota names few uploads, even if nobody needs room."""
    for caller in (ALICE, BOB):
        confirm_upload(bound, caller, a_sent_upload(bound, caller).upload_id, NO_METADATA)
        start(bound, caller)

    sweep(bound, lambda: False)
    assert [len(quota_of(bound, owner).reserved) for owner in ("alice", "bob")] == [2, 2]
    sweep(bound)

    assert [len(quota_of(bound, owner).reserved) for owner in ("alice", "bob")] == [1, 1]
    assert quota_of(bound).left == Amounts(8 * SIZE, NO_LIMIT - 2, 3)


def test_uploads_of_another_owner_give_all_back(bound: Ports) -> None:
    """Whoever adopts a file counts it from then on."""
    for upload in (a_file(bound), start(bound)):
        bound.records.change(upload.upload_id, {}, {"owner": "bob"})  # type: ignore[typeddict-unknown-key]

    assert close_entries(bound, "alice").left == Amounts(10 * SIZE, NO_LIMIT, 4)
    bob = allowance.left(bound, "bob")
    assert bob is not None
    assert bob.left.size_bytes == 8 * SIZE


def test_forgotten_uploads_are_reserved_again_before_they_are_written_again(bound: Ports) -> None:
    """Each with the bytes that a start would take; those whose entry survived once."""
    start(bound)
    known, unknown = a_record(bound.new_id()), a_record(bound.new_id(), size_bytes=None, content_type=None)
    for _ in range(2):
        allowance.restore(bound.quotas, bound.policy, [known, unknown])

    assert quota_of(bound).left.size_bytes == 9 * SIZE - SIZE - UNKNOWN
    assert len(quota_of(bound).reserved) == 3


def test_a_negative_size_is_invalid(bound: Ports) -> None:
    """It would give room."""
    with pytest.raises(MoodropError) as refused:
        start(bound, size=-1)

    assert refused.value.status == 422
    assert bound.quotas.left("alice") is None


def test_metadata_says_nothing_of_quotas(bound: Ports) -> None:
    """An edited file takes what it took."""
    file = a_file(bound)
    before = left(bound)
    confirm_upload(bound, ALICE, file.upload_id, FileMetadata(title="x"))

    assert left(bound) == before
