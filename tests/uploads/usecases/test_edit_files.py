"""Edits of a file's metadata: named fields change, the rest stays, and no edit is lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from service.ports import Ports
from service.shared.errors import MoodropError, ScopeMissing
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, UPLOADS_WRITE
from service.uploads.errors import FileChanged, FileNotFound, MoodNotAllowed
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload
from service.uploads.queries import Sort, UploadQuery
from service.uploads.search import prefixes_of
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.files.read import get_file, list_files
from tests.builders import ALICE, BOB, OTHER, STAGED_KEY, a_file, a_sent_upload, a_staged_upload, fetch
from tests.conftest import Clock

ALL = FileMetadata(
    mood="happy", title="T", artist="A", album="B", duration_seconds=3, tags=["a", "b"], visibility="public"
)


@pytest.mark.parametrize("field", FileMetadata.model_fields)
def test_none_removes_a_field_and_what_is_not_said_stays(ports: Ports, field: str) -> None:
    """Each field by itself; the answer equals the stored file."""
    file = a_file(ports, metadata=ALL)

    edited = edit_file(ports, ALICE, file.upload_id, {field: None})

    assert edited.metadata == ALL.model_copy(update={field: None})
    assert edited.revision == file.revision + 1
    assert get_file(ports, ALICE, file.upload_id) == edited


def test_a_file_is_found_by_what_it_is_called_now(ports: Ports) -> None:
    """Not by its old name or title; sorting by title follows."""
    file = a_file(ports, metadata=FileMetadata(title="Blue", tags=["live"]))
    other = a_file(ports, metadata=FileMetadata(title="Mellow"))

    edit_file(ports, ALICE, file.upload_id, {"title": "Yellow", "tags": None, "mood": "sad"})

    def list_ids(**filters: Any) -> list[str]:
        return [upload.upload_id for upload in list_files(ports, ALICE, UploadQuery("alice", **filters))]

    assert list_ids(prefixes=prefixes_of("yel")) == [file.upload_id]
    assert (
        list_ids(prefixes=prefixes_of("blue")) == list_ids(tag="live") == list_ids(prefixes=prefixes_of("live")) == []
    )
    assert list_ids(mood="sad") == [file.upload_id]
    assert list_ids(sort=Sort.TITLE) == [other.upload_id, file.upload_id]


def test_edits_at_once_lose_nothing(ports: Ports) -> None:
    """Without If-Match each edit builds on the others."""
    edits: list[dict[str, Any]] = [{"mood": "sad"}, {"title": "New"}, {"artist": "B"}, {"tags": ["x"]}] * 2
    for _ in range(5):
        file = a_file(ports)

        with ThreadPoolExecutor(len(edits)) as pool:
            list(pool.map(lambda edit, file=file: edit_file(ports, ALICE, file.upload_id, edit), edits))

        edited = get_file(ports, ALICE, file.upload_id)
        assert edited.metadata == FileMetadata(mood="sad", title="New", artist="B", tags=["x"])
        assert edited.revision == file.revision + 4
        assert {"new", "b", "x"} <= set(edited.words)


def test_of_edits_of_one_revision_one_wins(ports: Ports) -> None:
    """The others are told that the file has changed, and leave no trace."""
    file = a_file(ports)

    def edit(number: int) -> Upload | MoodropError:
        try:
            return edit_file(ports, ALICE, file.upload_id, {"title": f"t{number}"}, revisions={file.revision})
        except FileChanged as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        won = [result for result in pool.map(edit, range(8)) if isinstance(result, Upload)]

    assert len(won) == 1
    assert get_file(ports, ALICE, file.upload_id) == won[0]


@pytest.mark.parametrize("edits", [{}, {"mood": "happy"}, {"title": None}])
def test_an_edit_that_changes_nothing_is_no_new_state(ports: Ports, edits: dict[str, Any]) -> None:
    """So cached copies stay valid."""
    file = a_file(ports)

    assert edit_file(ports, ALICE, file.upload_id, edits) == file


def test_an_edit_of_a_state_that_is_past_is_refused(ports: Ports) -> None:
    """Even if it would change nothing."""
    file = a_file(ports)
    now = edit_file(ports, ALICE, file.upload_id, {"title": "New"})

    for edits in ({"title": "Other"}, {"title": "New"}, {}):
        with pytest.raises(FileChanged):
            edit_file(ports, ALICE, file.upload_id, edits, revisions={file.revision, file.revision + 2})

    assert get_file(ports, ALICE, file.upload_id) == now
    assert edit_file(ports, ALICE, file.upload_id, {"title": "Other"}, revisions={1, 2, 3}).metadata.title == "Other"


def test_a_replaced_file_keeps_its_words_and_has_a_new_state(ports: Ports, clock: Clock) -> None:
    """Its bytes are new, so an edit of the earlier state must be refused."""
    a_staged_upload(ports)
    file = edit_file(ports, ALICE, find_by_key(ports, ALICE, STAGED_KEY).upload_id, {"title": "Blue"})
    clock.pass_(1)
    a_staged_upload(ports, body=OTHER)

    replaced = find_by_key(ports, ALICE, STAGED_KEY)

    assert (replaced.upload_id, replaced.metadata.title) == (file.upload_id, "Blue")
    assert fetch(ports, replaced) == OTHER
    assert "blue" in replaced.words
    with pytest.raises(FileChanged):
        edit_file(ports, ALICE, file.upload_id, {"title": "Red"}, revisions={file.revision})


def test_what_is_no_file_of_ones_own_cannot_be_edited(ports: Ports) -> None:
    """Another owner's, public or not, an upload, a deleted file, an unknown id."""
    public, upload, deleted = a_file(ports, metadata=ALL), a_sent_upload(ports), a_file(ports)
    delete_file(ports, ALICE, deleted.upload_id)

    for caller, file_id in (
        (BOB, public.upload_id),
        (ALICE, upload.upload_id),
        (ALICE, deleted.upload_id),
        (ALICE, "01JD8ZK3V0X5W9QH2M4N6P7R8S"),
    ):
        with pytest.raises(FileNotFound):
            edit_file(ports, caller, file_id, {"title": "New"})

    assert get_file(ports, ALICE, public.upload_id) == public


def test_an_edit_has_the_rules_of_any_metadata_and_its_scope(ports: Ports) -> None:
    """A mood from the list, and a token with files:write."""
    file = a_file(ports)

    with pytest.raises(MoodNotAllowed):
        edit_file(ports, ALICE, file.upload_id, {"mood": "angry"})
    with pytest.raises(ScopeMissing):
        edit_file(ports, Caller("alice", frozenset([FILES_READ, UPLOADS_WRITE])), file.upload_id, {"mood": "sad"})

    assert get_file(ports, ALICE, file.upload_id) == file
