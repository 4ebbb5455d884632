"""Uploads by Companion's protocol: races, crashes and sweepers between their calls."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import pytest

from service.companion.usecases.parts import (
    ABORT_GRACE,
    complete,
    give_up,
    list_parts,
    sign_parts,
)
from service.companion.usecases.uploads import (
    FileToCome,
    start_multipart,
    start_single,
)
from service.ports import Ports
from service.store.model import PresignedPost
from service.store.port import ObjectStore
from service.uploads.errors import (
    FileTooLarge,
    PartMismatch,
    PartsMissing,
    UploadAborted,
    UploadNotFound,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import SignedParts, Upload, UploadStatus
from service.uploads.ports.records import RecordStore
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.complete_parts import LEASE
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.read import list_files
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, BOB, LARGE, MIN_PART, NO_METADATA, OTHER_LARGE, SONG, fetch, send
from tests.conftest import Clock

LONG_AFTER = 200_000  # s: every URL has expired, and every pending upload is due
FILM = FileToCome("film.mp4", "video/mp4", FileMetadata(mood="happy"))
SIZED = replace(FILM, size_bytes=len(LARGE))
Sent = list[tuple[int, str]]


def begun(ports: Ports, file: FileToCome = FILM, body: bytes = LARGE) -> tuple[Upload, Sent]:
    """An upload whose parts are all in the store, and what its client knows of them."""
    upload = start_multipart(ports, ALICE, file)
    send_parts(ports, upload, body)
    return upload, list_stored(ports, upload)


def send_parts(ports: Ports, upload: Upload, body: bytes) -> None:
    cut = [body[at : at + MIN_PART] for at in range(0, len(body), MIN_PART)]
    signed = sign_parts(ports, ALICE, upload.upload_id, None, range(1, len(cut) + 1))
    for number, request in signed.items():
        assert send(ports, request, cut[number - 1]).status == 200


def list_stored(ports: Ports, upload: Upload) -> Sent:
    return [(part.part_number, part.etag) for part in list_parts(ports, ALICE, upload.upload_id, None)]


def files(ports: Ports) -> list[Upload]:
    return list_files(ports, ALICE, UploadQuery("alice", limit=9))


def done(ports: Ports, upload: Upload, sent: Sent) -> Upload:
    return complete(ports, ALICE, upload.upload_id, upload.object_key, sent)


@pytest.mark.parametrize("file", [FILM, SIZED], ids=["undeclared", "declared"])
def test_many_completes_at_once_give_one_file(ports: Ports, file: FileToCome) -> None:
    """All return the same file."""
    upload, sent = begun(ports, file)

    with ThreadPoolExecutor(8) as pool:
        completed = list(pool.map(lambda _: done(ports, upload, sent), range(8)))

    assert completed == [completed[0]] * 8
    assert files(ports) == completed[:1]
    assert fetch(ports, completed[0]) == LARGE


def test_a_complete_beside_an_abort_gives_a_file(ports: Ports, clock: Clock) -> None:
    """Whichever comes first; and the file stays."""
    upload, sent = begun(ports)

    with ThreadPoolExecutor(8) as pool:
        aborts = [pool.submit(give_up, ports, ALICE, upload.upload_id, None) for _ in range(4)]
        file = pool.submit(done, ports, upload, sent).result()
    assert [abort.result() for abort in aborts] == [None] * 4
    clock.pass_(LONG_AFTER)
    sweep(ports)

    assert fetch(ports, file) == LARGE
    assert files(ports)[0].multipart.abort_at is None


def test_an_abort_waits_for_the_lease_of_a_complete(ports: Ports, clock: Clock) -> None:
    """A complete that took its lease at the end of the grace may still be working."""
    upload, _ = begun(ports)
    give_up(ports, ALICE, upload.upload_id, None)
    clock.pass_(ABORT_GRACE.total_seconds())
    ports.records.change(upload.upload_id, {}, {"completing_until": clock() + LEASE})

    sweep(ports)
    waiting = ports.records.get(upload.upload_id)
    clock.pass_(1000)
    sweep(ports)

    assert waiting is not None
    assert waiting.status is UploadStatus.PENDING
    ended = ports.records.get(upload.upload_id)
    assert ended is None or ended.status is UploadStatus.ABORTED


def test_an_abort_through_the_other_call_is_at_once(ports: Ports) -> None:
    """DELETE /v1/uploads/{id} has no grace."""
    upload, sent = begun(ports)
    give_up(ports, ALICE, upload.upload_id, None)

    abort_upload(ports, ALICE, upload.upload_id)

    with pytest.raises(UploadAborted):
        done(ports, upload, sent)


def test_the_first_complete_declares_and_anyone_may_finish(ports: Ports, clock: Clock) -> None:
    """It recorded the parts before it died, so a sweeper can finish."""
    upload, sent = begun(ports)
    ports.records.change(upload.upload_id, {}, {"size_bytes": len(LARGE), "part_size_bytes": MIN_PART})
    clock.pass_(4000)

    report = sweep(ports)

    assert report.confirmed == 1
    assert done(ports, upload, sent).size_bytes == len(LARGE)


def test_a_part_sent_again_makes_the_named_ones_others(ports: Ports) -> None:
    """Nothing is recorded; complete works with the new ETags."""
    upload, sent = begun(ports)
    send_parts(ports, upload, OTHER_LARGE)

    with pytest.raises(PartMismatch):
        done(ports, upload, sent)

    assert fetch(ports, done(ports, upload, list_stored(ports, upload))) == OTHER_LARGE


@pytest.mark.parametrize("numbers", [[2], [1, 3], []])
def test_parts_are_named_from_the_first_without_a_gap(ports: Ports, numbers: list[int]) -> None:
    """Otherwise the file would lack some."""
    upload, sent = begun(ports)

    with pytest.raises(PartsMissing):
        done(ports, upload, [(number, dict(sent).get(number, "x")) for number in numbers])


def test_parts_of_uneven_sizes_are_refused(ports: Ports) -> None:
    """No plan has them, and no Uppy makes them."""
    upload = start_multipart(ports, ALICE, FILM)
    signed = sign_parts(ports, ALICE, upload.upload_id, None, [1, 2, 3])
    for number, size in ((1, MIN_PART), (2, MIN_PART + 1), (3, 5)):
        assert send(ports, signed[number], bytes(size)).status == 200

    with pytest.raises(PartMismatch, match="same size"):
        done(ports, upload, list_stored(ports, upload))


def test_what_is_not_named_stays_out(ports: Ports) -> None:
    """As with S3's own CompleteMultipartUpload."""
    upload, sent = begun(ports)

    file = done(ports, upload, sent[:1])

    assert fetch(ports, file) == LARGE[:MIN_PART]


