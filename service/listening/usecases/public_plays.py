"""What people listened to of public files: all that recommendations may learn from."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from service.listening.model import CountedListen, Listener
from service.listening.ports.listens import Listens
from service.shared.ports.collection import Collection
from service.uploads.model import Upload, UploadStatus
from service.uploads.ports.records import RecordStore
from service.uploads.usecases.files.read import is_public

# The newest listens of each person that are looked at.
MOST_OF_ONE = 500


class Ports(Protocol):
    """What a worker has too."""

    @property
    def records(self) -> RecordStore: ...

    @property
    def listens(self) -> Listens: ...

    @property
    def listeners(self) -> Collection[Listener]: ...


def iter_public_plays(
    ports: Ports, since: datetime, most: int = MOST_OF_ONE
) -> Iterator[list[tuple[CountedListen, Upload]]]:
    """Yield a list for each person: their counted listens of files that are public now, newest first, and the files.

    For each person, only the `most` newest counted listens since that moment are read. People whose history is off are
    left out, as are those who heard nothing public.
    """
    for owner in ports.listens.iter_owners():
        listener = ports.listeners.get(owner)
        plays = _public_plays(ports, owner, since, most) if listener is None or listener.enabled else []
        if plays:
            yield plays


def _public_plays(ports: Ports, owner: str, since: datetime, most: int) -> list[tuple[CountedListen, Upload]]:
    listens = ports.listens.list_counted(owner, since, most)
    uploads = ports.records.get_many(sorted({listen.file_id for listen in listens})) if listens else []
    files = {file.upload_id: file for file in uploads if file.status is UploadStatus.READY and is_public(file)}
    return [(listen, files[listen.file_id]) for listen in listens if listen.file_id in files]
