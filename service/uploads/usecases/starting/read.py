"""Lists and reads uploads that are not files yet."""

from dataclasses import replace

from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE, require
from service.uploads.model import Upload
from service.uploads.ports import Ports
from service.uploads.queries import UploadQuery
from service.uploads.usecases.access import is_narrowed, own_upload, shown_to
from service.uploads.usecases.starting.multipart import InspectedUpload, is_open, resume


def list_uploads(ports: Ports, caller: Caller, query: UploadQuery) -> list[Upload]:
    """Return the caller's uploads that match, without covers; a narrowed token sees those that it started."""
    require(caller, UPLOADS_WRITE)
    if is_narrowed(caller) and caller.token_id is None:
        return []
    return ports.records.page(replace(query, owner=caller.owner, started_with=caller.token_id))


def inspect_upload(ports: Ports, caller: Caller, upload_id: str) -> InspectedUpload:
    """Return the caller's upload; if it is pending and goes in parts, with those that the store has."""
    upload = own_upload(ports, caller, upload_id)
    if not is_open(upload):
        return InspectedUpload(shown_to(caller, upload, upload), None)
    return resume(ports, upload)
