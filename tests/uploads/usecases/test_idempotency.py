"""Idempotency-Key: the same request twice is one upload, for as long as that upload exists."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from service.ports import Ports
from service.shared.errors import MoodropError
from service.uploads.errors import (
    ContentTypeNotAllowed,
    FileDeleted,
    IdempotencyKeyReused,
    UploadAborted,
    UploadFinished,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import UploadStatus
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.read import list_uploads
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.starting.start_many import start_uploads
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, BOB, NO_METADATA, OTHER, SONG, a_declaration, send, sha256_of
from tests.conftest import Clock


def test_the_same_request_gets_the_same_upload_with_a_fresh_url(ports: Ports, clock: Clock) -> None:
    """For a client that lost our answer until the first URL expired."""
    first, dead = start_upload(ports, ALICE, a_declaration(), "k")
    clock.pass_(61)

    again, fresh = start_upload(ports, ALICE, a_declaration(), "k")

    assert (again.upload_id, again.object_key) == (first.upload_id, first.object_key)
    assert again.urls_expire_at == fresh.expires_at
    assert send(ports, dead, SONG).status == 403
    assert send(ports, fresh, SONG).status == 200
    assert len(list_uploads(ports, ALICE, UploadQuery("alice", UploadStatus.PENDING, limit=9))) == 1


def test_the_same_request_at_once_is_one_upload(ports: Ports) -> None:
    """Eight threads: eight answers, one id, one document."""
    for number in range(5):
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda _, n=number: start_upload(ports, ALICE, a_declaration(), f"k{n}"), range(8)))

        assert len({upload.upload_id for upload, _ in results}) == 1
    assert len(list_uploads(ports, ALICE, UploadQuery("alice", UploadStatus.PENDING, limit=99))) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"filename": "other.mp3"},
        {"content_type": "audio/ogg"},
        {"size_bytes": 1, "checksum": None},
        {"checksum": None},
        {"checksum": sha256_of(OTHER)},
        {"metadata": FileMetadata(mood="sad")},
        {"metadata": FileMetadata(mood="happy", tags=[])},
    ],
)
def test_another_body_under_the_key_is_refused(ports: Ports, changes: dict[str, Any]) -> None:
    """Returning the first upload would lose the second; also once the first is a file."""
    upload, transfer = start_upload(ports, ALICE, a_declaration(), "k")
    with pytest.raises(IdempotencyKeyReused, match=upload.upload_id):
        start_upload(ports, ALICE, a_declaration(**changes), "k")
    send(ports, transfer, SONG)
    confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

    with pytest.raises(IdempotencyKeyReused):
        start_upload(ports, ALICE, a_declaration(**changes), "k")


def test_what_was_refused_has_not_used_the_key(ports: Ports) -> None:
    """A corrected request may use the same one."""
    with pytest.raises(ContentTypeNotAllowed):
        start_upload(ports, ALICE, a_declaration(content_type="text/html"), "k")

    assert start_upload(ports, ALICE, a_declaration(), "k")[0].status is UploadStatus.PENDING


def test_a_key_is_its_owners_own(ports: Ports) -> None:
    """Its spelling counts; without a key, each request is new."""
    ids = {
        start_upload(ports, caller, a_declaration(), key)[0].upload_id
        for caller, key in ((ALICE, "k"), (BOB, "k"), (ALICE, "K"), (ALICE, None), (ALICE, None))
    }

    assert len(ids) == 5


def test_after_its_end_the_key_tells_how_it_ended(ports: Ports) -> None:
    """As any other call for that upload would."""
    ends: list[tuple[type[MoodropError], str]] = [
        (UploadFinished, "file"),
        (FileDeleted, "deleted"),
        (UploadAborted, "aborted"),
    ]
    for error, end in ends:
        upload, transfer = start_upload(ports, ALICE, a_declaration(), end)
        send(ports, transfer, SONG)
        if end == "aborted":
            abort_upload(ports, ALICE, upload.upload_id)
        else:
            confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
        if end == "deleted":
            delete_file(ports, ALICE, upload.upload_id)

        with pytest.raises(error, match=upload.upload_id):
            start_upload(ports, ALICE, a_declaration(), end)


def test_when_its_upload_is_swept_the_key_is_free_again(ports: Ports, clock: Clock) -> None:
    """It exists exactly as long as the upload."""
    first, _ = start_upload(ports, ALICE, a_declaration(), "k")
    clock.pass_(2 * 86_400)
    sweep(ports)

    second, _ = start_upload(ports, ALICE, a_declaration(OTHER), "k")

    assert second.upload_id != first.upload_id


def test_an_upload_swept_in_the_middle_is_no_error(ports: Ports) -> None:
    """The insert finds it, but the read does not, so it is started again."""
    first, _ = start_upload(ports, ALICE, a_declaration(), "k")

    class Sweeping:
        def __getattr__(self, name: str) -> Any:
            if name == "started_by":
                ports.records.remove(first.upload_id, {})
            return getattr(ports.records, name)

    again, _ = start_upload(replace(ports, records=Sweeping()), ALICE, a_declaration(), "k")

    assert ports.records.started_by("alice", "k") == again
    assert again.upload_id != first.upload_id


def started_ids(results: list[Any]) -> list[str]:
    return [result[0].upload_id for result in results]


def test_the_same_batch_gets_the_same_uploads(ports: Ports, clock: Clock) -> None:
    """Row by row, even with equal rows; with new URLs."""
    rows = [a_declaration(), a_declaration(), a_declaration(size_bytes=40 * 1024**2, checksum=None)]
    first = start_uploads(ports, ALICE, rows, "k")
    clock.pass_(61)

    again = start_uploads(ports, ALICE, rows, "k")

    assert started_ids(again) == started_ids(first)
    assert len(set(started_ids(first))) == 3
    assert [send(ports, row[1], SONG).status for row in again[:2]] == [200, 200]  # type: ignore[index]
    assert len(list_uploads(ports, ALICE, UploadQuery("alice", UploadStatus.PENDING, limit=9))) == 3


def test_a_batch_that_was_cut_off_in_the_middle_is_completed(ports: Ports) -> None:
    """An insert may have written only the first rows. A refused row is refused again."""
    bad = a_declaration(content_type="text/html")
    first = start_uploads(ports, ALICE, [a_declaration(), bad, a_declaration()], "k")
    lost = first[2]
    assert not isinstance(lost, MoodropError)
    ports.records.remove(lost[0].upload_id, {})

    again = start_uploads(ports, ALICE, [a_declaration(), bad, a_declaration()], "k")

    assert started_ids(again[:1]) == started_ids(first[:1])
    assert isinstance(again[1], ContentTypeNotAllowed)
    assert started_ids(again[2:]) != started_ids(first[2:])
    assert len(list_uploads(ports, ALICE, UploadQuery("alice", UploadStatus.PENDING, limit=9))) == 2


def test_the_same_batch_at_once_is_one(ports: Ports) -> None:
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: start_uploads(ports, ALICE, [a_declaration()] * 20, "k"), range(8)))

    assert len({tuple(started_ids(results)) for results in batches}) == 1
    assert len(list_uploads(ports, ALICE, UploadQuery("alice", UploadStatus.PENDING, limit=99))) == 20


def test_a_row_of_another_body_or_of_a_finished_upload_tells_so(ports: Ports) -> None:
    """In its own row; the others are unchanged."""
    first = start_uploads(ports, ALICE, [a_declaration()] * 3, "k")
    abort_upload(ports, ALICE, started_ids(first)[2])

    again = start_uploads(ports, ALICE, [a_declaration(), a_declaration(OTHER), a_declaration()], "k")

    assert started_ids(again[:1]) == started_ids(first[:1])
    assert [type(result) for result in again[1:]] == [IdempotencyKeyReused, UploadAborted]
