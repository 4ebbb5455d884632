"""Keeps what players report. A report may come late, twice or out of order; the outcome is the same."""

from collections.abc import Sequence

from service.listening.model import Listen, Listener, ListenReport, Position
from service.listening.ports import Ports
from service.listening.rules import counts, is_timely, position_id_of, to_listen, to_position
from service.listening.usecases.files import readable_files
from service.listening.usecases.preferences import listener_of
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, require

# How many listens one request may report.
MOST_REPORTS = 100


def keep_listens(ports: Ports, caller: Caller, session_id: str, reports: Sequence[ListenReport]) -> int:
    """Keep the listens that the caller's player reports; return how many of the reports were taken.

    Left out are those of files that the caller may not read, as if these did not exist; those too old or from the
    future; and all if the history is off. Raises MoodNotAllowed.
    """
    require(caller, FILES_READ)
    for mood in {report.mood for report in reports}:
        ports.policy.check_mood(mood)
    listener = listener_of(ports, caller.owner)
    if not (ports.features.history and listener.enabled):
        return 0
    taken = _taken(ports, caller, session_id, reports, listener)
    listens = [listen for listen, _ in taken]
    ports.listens.keep(listens)
    for listen in filter(counts, listens):
        ports.listens.mark_counted(listen, ports.now())
    ports.positions.note([position for _, position in taken if position])
    _take_back(ports, listens, listener)
    return len(taken)


def _taken(
    ports: Ports, caller: Caller, session_id: str, reports: Sequence[ListenReport], listener: Listener
) -> list[tuple[Listen, Position | None]]:
    files = readable_files(ports, caller, [report.file_id for report in reports])
    now, taken = ports.now(), []
    for report in reports:
        file = files.get(report.file_id)
        if file is None or not is_timely(report, now) or not _is_allowed(report, listener):
            continue
        if listen := to_listen(report, caller.owner, session_id, file, now):
            taken.append((listen, to_position(report, listen)))
    return taken


def _is_allowed(report: ListenReport, listener: Listener) -> bool:
    return listener.keeps_from is None or report.started_at > listener.keeps_from


def _take_back(ports: Ports, listens: Sequence[Listen], listener: Listener) -> None:
    """Remove what was kept if the person has deleted their history or switched it off meanwhile."""
    current = listener_of(ports, listener.owner)
    if current == listener:
        return
    for listen in listens:
        if not current.enabled or (current.keeps_from and listen.heard_at <= current.keeps_from):
            remove_listen(ports, listen.owner, listen.listen_id)


def remove_listen(ports: Ports, owner: str, listen_id: str) -> Listen | None:
    """Remove a listen, and the position that was left at it; return the listen."""
    listen = ports.listens.remove(owner, listen_id)
    if listen:
        ports.positions.remove_of_listen(position_id_of(owner, listen.file_id), listen_id)
    return listen
