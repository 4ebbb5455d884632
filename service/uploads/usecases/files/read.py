"""Lists and reads files: confirmed uploads."""

from dataclasses import replace

from service.shared.model import Caller
from service.shared.scopes import FILES_READ, require
from service.uploads.errors import FileNotFound
from service.uploads.metadata import PUBLIC
from service.uploads.model import Upload, UploadStatus
from service.uploads.ports import Ports
from service.uploads.queries import UploadQuery
from service.uploads.rows import FilePage


def list_files(ports: Ports, caller: Caller, query: UploadQuery) -> list[Upload]:
    """List the caller's files, or everybody's public ones if the query names no owner. Raises MoodNotAllowed."""
    return ports.records.page(_allowed(ports, caller, query))


def list_rows(ports: Ports, caller: Caller, query: UploadQuery) -> FilePage:
    """Do the same, in rows: what a list shows, and nothing else."""
    return ports.records.file_page(_allowed(ports, caller, query))


def _allowed(ports: Ports, caller: Caller, query: UploadQuery) -> UploadQuery:
    require(caller, FILES_READ)
    ports.policy.check_mood(query.mood)
    owner = None if query.owner is None else caller.owner
    return replace(query, owner=owner, status=UploadStatus.READY)


def count_by_mood(ports: Ports, caller: Caller) -> dict[str, int]:
    """Count the caller's files of each mood, in the configured order."""
    require(caller, FILES_READ)
    return {mood: ports.records.count(caller.owner, mood) for mood in ports.policy.moods}


def get_file(ports: Ports, caller: Caller, file_id: str) -> Upload:
    """Return the caller's file, or a public one. Raises FileNotFound for any other, and if it is not confirmed."""
    require(caller, FILES_READ)
    upload = ports.records.get(file_id)
    if upload is None or not may_read(caller, upload):
        raise FileNotFound(f"there is no file {file_id}")
    return upload


def may_read(caller: Caller, upload: Upload) -> bool:
    """Return whether the upload is a file by now, and the caller's or public. One with a threat is its owner's only."""
    return upload.status is UploadStatus.READY and (upload.owner == caller.owner or is_public(upload))


def is_public(upload: Upload) -> bool:
    """Return whether anybody may read the upload once it is a file."""
    return upload.metadata.visibility == PUBLIC and not upload.threat
