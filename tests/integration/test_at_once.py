"""Concurrent changes to one document on the real MongoDB: nothing is lost or made twice."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from service.ports import Ports
from service.shared.errors import MoodropError
from service.uploads.errors import FileChanged
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.queries import UploadQuery
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.files.read import get_file
from service.uploads.usecases.starting.read import list_uploads
from service.uploads.usecases.starting.start import start_upload
from tests.builders import ALICE, a_declaration, a_file

pytestmark = pytest.mark.real


def test_edits_at_once_lose_nothing(real_ports: Ports) -> None:
    """Two threads change each of the four fields, and every change takes effect."""
    edits: list[dict[str, Any]] = [{"mood": None}, {"title": "New"}, {"artist": "B"}, {"tags": ["x"]}] * 2
    for _ in range(10):
        file = a_file(real_ports)

        with ThreadPoolExecutor(len(edits)) as pool:
            list(pool.map(lambda edit, file=file: edit_file(real_ports, ALICE, file.upload_id, edit), edits))

        edited = get_file(real_ports, ALICE, file.upload_id)
        assert edited.metadata == FileMetadata(title="New", artist="B", tags=["x"])
        assert edited.revision == file.revision + 4
        assert {"new", "b", "x"} <= set(edited.words)


def test_of_edits_of_one_revision_one_wins(real_ports: Ports) -> None:
    """If-Match works across servers, because it is part of the update's filter."""
    for _ in range(10):
        file = a_file(real_ports)

        def edit(number: int, file: Upload = file) -> Upload | MoodropError:
            try:
                edits = {"title": f"t{number}"}
                return edit_file(real_ports, ALICE, file.upload_id, edits, revisions={file.revision})
            except FileChanged as error:
                return error

        with ThreadPoolExecutor(8) as pool:
            won = [result for result in pool.map(edit, range(8)) if isinstance(result, Upload)]

        assert len(won) == 1
        assert get_file(real_ports, ALICE, file.upload_id) == won[0]


def test_a_request_repeated_at_once_is_one_upload(real_ports: Ports) -> None:
    """Eight requests with one Idempotency-Key: the unique index admits one, and the others get its upload."""
    for number in range(10):
        with ThreadPoolExecutor(8) as pool:
            key = f"k{number}"
            results = list(pool.map(lambda _, key=key: start_upload(real_ports, ALICE, a_declaration(), key), range(8)))

        assert len({upload.upload_id for upload, _ in results}) == 1

    assert len(list_uploads(real_ports, ALICE, UploadQuery("alice", UploadStatus.PENDING, limit=99))) == 10
