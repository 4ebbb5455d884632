"""Signs the URLs of many files with one call to the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.shared.errors import MoodropError
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, require
from service.store.model import PresignedRequest
from service.uploads.errors import FileNotFound, FileQuarantined
from service.uploads.model import Upload
from service.uploads.object_keys import named_key
from service.uploads.ports import Ports
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.files.read import may_read


@dataclass(frozen=True, slots=True)
class Download:
    """A file and the request that fetches it."""

    file: Upload
    request: PresignedRequest


def download_by_ids(
    ports: Ports, caller: Caller, file_ids: Sequence[str], options: DownloadOptions
) -> list[Download | MoodropError]:
    """Sign a URL for each file, in the same order; FileNotFound stands for a file that is not there."""
    require(caller, FILES_READ)
    uploads = {upload.upload_id: upload for upload in ports.records.get_many(file_ids)}
    return [_download(ports, caller, uploads.get(file_id), f"file {file_id}", options) for file_id in file_ids]


def download_by_keys(
    ports: Ports, caller: Caller, object_keys: Sequence[str], options: DownloadOptions
) -> list[Download | MoodropError]:
    """Sign a URL for each of the caller's keys, in the same order; an error stands for a key without one."""
    require(caller, FILES_READ)
    uploads = {upload.object_key: upload for upload in ports.records.files_by_keys(caller.owner, object_keys)}

    def download(object_key: str) -> Download | MoodropError:
        try:
            named_key(caller, object_key)
        except MoodropError as error:
            return error
        return _download(ports, caller, uploads.get(object_key), f"file {object_key!r}", options)

    return [download(object_key) for object_key in object_keys]


def _download(
    ports: Ports, caller: Caller, upload: Upload | None, name: str, options: DownloadOptions
) -> Download | MoodropError:
    if upload is None or not may_read(caller, upload):
        return FileNotFound(f"there is no {name}")
    return _sign(ports, caller, upload, options)


def download_files(
    ports: Ports, caller: Caller, files: Sequence[Upload], options: DownloadOptions
) -> list[Download | MoodropError]:
    """Sign a URL for each of these files, which the caller may read; an error stands for one that nobody gets."""
    return [_sign(ports, caller, file, options) for file in files]


def _sign(ports: Ports, caller: Caller, file: Upload, options: DownloadOptions) -> Download | MoodropError:
    try:
        return Download(file, presign_download(ports, caller, file, options))
    except FileQuarantined as error:
        return error
