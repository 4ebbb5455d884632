"""Uploads in parts: how they start, what their digests prove, and how they continue."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.ports import Ports
from service.shared.errors import MoodropError, ValidationFailed
from service.store.errors import StoreUnavailable, StoreUnsafe
from service.store.memory.multipart import digest_of
from service.uploads.errors import (
    ChecksumInvalid,
    NotMultipart,
    ObjectMismatch,
    PartChecksumRequired,
    PartMismatch,
    PartNumberInvalid,
    PartsMissing,
)
from service.uploads.model import (
    Checksum,
    SignedParts,
    TransferKind,
    Upload,
    UploadStatus,
)
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.starting.read import inspect_upload, list_uploads
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.starting.signed_requests import PartRequest
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.starting.start_many import start_uploads
from tests.builders import (
    ALICE,
    BOB,
    LARGE,
    MIN_PART,
    NO_METADATA,
    OTHER_LARGE,
    SONG,
    a_declaration,
    a_file,
    a_multipart,
    a_sent_multipart,
    a_sent_upload,
    bytes_of,
    fetch,
    send,
    send_parts,
    sha256_of,
)
from tests.conftest import Clock
from tests.helpers.faults import Fault, with_fault
from tests.helpers.multipart import list_part_numbers, memory

MIB = 1024 * 1024
CRC32C = "AAAAAA=="


def kind_of(ports: Ports, size_bytes: int) -> TransferKind:
    return start_upload(ports, ALICE, a_declaration(size_bytes=size_bytes))[0].kind


# --- started -----------------------------------------------------------------------------------
def test_only_large_files_go_in_parts(ports: Ports) -> None:
    """PUT_MAX_BYTES is the largest size for a single PUT."""
    assert kind_of(ports, 16 * MIB) is TransferKind.PUT
    assert kind_of(ports, 16 * MIB + 1) is TransferKind.MULTIPART


def test_where_the_store_takes_a_put_twice_all_goes_in_parts(ports: Ports) -> None:
    """The object exists only once the service makes it, so no URL can replace it. An empty file has no parts."""
    memory(ports).seals_puts = False

    assert kind_of(ports, 1) is TransferKind.MULTIPART
    assert kind_of(ports, 0) is TransferKind.PUT


def test_where_the_store_keeps_half_a_part_each_part_is_bound(ports: Ports) -> None:
    """To its digest: nothing else would tell half a part from a whole one."""
    memory(ports).refuses_half_bodies = False

    with pytest.raises(PartChecksumRequired):
        start_upload(ports, ALICE, a_declaration(size_bytes=17 * MIB))
    with pytest.raises(StoreUnsafe):
        start_staged(ports, ALICE, "uploads/alice/a.mp3")
    assert start_upload(ports, ALICE, a_declaration(size_bytes=17 * MIB, part_checksum_algorithm="crc32c"))
    assert kind_of(ports, 1) is TransferKind.PUT


def test_where_the_store_keeps_half_a_part_etags_prove_the_whole_one(ports: Ports) -> None:
    """All parts need their ETag, also in uploads that started before this was known."""
    upload = a_sent_multipart(ports)
    memory(ports).refuses_half_bodies = False
    stored = ports.objects.list_parts(upload.bucket, upload.object_key, upload.multipart.store_upload_id or "")
    etags = [(part.part_number, part.etag or "") for part in stored or []]

    for sent in (None, [], etags[:1]):
        with pytest.raises(PartMismatch):
            confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA, sent)
    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA, etags).status is UploadStatus.READY


def test_the_first_hundred_parts_are_signed_at_once(ports: Ports) -> None:
    """Each for exactly its bytes; the others are requested as needed."""
    size_bytes = 1600 * MIB + 5
    upload, transfer = start_upload(ports, ALICE, a_declaration(size_bytes=size_bytes))

    assert isinstance(transfer, SignedParts)
    assert [part.part_number for part in transfer.parts] == list(range(1, 101))
    assert {part.request.headers["content-length"] for part in transfer.parts} == {str(16 * MIB)}
    _, rest = renew_urls(ports, ALICE, upload.upload_id, [PartRequest(101)])
    assert isinstance(rest, SignedParts)
    assert rest.parts[0].request.headers["content-length"] == str(rest.parts[0].size_bytes) == "5"


def test_urls_live_as_long_as_a_slow_link_needs_for_all_that_were_asked_for(ports: Ports, clock: Clock) -> None:
    """Minutes for a single part; for a hundred, as long as the policy allows."""
    upload, transfer = start_upload(ports, ALICE, a_declaration(size_bytes=1600 * MIB))
    _, one = renew_urls(ports, ALICE, upload.upload_id, [PartRequest(7)])

    assert transfer.expires_at == clock() + timedelta(hours=1)
    assert one.expires_at == clock() + timedelta(seconds=128)


def test_an_upload_lives_on_while_urls_are_asked_for(ports: Ports, clock: Clock) -> None:
    """Most requests write nothing, because other URLs live longer; one per hour does."""
    started, _ = start_upload(ports, ALICE, a_declaration(size_bytes=1600 * MIB))
    clock.pass_(60)
    same, _ = renew_urls(ports, ALICE, started.upload_id, [PartRequest(1)])
    clock.pass_(3600)
    later, transfer = renew_urls(ports, ALICE, started.upload_id, [PartRequest(1)])

    assert same == started
    assert later.expires_at == clock() + timedelta(days=1)
    assert later.urls_expire_at >= transfer.expires_at


@pytest.mark.parametrize(
    ("algorithm", "part", "error"),
    [
        (None, PartRequest(0), PartNumberInvalid),
        (None, PartRequest(3), PartNumberInvalid),
        (None, PartRequest(1, CRC32C), ValidationFailed),
        ("crc32c", PartRequest(1), PartChecksumRequired),
        ("crc32c", PartRequest(1, "not base64"), ChecksumInvalid),
        ("sha256", PartRequest(1, CRC32C), ChecksumInvalid),
    ],
)
def test_a_url_that_cannot_be_is_refused(
    ports: Ports, algorithm: str | None, part: PartRequest, error: type[MoodropError]
) -> None:
    """The whole call, whatever else it requests."""
    upload, _ = start_upload(ports, ALICE, a_declaration(size_bytes=17 * MIB, part_checksum_algorithm=algorithm))

    with pytest.raises(error):
        renew_urls(ports, ALICE, upload.upload_id, [part])


def test_a_file_that_goes_in_one_put_has_no_parts(ports: Ports) -> None:
    """Neither to request nor to confirm."""
    upload = a_sent_upload(ports)

    with pytest.raises(NotMultipart):
        renew_urls(ports, ALICE, upload.upload_id, [PartRequest(1)])
    with pytest.raises(NotMultipart):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA, [(1, "etag")])


def test_the_same_request_again_gets_the_same_upload(ports: Ports) -> None:
    """With its Idempotency-Key, even if the first request failed before it reached the store."""
    new = a_declaration(size_bytes=17 * MIB)
    with pytest.raises(StoreUnavailable):
        start_upload(with_fault(ports, Fault(2, applied=False, error=StoreUnavailable)), ALICE, new, "k")

    first, transfer = start_upload(ports, ALICE, new, "k")
    again, _ = start_upload(ports, ALICE, new, "k")

    assert isinstance(transfer, SignedParts)
    assert len(transfer.parts) == 2
    assert (first.upload_id, first.multipart.store_upload_id) == (again.upload_id, again.multipart.store_upload_id)
    assert len(memory(ports).open_multiparts()) == 1


def test_a_batch_opens_nothing_in_the_store_yet(ports: Ports) -> None:
    """A thousand would take seconds; each is opened for its first URLs."""
    [(upload, transfer)] = start_uploads(ports, ALICE, [a_declaration(size_bytes=17 * MIB)])  # type: ignore[misc]

    assert transfer.parts == ()
    assert memory(ports).open_multiparts() == []
    assert list_part_numbers(ports, upload) == []
    with pytest.raises(PartsMissing, match="1-2"):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
    _, renewed = renew_urls(ports, ALICE, upload.upload_id)
    assert isinstance(renewed, SignedParts)
    assert len(renewed.parts) == 2


def test_first_urls_asked_for_at_once_open_one_upload_in_the_store(ports: Ports) -> None:
    """The losers of the race are dropped."""
    [(upload, _)] = start_uploads(ports, ALICE, [a_declaration(size_bytes=17 * MIB)])  # type: ignore[misc]

    with ThreadPoolExecutor(8) as pool:
        store_upload_ids = list(
            pool.map(lambda _: renew_urls(ports, ALICE, upload.upload_id)[0].multipart.store_upload_id, range(8))
        )

    assert len(set(store_upload_ids)) == 1
    assert len(memory(ports).open_multiparts()) == 1


# --- checksums ---------------------------------------------------------------------------------
def sent_by_digest(ports: Ports, **changes: Any) -> Upload:
    """Return an upload whose parts were each bound to their crc32c."""
    upload, nothing = a_multipart(ports, part_checksum_algorithm="crc32c", **changes)
    assert nothing == ()
    requests = [PartRequest(1, digest_of("crc32c", bytes(MIN_PART))), PartRequest(2, digest_of("crc32c", SONG))]
    _, transfer = renew_urls(ports, ALICE, upload.upload_id, requests)
    assert isinstance(transfer, SignedParts)
    first, last = transfer.parts
    assert send(ports, last.request, bytes_of(last, OTHER_LARGE)).status == 400
    send_parts(ports, [first, last])
    return upload


def test_a_digest_of_each_part_binds_its_bytes_and_that_of_the_whole_is_compared(ports: Ports) -> None:
    """The store combines the parts' crc32c into the file's."""
    upload = sent_by_digest(ports, checksum=Checksum("crc32c", digest_of("crc32c", LARGE)))

    file = confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    assert file.checksum == Checksum("crc32c", digest_of("crc32c", LARGE), verified=True)


def test_where_no_whole_was_declared_it_follows_from_the_parts(ports: Ports) -> None:
    """Also for a resumed file; nobody needs to read it as a whole."""
    upload = sent_by_digest(ports, checksum=None)

    file = confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    assert file.checksum == Checksum("crc32c", digest_of("crc32c", LARGE), verified=True)


def test_parts_that_were_bound_to_nothing_prove_nothing(ports: Ports) -> None:
    upload = a_sent_multipart(ports, checksum=None)

    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).checksum is None


def test_a_whole_that_differs_is_rejected(ports: Ports) -> None:
    """The error has both values, and nothing is left."""
    upload = sent_by_digest(ports, checksum=Checksum("crc32c", CRC32C))

    with pytest.raises(ObjectMismatch, match=CRC32C):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    assert memory(ports).keys() == memory(ports).open_multiparts() == []


@pytest.mark.parametrize("checksum", [sha256_of(LARGE), Checksum("crc32c", CRC32C)])
def test_what_no_store_can_check_is_recorded_as_declared(ports: Ports, checksum: Checksum) -> None:
    """A sha256 of parts cannot be combined; a crc32c needs those of the parts."""
    upload = a_sent_multipart(ports, checksum=checksum)

    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).checksum == checksum


def test_the_digest_of_a_put_was_checked(ports: Ports) -> None:
    """By the store, when the bytes arrived."""
    assert a_file(ports).checksum == replace(sha256_of(SONG), verified=True)


# --- resumed -----------------------------------------------------------------------------------
def test_an_upload_is_found_again_by_its_fingerprint(ports: Ports) -> None:
    """From another device that knows only the file."""
    upload, parts = a_multipart(ports, fingerprint="song.mp3|5242900|1795255200000")
    a_multipart(ports, fingerprint="another")
    a_multipart(ports, BOB, fingerprint="song.mp3|5242900|1795255200000")
    send_parts(ports, parts[:1])

    query = UploadQuery(None, UploadStatus.PENDING, fingerprint="song.mp3|5242900|1795255200000")
    [resumed] = list_uploads(ports, ALICE, query)

    assert resumed.upload_id == upload.upload_id
    stored = inspect_upload(ports, ALICE, resumed.upload_id)[1] or []
    assert [(part.part_number, part.size_bytes) for part in stored] == [(1, len(LARGE) - len(SONG))]


def test_a_dead_url_is_replaced_and_what_was_sent_stays(ports: Ports, clock: Clock) -> None:
    """As after a laptop was closed overnight."""
    upload, parts = a_multipart(ports)
    send_parts(ports, parts[:1])
    clock.pass_(40_000)
    assert send(ports, parts[1].request, SONG).status == 403

    _, transfer = renew_urls(ports, ALICE, upload.upload_id, [PartRequest(2)])
    assert isinstance(transfer, SignedParts)
    send_parts(ports, transfer.parts)

    assert fetch(ports, confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)) == LARGE


@pytest.mark.parametrize("notice", ["GET", "confirm"])
def test_what_the_store_dropped_is_opened_anew_behind_the_same_id(ports: Ports, notice: str) -> None:
    """By a lifecycle rule or an operator: all parts are sent again, in the same upload."""
    upload, parts = a_multipart(ports)
    send_parts(ports, parts)
    ports.objects.abort_multiparts(upload.bucket, upload.object_key)
    assert send(ports, parts[0].request, bytes_of(parts[0])).status == 404

    if notice == "confirm":
        with pytest.raises(PartsMissing, match="1-2"):
            confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    assert list_part_numbers(ports, upload) == []
    _, transfer = renew_urls(ports, ALICE, upload.upload_id)
    assert isinstance(transfer, SignedParts)
    send_parts(ports, transfer.parts)
    assert fetch(ports, confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)) == LARGE
    assert memory(ports).open_multiparts() == []
