"""Lists and reads files: confirmed uploads."""

from dataclasses import replace

from service.shared.model import Caller
from service.shared.scopes import FILES_READ, require
from service.uploads.errors import FileNotFound
from service.uploads.metadata import PUBLIC
from service.uploads.model import Upload, UploadStatus
from service.uploads.ports import Ports
from service.uploads.queries import FileGroup, GroupBy, UploadQuery
from service.uploads.rows import FilePage
from service.uploads.usecases.files.searching import corrected


def list_files(ports: Ports, caller: Caller, query: UploadQuery) -> list[Upload]:
    """List the caller's files, or everybody's public ones if the query names no owner. Raises MoodNotAllowed."""
    allowed = _allowed(ports, caller, query)
    if files := ports.records.page(allowed):
        return files
    meant = corrected(ports, allowed)
    return ports.records.page(meant) if meant else []


def list_rows(ports: Ports, caller: Caller, query: UploadQuery) -> FilePage:
    """Do the same, in rows: what a list shows, and nothing else."""
    allowed = _allowed(ports, caller, query)
    page = ports.records.file_page(allowed)
    meant = None if page.rows else corrected(ports, allowed)
    return ports.records.file_page(meant) if meant else page


def _allowed(ports: Ports, caller: Caller, query: UploadQuery) -> UploadQuery:
    require(caller, FILES_READ)
    ports.policy.check_mood(query.mood)
    owner = None if query.owner is None else caller.owner
    return replace(query, owner=owner, status=UploadStatus.READY)


def count_by_mood(ports: Ports, caller: Caller, query: UploadQuery | None = None) -> dict[str | None, int]:
    """Count the caller's files that match, under None, and those of each mood, in the configured order."""
    asked = _allowed(ports, caller, query or UploadQuery(caller.owner))
    total = ports.records.count_matching(asked)
    meant = None if total else corrected(ports, asked)
    if meant:
        asked, total = meant, ports.records.count_matching(meant)
    counts: dict[str | None, int] = {None: total}
    for mood in ports.policy.moods:
        counts[mood] = ports.records.count_matching(replace(asked, mood=mood))
    return counts


def list_groups(
    ports: Ports, caller: Caller, query: UploadQuery, by: GroupBy, after: str, limit: int
) -> list[tuple[FileGroup, Upload]]:
    """List the artists or albums of the caller's files that match, each with the file that was uploaded first."""
    allowed = _allowed(ports, caller, query)
    groups = ports.records.groups(allowed, by, after, limit)
    meant = None if groups else corrected(ports, allowed)
    if meant:
        groups = ports.records.groups(meant, by, after, limit)
    files = {file.upload_id: file for file in ports.records.get_many([group.first_id for group in groups])}
    # One that was deleted meanwhile is left out until the list is read again.
    return [(group, files[group.first_id]) for group in groups if group.first_id in files]


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
