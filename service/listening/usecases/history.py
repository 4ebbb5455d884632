"""A person's own history: shown to them alone, and deleted by them at any time."""

from dataclasses import dataclass, replace

from service.listening.errors import ListenNotFound
from service.listening.model import HistoryQuery, Listen, Position
from service.listening.ports import Ports
from service.listening.usecases.files import readable_files
from service.listening.usecases.listens import remove_listen
from service.listening.usecases.preferences import forget_until
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, require
from service.uploads.model import Upload
from service.uploads.usecases.access import own_file

# A list leaves out the rows whose files are gone, and few are: so this many more are read.
SPARE = 20


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A listen and its file; None if the file is gone, or not the listener's to read any more."""

    listen: Listen
    file: Upload | None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A file to go on with, and where."""

    position: Position
    file: Upload


def list_history(ports: Ports, caller: Caller, query: HistoryQuery) -> list[HistoryRow]:
    """Return a page of the caller's listens, newest first."""
    require(caller, FILES_READ)
    listens = ports.listens.page(replace(query, owner=caller.owner))
    files = readable_files(ports, caller, [listen.file_id for listen in listens])
    return [HistoryRow(listen, files.get(listen.file_id)) for listen in listens]


def list_unfinished(ports: Ports, caller: Caller, limit: int) -> list[Unfinished]:
    """Return the films and long recordings that the caller stopped in, newest first."""
    require(caller, FILES_READ)
    positions = ports.positions.list_unfinished(caller.owner, limit + SPARE)
    files = readable_files(ports, caller, [position.file_id for position in positions])
    unfinished = [Unfinished(one, files[one.file_id]) for one in positions if one.file_id in files]
    return unfinished[:limit]


def delete_listen(ports: Ports, caller: Caller, listen_id: str) -> None:
    """Delete one of the caller's listens. Raises ListenNotFound, even if it is someone else's."""
    require(caller, FILES_READ)
    if remove_listen(ports, caller.owner, listen_id) is None:
        raise ListenNotFound(f"there is no listen {listen_id}")
    ports.neighbours.mark_stale()


def delete_history(ports: Ports, caller: Caller, file_id: str | None = None) -> None:
    """Delete all that the caller listened to, or all of one file. Safe to repeat.

    Players that were offline may still report listens from before; once all is deleted, these are not kept.
    """
    require(caller, FILES_READ)
    if file_id is None:
        forget_until(ports, caller.owner, ports.now())
    ports.listens.remove_of_owner(caller.owner, file_id)
    ports.positions.remove_of_owner(caller.owner, file_id)
    ports.neighbours.mark_stale()


def count_plays(ports: Ports, caller: Caller, file_id: str) -> int:
    """Return how often the caller's file was played, by anyone. Raises FileNotFound, even if it is someone else's."""
    require(caller, FILES_READ)
    own_file(ports, caller, file_id)
    return ports.listens.count_plays([file_id]).get(file_id, 0)
