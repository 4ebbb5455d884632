"""How many excess bytes one URL can put on the store's disk, and how soon they are removed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from service.companion.usecases.parts import (
    complete,
    give_up,
    list_parts,
    sign_parts,
)
from service.companion.usecases.uploads import FileToCome, start_multipart, start_single
from service.ports import Ports
from service.shared.errors import MoodropError
from service.store.model import PresignedPost, PresignedRequest
from service.uploads.errors import ObjectKeyTaken, ObjectMismatch
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.upkeep.store_events import handle_object_created
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    MIN_PART,
    NO_METADATA,
    OTHER,
    SONG,
    STAGED_KEY,
    a_declaration,
    a_file,
    fetch,
    later,
    send,
)
from tests.conftest import Clock

FILM = FileToCome("film.mp4", "video/mp4", NO_METADATA)
AUDIO = {"content-type": "audio/mpeg"}
LIMIT = 100
TOO_LARGE = bytes(LIMIT + 1)


@pytest.fixture
def small(ports: Ports) -> Ports:
    """A service whose files have at most a hundred bytes."""
    return replace(ports, policy=replace(ports.policy, max_upload_bytes=LIMIT))


def versions(ports: Ports, key: str | None = None) -> list[bytes]:
    """Return all bodies in the store's memory, or those of one key, oldest first."""
    by_key = vars(ports.objects)["_versions"].items()
    return [version.body for (_, one), rows in by_key for version in rows if key in (None, one)]


def sent(ports: Ports, transfer: PresignedRequest, body: bytes, times: int = 1) -> None:
    for _ in range(times):
        assert send(ports, transfer, body, AUDIO).status == 200


# --- staged ------------------------------------------------------------------------------------
def test_a_look_while_the_url_lives_leaves_the_newest_bytes_alone(ports: Ports, clock: Clock) -> None:
    """The client may still send other bytes, so nothing is recorded, and replaced versions are removed."""
    upload, transfer = start_staged(ports, ALICE, STAGED_KEY)
    for number in range(20):
        clock.pass_(1)
        sent(ports, transfer, bytes([number]))

    assert sweep(ports).checked == 1

    assert versions(ports) == [bytes([19])]
    assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).size_bytes == 1


def test_bytes_that_are_too_many_are_removed_while_the_url_lives(small: Ports, clock: Clock) -> None:
    """Otherwise a URL of a week would keep them for a week."""
    long = replace(small, policy=replace(small.policy, upload_url_expires_in=604_800))
    upload, transfer = start_staged(long, ALICE, STAGED_KEY)
    sent(long, transfer, TOO_LARGE, 20)
    clock.pass_(60)

    sweep(long)

    assert versions(long) == []
    assert long.records.get(upload.upload_id).status is UploadStatus.REJECTED


@pytest.mark.parametrize("by_event", [True, False], ids=["event", "sweep"])
def test_what_a_settled_upload_s_url_brings_is_removed_while_it_lives(
    ports: Ports, clock: Clock, by_event: bool
) -> None:
    """Since the confirm the file has its own key, so every later PUT only fills the disk."""
    long = replace(ports, policy=replace(ports.policy, upload_url_expires_in=604_800))
    upload, transfer = start_staged(long, ALICE, STAGED_KEY)
    sent(long, transfer, SONG)
    file = confirm_upload(long, ALICE, upload.upload_id, NO_METADATA)
    sent(long, transfer, OTHER, 20)

    if by_event:
        handle_object_created(long, upload.bucket, upload.object_key)
    else:
        clock.pass_(61)
        sweep(long)

    assert versions(long) == [SONG]
    assert fetch(long, file) == SONG
    sent(long, transfer, OTHER)
    clock.pass_(700_000)
    sweep(long)
    assert versions(long) == [SONG]
    assert long.records.get(upload.upload_id).expires_at is None


def test_asking_for_urls_puts_off_no_look_at_a_staged_upload(ports: Ports, clock: Clock) -> None:
    """Otherwise whoever asks every ten minutes could fill the disk for as long as they like."""
    upload, _ = start_staged(ports, ALICE, STAGED_KEY)
    for number in range(3):
        clock.pass_(600)
        _, transfer = renew_urls(ports, ALICE, upload.upload_id)
        assert isinstance(transfer, PresignedRequest)
        sent(ports, transfer, bytes([number]), 20)
        clock.pass_(1)
        sent(ports, transfer, b"newest")

        assert sweep(ports).checked == 1
        assert versions(ports) == [b"newest"]


