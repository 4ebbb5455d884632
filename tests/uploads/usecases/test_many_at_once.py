"""Batches: each row on its own, in order, and nothing issued without its document."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import pytest

from service.ports import Ports
from service.shared.errors import (
    DatabaseUnavailable,
    MoodropError,
    ScopeMissing,
    ValidationFailed,
)
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, FILES_WRITE, UPLOADS_WRITE
from service.store.errors import StoreUnavailable
from service.uploads.errors import (
    ContentTypeNotAllowed,
    FileNotFound,
    KeyOutsidePrefix,
    MoodNotAllowed,
    ObjectMissing,
    UploadAborted,
    UploadNotFound,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.confirm_many import AT_ONCE, confirm_uploads
from service.uploads.usecases.files.download import DownloadOptions
from service.uploads.usecases.files.download_many import Download, download_by_ids, download_by_keys
from service.uploads.usecases.files.read import get_file
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.read import list_uploads
from service.uploads.usecases.starting.signed_requests import StartedUpload
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.starting.start_many import start_uploads
from tests.builders import ALICE, BOB, SONG, a_declaration, a_file, a_sent_upload, fetch, send
from tests.helpers.faults import Fault, with_fault

OPTIONS = DownloadOptions()
UNKNOWN_ID = "01JD8ZK3V0X5W9QH2M4N6P7R8S"


def kinds(results: list[object]) -> list[type]:
    return [type(result) for result in results]


def test_a_thousand_uploads_are_started_by_one_insert(ports: Ports) -> None:
    """Each with its own id, key and URL."""
    fault = Fault(at=0, applied=False)

    started = start_uploads(with_fault(ports, fault), ALICE, [a_declaration()] * 1000)

    uploads = [result[0] for result in started if not isinstance(result, MoodropError)]
    assert len({upload.upload_id for upload in uploads}) == len({upload.object_key for upload in uploads}) == 1000
    # Each URL is signed locally; the database gets one place, one sum of pending bytes, and one insert.
    assert fault.calls == 1000 + 3
    assert len(ports.records.get_many([upload.upload_id for upload in uploads])) == 1000


def test_a_started_row_is_what_a_started_upload_is(ports: Ports) -> None:
    """The same document, the same seal, the same expiry."""
    single, _ = start_upload(ports, ALICE, a_declaration())
    [(upload, transfer)] = start_uploads(ports, ALICE, [a_declaration()])

    recorded = ports.records.get(upload.upload_id)
    ignored = ("upload_id", "object_key")
    assert {n: getattr(upload, n) for n in upload.__slots__ if n not in ignored} == {
        n: getattr(single, n) for n in single.__slots__ if n not in ignored
    }
    assert recorded == upload
    assert send(ports, transfer, SONG + b"!").status == 403
    assert send(ports, transfer, SONG).status == 200


def test_a_row_that_is_refused_does_not_stop_the_others(ports: Ports) -> None:
    """Its error takes the place of its upload."""
    refused = ValidationFailed("by an earlier look")
    rows = [a_declaration(), a_declaration(content_type="text/html"), refused]
    rows += [a_declaration(metadata=FileMetadata(mood="angry")), a_declaration()]

    results = start_uploads(ports, ALICE, rows)

    assert kinds(results) == [StartedUpload, ContentTypeNotAllowed, ValidationFailed, MoodNotAllowed, StartedUpload]
    assert len(list_uploads(ports, ALICE, UploadQuery("alice", UploadStatus.PENDING, limit=9))) == 2


def test_nothing_is_issued_where_nothing_could_be_written(ports: Ports) -> None:
    """The whole batch fails, because no URL may leave without its document."""
    with pytest.raises(DatabaseUnavailable):
        start_uploads(with_fault(ports, Fault(at=4, applied=False)), ALICE, [a_declaration()] * 2)

    assert list_uploads(ports, ALICE, UploadQuery("alice", UploadStatus.PENDING, limit=9)) == []


def test_many_are_confirmed_each_with_its_own_end(ports: Ports) -> None:
    """In the order of the request, with duplicates repeated."""
    sent, file, theirs = a_sent_upload(ports), a_file(ports), a_sent_upload(ports, BOB)
    empty, _ = start_upload(ports, ALICE, a_declaration())
    gone = a_sent_upload(ports)
    abort_upload(ports, ALICE, gone.upload_id)
    asked = [sent, file, theirs, empty, gone, sent]

    results = confirm_uploads(ports, ALICE, [*(upload.upload_id for upload in asked), UNKNOWN_ID])

    assert kinds(results) == [Upload, Upload, UploadNotFound, ObjectMissing, UploadAborted, Upload, UploadNotFound]
    assert results[0] == results[5] == get_file(ports, ALICE, sent.upload_id)
    assert results[1] == file


@pytest.mark.parametrize("error", [StoreUnavailable, DatabaseUnavailable])
def test_an_outage_ends_a_confirm_of_many_at_once(ports: Ports, error: type[MoodropError]) -> None:
    """Each row would take its time-out; confirming again is safe."""
    ids = [a_sent_upload(ports).upload_id for _ in range(30)]

    class Out:
        def __init__(self) -> None:
            self.asked = 0

        def many(self, owner: str) -> AbstractContextManager[None]:
            return nullcontext()

        def arrived(self, *args: object) -> None:
            self.asked += 1
            raise error("out")

    out = Out()
    broken = replace(ports, objects=out)

    with pytest.raises(error):
        confirm_uploads(broken, ALICE, ids)

    assert out.asked <= AT_ONCE
    assert kinds(confirm_uploads(ports, ALICE, ids)) == [Upload] * 30


def test_urls_for_many_ids_come_in_their_order(ports: Ports) -> None:
    """For one's own and public files; everything else is not found, without a reason."""
    mine, public = a_file(ports), a_file(ports, BOB, metadata=FileMetadata(visibility="public"))
    private, upload = a_file(ports, BOB), a_sent_upload(ports)
    asked = [public.upload_id, private.upload_id, mine.upload_id, upload.upload_id, UNKNOWN_ID, mine.upload_id]

    results = download_by_ids(ports, ALICE, asked, OPTIONS)

    assert kinds(results) == [Download, FileNotFound, Download, FileNotFound, FileNotFound, Download]
    for result, file in ((results[0], public), (results[2], mine), (results[5], mine)):
        assert not isinstance(result, MoodropError)
        assert result.file == file
        assert send(ports, result.request).body == SONG
    assert str(results[1]).replace(private.upload_id, UNKNOWN_ID) == str(results[4])


