"""A batch confirm during other changes: each row ends as a single confirm would."""

import pytest

from service.ports import Ports
from service.shared.errors import MoodropError
from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE
from service.uploads.errors import ObjectMismatch, UploadAborted
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.confirming.confirm import finalize
from service.uploads.usecases.confirming.confirm_many import confirm_uploads
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.start import start_upload
from tests.builders import ALICE, NO_METADATA, OTHER, a_declaration, a_sent_upload, send
from tests.helpers.faults import before_call

UPLOADER = Caller("alice", frozenset((UPLOADS_WRITE,)))


def confirmed(ports: Ports, caller: Caller, *uploads: Upload) -> list[Upload | MoodropError]:
    return confirm_uploads(ports, caller, [upload.upload_id for upload in uploads])


def test_each_file_says_that_its_client_confirmed_it(ports: Ports) -> None:
    """Otherwise its uploader could describe it again, like a file that the sweeper found."""
    results = confirmed(ports, ALICE, a_sent_upload(ports), a_sent_upload(ports))

    for file in results:
        assert isinstance(file, Upload)
        assert (file.confirmed_by, file.edited) == ("client", False)


def test_a_row_whose_bytes_are_wrong_is_rejected_beside_the_others(ports: Ports) -> None:
    """The write that records many at once must leave it out."""
    wrong, _ = start_upload(ports, ALICE, a_declaration())
    unsealed = ports.objects.presign_put(wrong.bucket, wrong.object_key, headers={}, at=ports.now(), expires_in=60)
    send(ports, unsealed, OTHER + b"!", {"content-type": "audio/mpeg"})
    right = a_sent_upload(ports)

    refused, file = confirmed(ports, ALICE, wrong, right)

    assert isinstance(refused, ObjectMismatch)
    assert isinstance(file, Upload)
    [after] = ports.records.get_many([wrong.upload_id])
    assert after.status is UploadStatus.REJECTED


def test_a_row_that_is_aborted_meanwhile_stays_aborted(ports: Ports) -> None:
    """The bytes were there at the check, but the write must not revive the upload."""
    aborted, right = a_sent_upload(ports), a_sent_upload(ports)
    racing = before_call(ports, "change_many", lambda: abort_upload(ports, ALICE, aborted.upload_id))

    refused, file = confirmed(racing, ALICE, aborted, right)

    assert isinstance(refused, UploadAborted)
    assert isinstance(file, Upload)
    assert file.upload_id == right.upload_id


@pytest.mark.parametrize("caller", [ALICE, UPLOADER])
def test_a_row_that_is_found_meanwhile_is_its_clients(ports: Ports, caller: Caller) -> None:
    """The store's event came between check and write, but the client has confirmed it all the same."""
    upload = a_sent_upload(ports)
    racing = before_call(ports, "change_many", lambda: finalize(ports, upload, NO_METADATA, by="event"))

    [file] = confirmed(racing, caller, upload)

    assert isinstance(file, Upload)
    assert (file.status, file.confirmed_by) == (UploadStatus.READY, "client")


def test_a_row_that_is_edited_meanwhile_shows_no_words_of_others(ports: Ports) -> None:
    """A token that may only upload gets the name from the key and no metadata."""
    upload = a_sent_upload(ports)

    def edit() -> None:
        finalize(ports, upload, NO_METADATA, by="event")
        edit_file(ports, ALICE, upload.upload_id, {"title": "Theirs"})

    [file] = confirmed(before_call(ports, "change_many", edit), UPLOADER, upload)

    assert isinstance(file, Upload)
    assert (file.filename, file.metadata) == (upload.object_key.rpartition("/")[2], FileMetadata())
