"""Steps and checks for tests of covers."""

from dataclasses import replace
from typing import Any

from service.ports import Ports
from service.uploads.errors import CoverMissing, FileNotFound
from service.uploads.model import SignedParts, Upload
from service.uploads.queries import UploadQuery
from service.uploads.usecases.covers import find_cover
from service.uploads.usecases.files.read import get_file, list_files
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, NO_METADATA, PICTURE, a_declaration, a_file, confirm_upload, fetch, send
from tests.conftest import Clock

LONG_AFTER = 100_000  # s


def confirm(ports: Ports, upload: Upload) -> Upload:
    return confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)


def files(ports: Ports) -> list[Upload]:
    return list_files(ports, ALICE, UploadQuery("alice"))


def cover_of(ports: Ports, file: Upload) -> bytes | None:
    """Return the bytes of the file's current cover."""
    try:
        return fetch(ports, find_cover(ports, get_file(ports, ALICE, file.upload_id)))
    except (CoverMissing, FileNotFound):
        return None


def whole(ports: Ports, clock: Clock) -> list[bytes | None]:
    """Sweep everything that is due, check that everything is intact, and return the covers of all files."""
    for _ in range(3):
        clock.pass_(LONG_AFTER)
        sweep(ports)
    assert list(ports.records.due(clock(), 9)) == []
    covers = [find_cover(ports, file) for file in files(ports) if file.cover_id]
    named = sorted(upload.object_key for upload in [*files(ports), *covers])
    assert [row.object_key for row in ports.records.iter_recorded("mybucket")] == named, "a document too many"
    assert ports.objects.keys() == named, "an object too many, or too few"
    pictures = [cover_of(ports, file) for file in files(ports)]
    for upload in [*files(ports), *covers]:  # its only version is the recorded one
        ports.objects.delete_version(upload.bucket, upload.object_key, upload.version_id)
    assert ports.objects.keys() == [], "a version too many"
    return pictures


def a_cover_of(song: Upload, **changes: Any) -> Any:
    declared = {"content_type": "image/png", "metadata": NO_METADATA, "cover_of": song.upload_id}
    return a_declaration(PICTURE, **{**declared, **changes})


def a_cover_in_parts(ports: Ports) -> Upload:
    """Send a cover as if the store could seal no PUT."""
    in_parts = replace(ports, policy=replace(ports.policy, put_max_bytes=0))
    upload, transfer = start_upload(in_parts, ALICE, a_cover_of(a_file(ports)))
    assert isinstance(transfer, SignedParts)
    assert send(ports, transfer.parts[0].request, PICTURE).status == 200
    return upload
