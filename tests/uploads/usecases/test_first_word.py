"""Who describes a file that was found, or that gets the bytes of another's upload: its uploader first, or nobody."""

import pytest

from service.ports import Ports
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, UPLOADS_WRITE
from service.uploads.metadata import FileMetadata
from service.uploads.usecases.confirming.confirm import confirm_upload, finalize
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.files.read import get_file
from tests.builders import ALICE, NO_METADATA, OTHER, STAGED_KEY, a_sent_upload, a_staged_upload, fetch
from tests.conftest import Clock
from tests.helpers.faults import before_call

UPLOADER = Caller("alice", frozenset((UPLOADS_WRITE,)))
READER = Caller("alice", frozenset((FILES_READ,)))
TITLED = FileMetadata(title="Blue")


@pytest.mark.parametrize("caller", [ALICE, UPLOADER])
def test_the_first_confirm_describes_what_was_found(ports: Ports, caller: Caller) -> None:
    """If the sweeper or an event was faster, the client's metadata still counts, once."""
    upload = a_sent_upload(ports)
    finalize(ports, upload, NO_METADATA, by="sweep")

    file = confirm_upload(ports, caller, upload.upload_id, TITLED)

    assert (file.metadata.title, file.confirmed_by) == ("Blue", "client")
    again = confirm_upload(ports, caller, upload.upload_id, FileMetadata(title="Red"))
    assert again == file


def test_a_first_confirm_goes_on_top_of_an_edit_beside_it(ports: Ports) -> None:
    """With files:write, neither of the two is lost."""
    upload = a_sent_upload(ports)
    finalize(ports, upload, NO_METADATA, by="sweep")
    racing = before_call(ports, "change", lambda: edit_file(ports, ALICE, upload.upload_id, {"artist": "B"}))

    file = confirm_upload(racing, ALICE, upload.upload_id, TITLED)

    assert (file.metadata.title, file.metadata.artist) == ("Blue", "B")


def test_without_files_write_an_edit_beside_a_first_confirm_stays(ports: Ports) -> None:
    """It ends the uploader's right to describe, even between the confirm's check and its update."""
    upload = a_sent_upload(ports)
    finalize(ports, upload, NO_METADATA, by="sweep")
    racing = before_call(ports, "change", lambda: edit_file(ports, ALICE, upload.upload_id, {"title": "Theirs"}))

    confirm_upload(racing, UPLOADER, upload.upload_id, TITLED)

    assert get_file(ports, ALICE, upload.upload_id).metadata.title == "Theirs"


# --- staged uploads that may replace a file, confirmed by who may not ------------------------------
def test_who_may_not_change_files_describes_the_new_file_of_a_staged_upload(ports: Ports) -> None:
    """The upload could have replaced a file, but there was none: the metadata is the first word on the new one."""
    upload = a_staged_upload(ports)

    file = confirm_upload(ports, UPLOADER, upload.upload_id, TITLED)

    assert (file.metadata.title, file.confirmed_by, file.edited) == ("Blue", "client", False)


def test_who_may_not_change_files_gives_the_older_file_bytes_but_no_words(ports: Ports, clock: Clock) -> None:
    """Whoever may replace files started the upload; the confirm of another token only says that the bytes are there."""
    confirm_upload(ports, ALICE, a_staged_upload(ports).upload_id, TITLED)
    clock.pass_(1)
    upload = a_staged_upload(ports, body=OTHER)

    confirm_upload(ports, UPLOADER, upload.upload_id, FileMetadata(title="Defaced"))

    file = find_by_key(ports, ALICE, STAGED_KEY)
    assert fetch(ports, file) == OTHER
    assert (file.metadata.title, file.confirmed_by) == ("Blue", "look")


@pytest.mark.parametrize("caller", [ALICE, READER])
def test_a_look_at_a_key_leaves_the_first_word_to_the_client(ports: Ports, caller: Caller) -> None:
    """It brings no metadata, so the file still counts as found."""
    a_staged_upload(ports)

    assert find_by_key(ports, caller, STAGED_KEY).confirmed_by == "look"


@pytest.mark.parametrize("caller", [ALICE, UPLOADER])
def test_metadata_for_a_key_is_its_clients_confirm(ports: Ports, caller: Caller) -> None:
    """Afterwards the file counts as described by its client."""
    a_staged_upload(ports)

    file = find_by_key(ports, caller, STAGED_KEY, TITLED)

    assert (file.metadata.title, file.confirmed_by, file.edited) == ("Blue", "client", False)