def test_bytes_for_a_key_that_is_taken_do_not_pile_up(ports: Ports, clock: Clock) -> None:
    """The upload stays pending, and each check keeps one version."""
    sealed = a_file(ports)
    upload, transfer = start_staged(ports, ALICE, STAGED_KEY)
    upload_id = upload.upload_id
    # An older version allowed such an upload.
    assert ports.records.change(upload_id, {"status": UploadStatus.PENDING}, {"target_key": sealed.object_key})
    for number in range(20):
        clock.pass_(1)
        sent(ports, transfer, bytes([number]))

    with pytest.raises(ObjectKeyTaken):
        confirm_upload(ports, ALICE, upload_id, NO_METADATA)

    assert versions(ports) == [SONG, bytes([19])]


def aborted(ports: Ports, upload: Upload, _: PresignedRequest) -> None:
    abort_upload(ports, ALICE, upload.upload_id)


def rejected(ports: Ports, upload: Upload, transfer: PresignedRequest) -> None:
    send(ports, transfer, SONG, {**transfer.headers, **AUDIO, "content-encoding": "gzip"})
    with pytest.raises(ObjectMismatch):
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)


def deleted(ports: Ports, upload: Upload, transfer: PresignedRequest) -> None:
    send(ports, transfer, SONG, {**transfer.headers, **AUDIO})
    delete_file(ports, ALICE, confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).upload_id)


@pytest.mark.parametrize("end", [aborted, rejected, deleted])
def test_what_comes_for_an_upload_that_is_over_is_removed_when_the_store_tells(
    ports: Ports, end: Callable[[Ports, Upload, PresignedRequest], None]
) -> None:
    """The sweeper would remove it only after every URL has expired; until then it would waste disk space."""
    upload, transfer = start_upload(ports, ALICE, a_declaration())
    assert isinstance(transfer, PresignedRequest)
    end(ports, upload, transfer)
    assert versions(ports) == []
    assert send(ports, transfer, SONG).status == 200

    handle_object_created(ports, upload.bucket, upload.object_key)

    assert versions(ports) == []


def replaced(ports: Ports, upload: Upload, transfer: PresignedRequest) -> None:
    before, url = start_staged(ports, ALICE, STAGED_KEY)
    send(ports, url, OTHER, AUDIO)
    confirm_upload(ports, ALICE, before.upload_id, NO_METADATA)
    send(ports, transfer, SONG, AUDIO)
    confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)


def too_large(ports: Ports, upload: Upload, transfer: PresignedRequest) -> None:
    small = replace(ports, policy=replace(ports.policy, max_upload_bytes=LIMIT))
    send(ports, transfer, TOO_LARGE, AUDIO)
    with pytest.raises(ObjectMismatch):
        confirm_upload(small, ALICE, upload.upload_id, NO_METADATA)


@pytest.mark.parametrize("end", [aborted, too_large, deleted, replaced])
def test_what_comes_for_a_staged_upload_that_is_over_is_swept_while_its_url_lives(
    ports: Ports, clock: Clock, end: Callable[[Ports, Upload, PresignedRequest], None]
) -> None:
    """Its URL accepts any number of PUTs, and without events nobody else would notice."""
    ports = replace(ports, policy=replace(ports.policy, upload_url_expires_in=900))
    upload, transfer = start_staged(ports, ALICE, STAGED_KEY)
    end(ports, upload, transfer)
    left = versions(ports)
    for waited in (61, 70, 140, 280):
        sent(ports, transfer, OTHER, 20)
        clock.pass_(waited)
        sweep(ports)

        assert versions(ports) == left
        assert ports.records.get(upload.upload_id) is not None

    clock.pass_(2000)
    sweep(ports)
    assert ports.records.get(upload.upload_id) is None
    assert versions(ports) == left


def test_a_form_takes_no_more_than_a_file_may_have(small: Ports) -> None:
    """The store enforces that for each POST; extra versions go with the first check."""
    small = replace(small, policy=replace(small.policy, allowed_content_types=("*/*",)))
    upload, form = start_single(small, ALICE, FILM, sends_headers=False)
    assert isinstance(form, PresignedPost)
    store = cast(Any, small.objects)

    answers = [store.send_form(form.url, at=small.now(), fields=form.fields, file=bytes(n)) for n in (99, 100, 101)]
    handle_object_created(small, upload.bucket, upload.object_key)

    assert answers == [201, 201, 400]
    assert versions(small, upload.object_key) == []
    assert len(versions(small)) == 1


