"""The confirm of an upload in parts: what it joins, and what happens after an interrupted one."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from service.ports import Ports
from service.store.errors import StoreUnavailable
from service.store.memory.objects import MemoryObjectStore
from service.store.model import StoredPart
from service.uploads.errors import (
    PartMismatch,
    PartNumberInvalid,
    PartsMissing,
    UploadAborted,
    UploadBusy,
    UploadExpired,
    UploadFinished,
    UploadNotFound,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.confirming import complete_parts
from service.uploads.usecases.confirming.confirm import confirm_upload, finalize
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.read import inspect_upload
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.starting.signed_requests import PartRequest
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    BOB,
    LARGE,
    NO_METADATA,
    OTHER_LARGE,
    SONG,
    a_multipart,
    a_sent_multipart,
    a_sent_upload,
    bytes_of,
    fetch,
    send,
    send_parts,
)
from tests.conftest import Clock
from tests.helpers.faults import Fault, with_fault
from tests.helpers.multipart import list_part_numbers, memory


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the waits for other confirms."""
    monkeypatch.setattr(complete_parts, "WAITS_S", ())


# --- confirmed ---------------------------------------------------------------------------------
def test_the_parts_become_the_file(ports: Ports) -> None:
    """Its bytes in order; nothing stays open in the store."""
    upload, parts = a_multipart(ports)
    send_parts(ports, reversed(parts))

    file = confirm_upload(ports, ALICE, upload.upload_id, FileMetadata(mood="sad"))

    assert (file.status, file.upload_id, file.confirmed_by) == (UploadStatus.READY, upload.upload_id, "client")
    assert file.metadata.mood == "sad"
    assert fetch(ports, file) == LARGE
    assert memory(ports).open_multiparts() == []


def test_confirms_of_parts_at_once_give_one_file(ports: Ports) -> None:
    """One completes, and the others wait for it."""
    upload = a_sent_multipart(ports)

    with ThreadPoolExecutor(8) as pool:
        files = list(pool.map(lambda _: confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA), range(24)))

    assert all(file == files[0] for file in files)
    assert fetch(ports, files[0]) == LARGE


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_client_may_say_which_parts_it_sent(ports: Ports, quote: str) -> None:
    """By the ETags in the store's answers, with or without quotes."""
    upload = a_sent_multipart(ports)
    stored = inspect_upload(ports, ALICE, upload.upload_id)[1] or []
    sent = [(part.part_number, f"{quote}{part.etag}{quote}") for part in stored]

    with pytest.raises(PartMismatch, match="part 2"):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA, [sent[0], (2, "another")])
    with pytest.raises(PartNumberInvalid):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA, [*sent, (3, "x")])

    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA, sent).status is UploadStatus.READY
    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA, sent).status is UploadStatus.READY


def test_what_is_missing_is_named_and_can_be_sent(ports: Ports) -> None:
    """An early confirm loses nothing."""
    upload, parts = a_multipart(ports, body=bytes(2 * len(LARGE)))
    send_parts(ports, parts[1:2], bytes(2 * len(LARGE)))

    with pytest.raises(PartsMissing, match=r"2 of 3 parts are missing: 1, 3$"):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    assert list_part_numbers(ports, upload) == [2]
    send_parts(ports, [parts[0], parts[2]], bytes(2 * len(LARGE)))
    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).size_bytes == 2 * len(LARGE)


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([7], "7"),
        ([1, 2, 3, 7, 9, 10], "1-3, 7, 9-10"),
        (list(range(1, 10_001)), "1-10000"),
        (list(range(1, 20, 2)), "1, 3, 5, 7, 9, 11, 13, 15, 17, 19"),
        (list(range(1, 100, 2)), "1, 3, 5, 7, 9, 11, 13, 15, 17, 19, … (50 in all)"),
    ],
)
def test_many_numbers_are_told_in_few_words(numbers: Sequence[int], text: str) -> None:
    """A message must not list ten thousand numbers."""
    assert complete_parts.shortened(numbers) == text


