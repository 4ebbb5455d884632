"""Confirm: what is recorded and refused, and that any number of confirms agree."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from service.ports import Ports
from service.store.model import StoredObject
from service.uploads.errors import (
    MoodNotAllowed,
    ObjectMismatch,
    ObjectMissing,
    UploadExpired,
    UploadNotFound,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import (
    Checksum,
    TransferKind,
    Upload,
    UploadStatus,
)
from service.uploads.usecases.confirming.confirm import confirm_upload, finalize, is_checkable, mismatch
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.transitions import UNREADABLE
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    CREATED_AT,
    NO_METADATA,
    OTHER,
    SONG,
    a_declaration,
    a_file,
    a_record,
    a_sent_upload,
    fetch,
    send,
    sha256_of,
)
from tests.conftest import Clock
from tests.helpers.faults import before_call


def test_a_confirmed_upload_is_a_file(ports: Ports) -> None:
    """The same document and id, with the facts from the store."""
    upload = a_sent_upload(ports)

    file = confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    stored = ports.objects.head(upload.bucket, upload.object_key)
    assert stored is not None
    assert (file.etag, file.version_id, file.size_bytes) == (stored.etag, stored.version_id, len(SONG))
    assert (file.upload_id, file.status, file.expires_at) == (upload.upload_id, UploadStatus.READY, None)
    assert file.confirmed_at == ports.now()
    assert fetch(ports, file) == SONG


def test_confirm_twice_gives_the_same_answer(ports: Ports, clock: Clock) -> None:
    """For a client that lost the first answer; the first metadata stays."""
    upload = a_sent_upload(ports)

    first = confirm_upload(ports, ALICE, upload.upload_id, FileMetadata(title="One"))
    clock.pass_(5)
    again = confirm_upload(ports, ALICE, upload.upload_id, FileMetadata(title="Two"))

    assert first == again
    assert first.metadata == FileMetadata(mood="happy", title="One")


def test_confirms_at_once_give_one_file(ports: Ports) -> None:
    """One writes, and all return what it wrote."""
    upload = a_sent_upload(ports)

    def confirm(number: int) -> Upload:
        return confirm_upload(ports, ALICE, upload.upload_id, FileMetadata(title=f"title {number}"))

    with ThreadPoolExecutor(8) as pool:
        files = list(pool.map(confirm, range(32)))

    assert all(file == files[0] for file in files)


def test_confirm_before_the_bytes_can_be_repeated_after(ports: Ports) -> None:
    """An early confirm loses nothing."""
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    with pytest.raises(ObjectMissing) as early:
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
    assert early.value.retryable
    send(ports, transfer, SONG)

    file = confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    assert file.status is UploadStatus.READY


def a_wrong_object(ports: Ports, upload: Upload, body: bytes, headers: dict[str, str]) -> None:
    """Put something else under the upload's key, as a store that enforces nothing would let a client do."""
    transfer = ports.objects.presign_put(upload.bucket, upload.object_key, headers={}, at=ports.now(), expires_in=60)
    assert send(ports, transfer, body, headers).status == 200


@pytest.mark.parametrize(
    ("body", "headers", "values"),
    [
        (SONG + b"!", {"content-type": "audio/mpeg"}, ["20 bytes", "holds 21"]),
        (SONG, {"content-type": "text/html"}, ["'audio/mpeg'", "'text/html'"]),
        (SONG, {"content-type": "audio/mpeg", "content-encoding": "gzip"}, ["no content encoding", "'gzip'"]),
        (
            SONG,
            {"content-type": "audio/mpeg", "x-amz-checksum-sha256": sha256_of(OTHER).value_base64},
            [sha256_of(SONG).value_base64, sha256_of(OTHER).value_base64],
        ),
    ],
)
def test_an_object_that_is_not_what_was_declared_is_rejected_and_removed(
    ports: Ports, body: bytes, headers: dict[str, str], values: list[str]
) -> None:
    """Every confirm gets the same answer, with both values."""
    upload, _ = start_upload(ports, ALICE, a_declaration())
    a_wrong_object(ports, upload, body, headers)

    for _ in range(2):
        with pytest.raises(ObjectMismatch) as refused:
            confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
        assert all(value in refused.value.detail for value in values)

    assert ports.objects.head(upload.bucket, upload.object_key) is None
    recorded = ports.records.get(upload.upload_id)
    assert recorded is not None
    assert recorded.status is UploadStatus.REJECTED


def test_a_digest_that_the_store_does_not_keep_is_no_mismatch(ports: Ports) -> None:
    """The store checks MD5 when the bytes arrive, and does not keep it."""
    upload = a_record(checksum=Checksum("md5", "AAAAAAAAAAAAAAAAAAAAAA=="))
    file = a_file(ports)
    stored = ports.objects.head(file.bucket, file.object_key)
    assert stored is not None

    assert mismatch(upload, stored) is None
    assert mismatch(upload, replace(stored, checksums={"md5": "else"})) is not None


def test_a_mood_that_does_not_exist_confirms_nothing(ports: Ports) -> None:
    """A corrected confirm works."""
    upload = a_sent_upload(ports)

    with pytest.raises(MoodNotAllowed):
        confirm_upload(ports, ALICE, upload.upload_id, FileMetadata(mood="furious"))

    assert confirm_upload(ports, ALICE, upload.upload_id, FileMetadata(mood="sad")).metadata.mood == "sad"