def test_an_upload_without_a_size_gets_no_urls_by_the_other_calls(ports: Ports) -> None:
    """Those calls need a plan, and anybody could send a bare PUT of its key twice."""
    upload, _ = begun(ports)

    for numbers in (None, []):
        with pytest.raises(Exception, match="no plan of parts"):
            renew_urls(ports, ALICE, upload.upload_id, numbers)
    with pytest.raises(PartsMissing):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)


def test_a_part_url_of_an_undeclared_size_binds_no_length(ports: Ports) -> None:
    """With a declared size it does."""
    for file, length in ((FILM, None), (SIZED, str(MIN_PART))):
        upload = start_multipart(ports, ALICE, file)
        [request] = sign_parts(ports, ALICE, upload.upload_id, None, [1]).values()

        assert request.headers.get("content-length") == length


class OnlySigns:
    """A store that would fail the test if it were asked anything."""

    def __init__(self, store: ObjectStore) -> None:
        self.presign_part = store.presign_part


class OnlyReads:
    """A database of one document at a time."""

    def __init__(self, records: RecordStore) -> None:
        self.get = records.get


@pytest.mark.parametrize(("file", "numbers"), [(FILM, [17, 18]), (SIZED, [1, 2])], ids=["undeclared", "declared"])
def test_signing_a_part_is_one_read(ports: Ports, clock: Clock, file: FileToCome, numbers: list[int]) -> None:
    """Uppy 6 requests URLs one by one, so this delay is paid for every part."""
    upload = start_multipart(ports, ALICE, file)
    bare = replace(ports, objects=cast(Any, OnlySigns(ports.objects)), records=cast(Any, OnlyReads(ports.records)))

    # Without a declared size, the URLs between two checks of the stored parts: see CHECK_EVERY.
    assert len(sign_parts(bare, ALICE, upload.upload_id, upload.object_key, numbers)) == 2


def test_no_part_is_signed_beyond_what_a_file_may_be(ports: Ports) -> None:
    """Each part before it has at least 5 MiB."""
    small = replace(ports, policy=replace(ports.policy, max_upload_bytes=2 * MIN_PART))
    upload = start_multipart(small, ALICE, FILM)

    assert len(sign_parts(small, ALICE, upload.upload_id, None, [1, 2])) == 2
    with pytest.raises(FileTooLarge):
        sign_parts(small, ALICE, upload.upload_id, None, [3])


def test_an_empty_file_is_one_empty_part(ports: Ports) -> None:
    """Uppy 5 sends one if it is configured to always use parts."""
    for file in (FILM, replace(FILM, size_bytes=0)):
        upload = start_multipart(ports, ALICE, file)
        [request] = sign_parts(ports, ALICE, upload.upload_id, None, [1]).values()
        assert send(ports, request, b"").status == 200

        assert fetch(ports, done(ports, upload, list_stored(ports, upload))) == b""


def test_another_owner_finds_nothing(ports: Ports) -> None:
    """Not even whether there is an upload."""
    upload, sent = begun(ports)

    with pytest.raises(UploadNotFound):
        complete(ports, BOB, upload.upload_id, None, sent)
    with pytest.raises(UploadNotFound):
        give_up(ports, BOB, upload.upload_id, None)


def test_a_form_cannot_be_got_round_by_a_url_of_the_other_calls(ports: Ports) -> None:
    """Their URL has the same limits."""
    for size_bytes, refused in ((len(SONG), 403), (None, 200)):
        song = FileToCome("a.mp3", "audio/mpeg", NO_METADATA, size_bytes=size_bytes)
        upload, form = start_single(ports, ALICE, song, sends_headers=False)
        assert isinstance(form, PresignedPost)
        _, bare = renew_urls(ports, ALICE, upload.upload_id)
        assert not isinstance(bare, SignedParts)

        assert send(ports, bare, SONG, {**bare.headers, "content-type": "audio/wav"}).status == 403
        assert send(ports, bare, SONG + b"!").status == refused
        assert send(ports, bare, SONG).status == 200


def test_what_came_by_a_url_that_bound_nothing_is_held_against_what_was_declared(ports: Ports) -> None:
    """Older versions issued such URLs."""
    song = FileToCome("a.mp3", "audio/mpeg", NO_METADATA, size_bytes=len(SONG))
    for body, content_type in ((SONG + b"!", "audio/mpeg"), (SONG, "audio/wav")):
        upload, _ = start_single(ports, ALICE, song, sends_headers=False)
        at = ports.now()
        bare = ports.objects.presign_put(upload.bucket, upload.object_key, headers={}, at=at, expires_in=60)
        assert send(ports, bare, body, {"content-type": content_type}).status == 200

        with pytest.raises(Exception, match="declared"):
            confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
    assert files(ports) == []
