"""Signs the URLs of many files with one call to the database."""

from collections.abc import Sequence

from service.shared.errors import MoodropError
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, require
from service.store.model import PresignedRequest
from service.uploads.errors import FileNotFound
from service.uploads.model import Upload
from service.uploads.object_keys import named_key
from service.uploads.ports import Ports
from service.uploads.usecases.files.files import DownloadWish, may_read, presign_download

Download = tuple[Upload, PresignedRequest]


def download_by_ids(
    ports: Ports, caller: Caller, file_ids: Sequence[str], wish: DownloadWish
) -> list[Download | MoodropError]:
    """A URL for each file, in the same order, or FileNotFound."""
    require(caller, FILES_READ)
    found = {upload.upload_id: upload for upload in ports.records.get_many(file_ids)}
    return [_download(ports, caller, found.get(file_id), f"file {file_id}", wish) for file_id in file_ids]


def download_by_keys(
    ports: Ports, caller: Caller, object_keys: Sequence[str], wish: DownloadWish
) -> list[Download | MoodropError]:
    """A URL for each of the caller's keys, in the same order, or why not."""
    require(caller, FILES_READ)
    found = {upload.object_key: upload for upload in ports.records.files_by_keys(caller.owner, object_keys)}

    def download(object_key: str) -> Download | MoodropError:
        try:
            named_key(caller, object_key)
        except MoodropError as error:
            return error
        return _download(ports, caller, found.get(object_key), f"file {object_key!r}", wish)

    return [download(object_key) for object_key in object_keys]


def _download(
    ports: Ports, caller: Caller, upload: Upload | None, name: str, wish: DownloadWish
) -> Download | MoodropError:
    if upload is None or not may_read(caller, upload):
        return FileNotFound(f"there is no {name}")
    return upload, presign_download(ports, caller, upload, wish)