def test_bytes_sent_after_confirm_do_not_change_the_file(ports: Ports) -> None:
    """Even if a store ignores write-once, the confirmed version is served."""
    file = a_file(ports)
    a_wrong_object(ports, file, OTHER, {"content-type": "audio/mpeg"})

    assert fetch(ports, file) == SONG


def test_an_upload_that_was_swept_cannot_be_confirmed(ports: Ports, clock: Clock) -> None:
    """Nothing had arrived, so it is not found any more."""
    upload, _ = start_upload(ports, ALICE, a_declaration())
    clock.pass_(ports.policy.pending_expires_in)
    sweep(ports)

    with pytest.raises(UploadNotFound):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)


def test_an_upload_that_expires_under_a_confirm_says_so(ports: Ports) -> None:
    """The sweeper came first, so the confirm answers 410, not 500."""
    upload = a_sent_upload(ports)
    ports.records.change(upload.upload_id, {}, {"status": UploadStatus.EXPIRED})

    with pytest.raises(UploadExpired):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)


def test_an_object_without_the_declared_digest_did_not_come_by_its_url(ports: Ports) -> None:
    """If a store keeps digests, a missing one was never checked; if it keeps none, its own check counts."""
    upload = a_record(checksum=sha256_of(SONG))
    file = a_file(ports)
    stored = ports.objects.head(file.bucket, file.object_key)
    assert stored is not None

    wrong = mismatch(upload, replace(stored, checksums={"sha256": None, "crc32c": None}))

    assert wrong == f"declared sha256 {sha256_of(SONG).value_base64}, the store holds none"
    assert mismatch(upload, replace(stored, checksums={})) is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, None),
        ({"is_readable": False}, UNREADABLE),
        ({"size_bytes": 21}, "declared 20 bytes, the store holds 21"),
        ({"content_type": "text/html"}, "declared type 'audio/mpeg', the store holds 'text/html'"),
        ({"content_encoding": "gzip"}, "declared no content encoding, the store holds 'gzip'"),
        ({"checksums": {"crc32c": "x"}}, None),
        ({"checksums": {"sha256": "x"}}, f"declared sha256 {sha256_of(SONG).value_base64}, the store holds x"),
    ],
)
def test_a_mismatch_is_told_with_both_values(changes: dict[str, Any], message: str | None) -> None:
    """Only the first one; None if everything matches."""
    stored = StoredObject(len(SONG), "audio/mpeg", "e", "v", {"sha256": sha256_of(SONG).value_base64}, None, CREATED_AT)

    assert mismatch(a_record(checksum=sha256_of(SONG)), replace(stored, **changes)) == message


@pytest.mark.parametrize(
    ("kind", "algorithm", "of_parts", "checksums", "checkable"),
    [
        (TransferKind.PUT, "sha256", None, {}, True),
        (TransferKind.PUT, "md5", None, {"crc32c": "x"}, True),
        (TransferKind.MULTIPART, "crc32c", "crc32c", {"crc32c": "x"}, True),
        (TransferKind.MULTIPART, "crc32c", "crc32c", {}, False),
        (TransferKind.MULTIPART, "crc32c", None, {"crc32c": "x"}, False),
        (TransferKind.MULTIPART, "crc32c", "sha256", {"crc32c": "x"}, False),
        (TransferKind.MULTIPART, "sha256", "sha256", {"sha256": "x", "crc32c": "x"}, False),
        (TransferKind.MULTIPART, "sha256", "crc32c", {"crc32c": "x"}, False),
        (TransferKind.MULTIPART, None, "crc32c", {"crc32c": "x"}, False),
        (TransferKind.STAGED, "sha256", None, {"sha256": "x"}, False),
    ],
)
def test_what_of_a_digest_can_be_checked(
    kind: TransferKind, algorithm: Any, of_parts: Any, checksums: dict[str, str | None], checkable: bool
) -> None:
    """By the store on arrival, or later by combining the parts' CRCs."""
    checksum = Checksum(algorithm, "x") if algorithm else None
    upload = a_record(kind=kind, checksum=checksum, part_checksum_algorithm=of_parts)
    stored = StoredObject(len(SONG), "audio/mpeg", "e", "v", checksums, None, CREATED_AT)

    assert bool(is_checkable(upload, stored)) is checkable


def test_a_confirm_asks_for_what_has_arrived_and_the_sweeper_for_what_is_there(ports: Ports) -> None:
    """The sweeper removes what is missing, so it must wait for a pending PUT; a client just asks again."""
    upload = a_sent_upload(ports)
    no_head = before_call(ports, "head", lambda: pytest.fail("it waited for a PUT"))
    no_guess = before_call(ports, "arrived", lambda: pytest.fail("it did not wait for a PUT"))

    assert confirm_upload(no_head, ALICE, upload.upload_id, NO_METADATA).status is UploadStatus.READY
    swept = finalize(no_guess, a_sent_upload(ports), NO_METADATA, by="sweep")
    assert swept.status is UploadStatus.READY


def test_a_digest_that_nobody_declared_is_not_recorded(ports: Ports) -> None:
    """The store keeps any digest a client sends, but only those that the parts were bound to prove anything."""
    upload, transfer = start_upload(ports, ALICE, a_declaration(checksum=None))
    assert send(ports, transfer, SONG, {**transfer.headers, "x-amz-checksum-crc32c": "AAAAAA=="}).status == 200

    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).checksum is None