def test_a_part_of_another_size_is_never_joined(ports: Ports) -> None:
    """Even if the store accepted it, by a URL that binds no length."""
    upload, parts = a_multipart(ports)
    send_parts(ports, parts)
    loose = ports.objects.presign_part(
        upload.bucket,
        upload.object_key,
        upload.multipart.store_upload_id or "",
        2,
        headers={},
        at=ports.now(),
        expires_in=60,
    )
    assert send(ports, loose, SONG + b"!").status == 200

    with pytest.raises(PartMismatch, match=f"part 2 has {len(SONG) + 1} bytes, its plan {len(SONG)}"):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    send_parts(ports, parts[1:])
    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).status is UploadStatus.READY


def test_a_part_sent_after_the_confirm_goes_nowhere(ports: Ports) -> None:
    """Its URL names an upload that the store no longer knows."""
    upload, parts = a_multipart(ports)
    send_parts(ports, parts)
    file = confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    assert [send(ports, part.request, bytes_of(part, OTHER_LARGE)).status for part in parts] == [404, 404]
    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA) == file
    assert fetch(ports, file) == LARGE


def test_a_strangers_parts_are_not_found(ports: Ports) -> None:
    """They cannot be seen, sent, joined or aborted, as if they did not exist."""
    theirs = a_sent_multipart(ports, BOB).upload_id

    for act in (
        lambda: inspect_upload(ports, ALICE, theirs),
        lambda: renew_urls(ports, ALICE, theirs, [PartRequest(1)]),
        lambda: confirm_upload(ports, ALICE, theirs, NO_METADATA, [(1, "x")]),
        lambda: abort_upload(ports, ALICE, theirs),
    ):
        with pytest.raises(UploadNotFound):
            act()
    assert confirm_upload(ports, BOB, theirs, NO_METADATA).status is UploadStatus.READY


def test_an_aborted_upload_leaves_no_part(ports: Ports) -> None:
    """And can be neither confirmed nor continued."""
    upload = a_sent_multipart(ports)

    abort_upload(ports, ALICE, upload.upload_id)

    assert memory(ports).open_multiparts() == []
    with pytest.raises(UploadAborted):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
    with pytest.raises(UploadAborted):
        renew_urls(ports, ALICE, upload.upload_id)
    abort_upload(ports, ALICE, upload.upload_id)


def test_a_file_that_came_in_parts_is_deleted_like_any_other(ports: Ports, clock: Clock) -> None:
    """Nothing is left, and none of its URLs brings it back."""
    upload, parts = a_multipart(ports)
    send_parts(ports, parts)
    confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
    with pytest.raises(UploadFinished):
        abort_upload(ports, ALICE, upload.upload_id)

    delete_file(ports, ALICE, upload.upload_id)

    assert [send(ports, part.request, bytes_of(part)).status for part in parts] == [404, 404]
    clock.pass_(100_000)
    sweep(ports)
    assert ports.records.get(upload.upload_id) is None
    assert memory(ports).keys() == memory(ports).open_multiparts() == []


# --- a confirm that broke off ------------------------------------------------------------------
@pytest.mark.usefixtures("at_once")
def test_a_store_that_does_not_answer_before_complete_is_in_nobodys_way(ports: Ports) -> None:
    """The retry need not wait for the failed confirm's lease."""
    upload = a_sent_multipart(ports)
    fault = Fault(3, applied=False, error=StoreUnavailable)  # get, lease, the list of parts
    with pytest.raises(StoreUnavailable):
        confirm_upload(with_fault(ports, fault), ALICE, upload.upload_id, NO_METADATA)

    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).status is UploadStatus.READY


class Answering(MemoryObjectStore):
    """A store whose Complete takes effect, but answers something else."""

    def __init__(self, clock: Clock, answer: bool | None) -> None:
        super().__init__(clock)
        self.answer, self.completed = answer, 0

    def complete_multipart(
        self, bucket: str, object_key: str, store_upload_id: str, parts: Sequence[StoredPart]
    ) -> bool:
        self.completed += super().complete_multipart(bucket, object_key, store_upload_id, parts)
        if self.answer is None:
            raise StoreUnavailable("timed out")
        return self.answer


