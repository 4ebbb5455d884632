"""The files that a history names, as far as its owner may still read them."""

from collections.abc import Sequence

from service.shared.model import Caller
from service.uploads.model import Upload
from service.uploads.ports import Ports
from service.uploads.usecases.files.read import may_read


def readable_files(ports: Ports, caller: Caller, file_ids: Sequence[str]) -> dict[str, Upload]:
    """Return those of the files, by id, that the caller may read."""
    files = ports.records.get_many(sorted(set(file_ids))) if file_ids else []
    return {file.upload_id: file for file in files if may_read(caller, file)}
