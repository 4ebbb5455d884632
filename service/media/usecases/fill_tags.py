"""Fills in a file's title, artist and album from the tags inside it."""

from service.jobs.ports import QueuePorts
from service.media.model import Tags
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadChanges, UploadStatus
from service.uploads.usecases.access import is_edited
from service.uploads.usecases.transitions import metadata_changes


def fill_tags(ports: QueuePorts, file_id: str, source: str, tags: Tags) -> None:
    """Set what nobody has set, from the tags of those bytes.

    A file that a person has edited stays as it is: they may have removed a title on purpose.
    """
    while (file := ports.records.get(file_id)) and file.status is UploadStatus.READY and file.source == source:
        missing = _missing(file, tags)
        if missing == FileMetadata() or is_edited(file):
            return
        changes: UploadChanges = {**metadata_changes(file, missing), "edited": False}
        expected: UploadChanges = {"status": file.status, "revision": file.revision, "version_id": file.version_id}
        if ports.records.change(file_id, expected, changes):
            return


def _missing(file: Upload, tags: Tags) -> FileMetadata:
    known = file.metadata
    return FileMetadata(
        title=None if known.title else tags.title,
        artist=None if known.artist else tags.artist,
        album=None if known.album else tags.album,
    )