# --- parts of a size that nobody declared ------------------------------------------------------
def signed(ports: Ports, upload: Upload) -> None:
    sign_parts(ports, ALICE, upload.upload_id, None, [1])


def signed_later(ports: Ports, upload: Upload) -> None:
    sign_parts(ports, ALICE, upload.upload_id, None, [2, 3])


def listed(ports: Ports, upload: Upload) -> None:
    list_parts(ports, ALICE, upload.upload_id, None)


def completed(ports: Ports, upload: Upload) -> None:
    complete(ports, ALICE, upload.upload_id, None, [(1, "x")])


def swept(ports: Ports, _: Upload) -> None:
    sweep(later(ports, seconds=60))


@pytest.mark.parametrize("check", [signed, signed_later, listed, completed, swept])
@pytest.mark.parametrize("sizes", [{1: 3 * MIN_PART + 1}, {1: MIN_PART, 2: 2 * MIN_PART + 1}], ids=["one", "together"])
def test_undeclared_parts_that_are_too_much_end_the_upload(
    ports: Ports, check: Callable[[Ports, Upload], None], sizes: dict[int, int]
) -> None:
    """The first check finds them: nothing bound their length, and without a complete they would stay for a day."""
    small = replace(ports, policy=replace(ports.policy, max_upload_bytes=3 * MIN_PART))
    upload = start_multipart(small, ALICE, FILM)
    for number, request in sign_parts(small, ALICE, upload.upload_id, None, list(sizes)).items():
        assert send(small, request, bytes(sizes[number])).status == 200

    if check is swept:
        check(small, upload)
    else:
        with pytest.raises(ObjectMismatch, match="at most"):
            check(small, upload)

    assert small.records.get(upload.upload_id).status is UploadStatus.REJECTED
    assert small.objects.open_multiparts() == []


def test_undeclared_parts_within_the_limit_go_on(ports: Ports, clock: Clock) -> None:
    """Checks every minute while the URLs are valid, and less and less often after that, remove nothing."""
    small = replace(ports, policy=replace(ports.policy, max_upload_bytes=3 * MIN_PART))
    upload = start_multipart(small, ALICE, FILM)
    for _ in range(3):
        [request] = sign_parts(small, ALICE, upload.upload_id, None, [1]).values()
        assert send(small, request, bytes(3 * MIN_PART)).status == 200
        clock.pass_(60)
        assert sweep(small).checked == 1

    parts = [(part.part_number, part.etag) for part in list_parts(small, ALICE, upload.upload_id, None)]
    assert complete(small, ALICE, upload.upload_id, None, parts).status is UploadStatus.READY


def test_asking_for_urls_puts_off_no_look_at_undeclared_parts(ports: Ports, clock: Clock) -> None:
    """Otherwise an upload with hourly requests would never be checked."""
    upload = start_multipart(ports, ALICE, FILM)
    for _ in range(3):
        clock.pass_(3000)
        sign_parts(ports, ALICE, upload.upload_id, None, [17])
        assert sweep(ports).checked == 1


def test_undeclared_parts_that_were_given_up_are_looked_at_too(ports: Ports, clock: Clock) -> None:
    """Their URLs stay valid, and the upload ends only ten minutes later."""
    small = replace(ports, policy=replace(ports.policy, max_upload_bytes=MIN_PART))
    upload = start_multipart(small, ALICE, FILM)
    [request] = sign_parts(small, ALICE, upload.upload_id, None, [1]).values()
    give_up(small, ALICE, upload.upload_id, None)
    assert send(small, request, bytes(MIN_PART + 1)).status == 200
    clock.pass_(60)

    sweep(small)

    assert small.records.get(upload.upload_id).status is UploadStatus.REJECTED
    assert small.objects.open_multiparts() == []


# --- parts with a plan -------------------------------------------------------------------------
def test_no_part_beyond_the_plan_is_signed(ports: Ports) -> None:
    """Neither another number nor another length, if the size was declared."""
    upload = start_multipart(ports, ALICE, replace(FILM, size_bytes=MIN_PART + 1))

    [first] = sign_parts(ports, ALICE, upload.upload_id, None, [1]).values()
    assert send(ports, first, bytes(MIN_PART + 1)).status == 403
    with pytest.raises(MoodropError, match="there is no part 3"):
        sign_parts(ports, ALICE, upload.upload_id, None, [3])