def with_answer(ports: Ports, clock: Clock, answer: bool | None) -> tuple[Ports, Answering]:
    store = Answering(clock, answer)
    store.prepare(ports.policy.buckets)
    return replace(ports, objects=store), store


def test_a_complete_that_says_no_though_it_is_done_is_a_file(ports: Ports, clock: Clock) -> None:
    """After a 200 with an error, or a retry that finds the object, a HEAD decides."""
    ports, store = with_answer(ports, clock, False)
    upload = a_sent_multipart(ports)

    assert fetch(ports, confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)) == LARGE
    assert store.completed == 1


@pytest.mark.usefixtures("at_once")
def test_a_complete_that_timed_out_is_found_by_the_next_confirm(ports: Ports, clock: Clock) -> None:
    """Immediately, since its object is there; no second Complete is sent."""
    ports, store = with_answer(ports, clock, None)
    upload = a_sent_multipart(ports)
    with pytest.raises(StoreUnavailable):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    file = confirm_upload(ports, ALICE, upload.upload_id, FileMetadata(title="Blue"))

    assert (fetch(ports, file), file.metadata.title) == (LARGE, "Blue")
    assert store.completed == 1


def test_what_is_joined_already_shows_all_its_parts(ports: Ports, clock: Clock) -> None:
    """So a resuming client sends none again, and confirms."""
    ports, _ = with_answer(ports, clock, None)
    upload = a_sent_multipart(ports)
    with pytest.raises(StoreUnavailable):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    assert list_part_numbers(ports, upload) == [1, 2]


@pytest.mark.usefixtures("at_once")
def test_a_confirm_that_died_is_taken_over_when_its_lease_is_over(ports: Ports, clock: Clock) -> None:
    """Until then others are told to retry, because it may still be running."""
    upload = a_sent_multipart(ports)
    ports.records.change(upload.upload_id, {}, {"completing_until": clock() + complete_parts.LEASE})

    with pytest.raises(UploadBusy):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
    clock.pass_(90)

    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).multipart.completing_until is None


@pytest.mark.usefixtures("at_once")
def test_a_confirm_that_found_something_missing_is_in_nobodys_way(ports: Ports) -> None:
    """It releases its lease."""
    upload, parts = a_multipart(ports)
    for _ in range(3):
        with pytest.raises(PartsMissing):
            confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    send_parts(ports, parts)
    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).status is UploadStatus.READY


@pytest.mark.parametrize("swept", [False, True])
def test_an_abort_during_a_confirm_leaves_no_object(ports: Ports, clock: Clock, swept: bool) -> None:
    """Even if the store drops the parts too late and the document is already gone."""
    store = Answering(clock, True)
    store.prepare(ports.policy.buckets)
    ports = replace(ports, objects=store)
    upload = a_sent_multipart(ports)
    joined = store.complete_multipart

    def complete(*args: Any) -> bool:
        done = joined(*args)
        ports.records.change(upload.upload_id, {}, {"status": UploadStatus.ABORTED})
        if swept:
            ports.records.remove(upload.upload_id, {})
        return done

    store.complete_multipart = complete  # type: ignore[method-assign]
    with pytest.raises(UploadExpired if swept else UploadAborted):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    assert store.keys() == []


# --- confirmed by others -----------------------------------------------------------------------
@pytest.mark.parametrize("send_one", [a_sent_multipart, a_sent_upload])
@pytest.mark.parametrize("by", ["event", "sweep"])
def test_the_first_word_of_the_client_counts_whoever_found_its_bytes(
    ports: Ports, send_one: Callable[[Ports], Upload], by: Any
) -> None:
    """Its first metadata is recorded; later metadata changes nothing."""
    upload = send_one(ports)
    finalize(ports, upload, NO_METADATA, by=by)

    first = confirm_upload(ports, ALICE, upload.upload_id, FileMetadata(title="Blue"))
    again = confirm_upload(ports, ALICE, upload.upload_id, FileMetadata(title="Red"))

    assert (first.metadata.title, first.confirmed_by) == ("Blue", "client")
    assert again == first
