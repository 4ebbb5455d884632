"""Changes the name and the metadata of a file."""

from collections.abc import Collection, Mapping
from typing import Any

from service.shared.model import Caller
from service.shared.scopes import FILES_WRITE, require
from service.uploads import file_names
from service.uploads.errors import FileChanged
from service.uploads.model import Upload, UploadChanges, UploadStatus
from service.uploads.ports import Ports
from service.uploads.search import index_fields
from service.uploads.usecases.access import own_file, require_may_publish


def edit_file(
    ports: Ports, caller: Caller, file_id: str, edits: Mapping[str, Any], *, revisions: Collection[int] | None = None
) -> Upload:
    """Change the name and the metadata of the caller's file; None removes a field.

    With `revisions`, only if the file has one of them.

    Raises MoodNotAllowed, FileNotFound, FileChanged, FileQuarantined.
    """
    require(caller, FILES_WRITE)
    ports.policy.check_mood(edits.get("mood"))
    metadata = {name: value for name, value in edits.items() if name != "filename"}
    while True:
        upload = own_file(ports, caller, file_id)
        if revisions is not None and upload.revision not in revisions:
            raise FileChanged(f"file {file_id} is at revision {upload.revision}, which If-Match does not name")
        require_may_publish(upload, edits.get("visibility"))
        filename = file_names.clean(edits["filename"]) if "filename" in edits else upload.filename
        known = upload.metadata.model_copy(update=metadata)
        if (filename, known) == (upload.filename, upload.metadata):
            return upload
        changes: UploadChanges = {
            "revision": upload.revision + 1,
            "edited": True,
            "filename": filename,
            "metadata": metadata,
            **index_fields(filename, known, upload.measured_seconds),
        }
        expected: UploadChanges = {"status": UploadStatus.READY, "revision": upload.revision}
        # If someone else was first and no revision is required, the edit is applied on top of theirs.
        if changed := ports.records.change(file_id, expected, changes):
            return changed