def test_urls_for_many_keys_are_for_ones_own(ports: Ports) -> None:
    """Another owner's key is refused by its prefix, even if the file is public."""
    mine, public = a_file(ports), a_file(ports, BOB, metadata=FileMetadata(visibility="public"))
    asked = [mine.object_key, public.object_key, "uploads/alice/none", "uploads/../x", mine.object_key]

    results = download_by_keys(ports, ALICE, asked, OPTIONS)

    assert kinds(results)[:3] == [Download, KeyOutsidePrefix, FileNotFound]
    assert isinstance(results[3], MoodropError)
    assert results[0] is not None
    assert kinds(results)[4] is Download
    assert fetch(ports, mine) == SONG


@pytest.mark.parametrize(
    ("act", "scope"),
    [
        (lambda ports, who: start_uploads(ports, who, [a_declaration()]), UPLOADS_WRITE),
        (lambda ports, who: confirm_uploads(ports, who, [UNKNOWN_ID]), UPLOADS_WRITE),
        (lambda ports, who: download_by_ids(ports, who, [UNKNOWN_ID], OPTIONS), FILES_READ),
        (lambda ports, who: download_by_keys(ports, who, ["uploads/alice/a"], OPTIONS), FILES_READ),
    ],
)
def test_each_call_needs_its_scope(ports: Ports, act: Callable[[Ports, Caller], object], scope: str) -> None:
    """For the whole call, not row by row."""
    others = frozenset([FILES_READ, FILES_WRITE, UPLOADS_WRITE]) - {scope}

    with pytest.raises(ScopeMissing, match=scope):
        act(ports, Caller("alice", others))
