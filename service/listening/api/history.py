"""/v1/history: one's own listens. Nobody else's can be asked for."""

from datetime import datetime

from flask import Response

from service.listening.api.ports import ready_ports
from service.listening.api.schemas import (
    DeleteQuery,
    HistoryPage,
    HistoryQueryParams,
    HistorySettings,
    HistorySettingsBody,
    ListenPath,
    UnfinishedList,
    UnfinishedQuery,
)
from service.listening.model import HistoryQuery
from service.listening.usecases.history import (
    HistoryRow,
    delete_history,
    delete_listen,
    list_history,
    list_unfinished,
)
from service.listening.usecases.preferences import is_history_on, set_history_on
from service.shared.api.blueprints import secured_blueprint
from service.shared.api.compression import compressor
from service.shared.api.conditions import unchanged_or
from service.shared.api.context import answer, caller, context
from service.shared.api.contract import BODY, UNCHANGED, problems
from service.shared.api.signed_cursors import SignedCursors
from service.shared.errors import Conflict, NotFound
from service.shared.model import Caller
from service.shared.ports.collection import Place
from service.shared.scopes import FILES_READ
from service.uploads.api.rendering import file_answer

# Changing one's own history needs no more than to read files: it changes none.
blueprint = secured_blueprint("history", "/v1/history", tag="listening", scopes=(FILES_READ,))


@blueprint.get("", responses={200: HistoryPage} | UNCHANGED)
@compressor.compressed()
def index(query: HistoryQueryParams) -> Response:
    """List what you listened to and watched, newest first, by page."""
    ports, who, cursors = ready_ports(), caller(), SignedCursors(context().ports.keyring)
    since = query.since.isoformat() if query.since else None
    filters = {"list": "history", "kind": query.kind, "since": since, "caller": who.owner}
    after = _place(cursors.read(query.cursor, filters)) if query.cursor else None
    rows = list_history(ports, who, HistoryQuery(who.owner, query.limit, query.kind, query.since, after))
    cursor = cursors.make(_end(rows[-1]), filters) if len(rows) == query.limit else None
    return unchanged_or(answer({"listens": [_listen_answer(row, who) for row in rows], "next_cursor": cursor}))


@blueprint.get("/unfinished", responses={200: UnfinishedList})
@compressor.compressed()
def unfinished(query: UnfinishedQuery) -> Response:
    """List the films and long recordings to go on with, the latest first."""
    who = caller()
    rows = [
        {
            "file": file_answer(one.file, who),
            "position_seconds": one.position.position_seconds,
            "duration_seconds": one.position.duration_seconds,
            "at": one.position.at,
        }
        for one in list_unfinished(ready_ports(), who, query.limit)
    ]
    return answer({"unfinished": rows})


@blueprint.delete("", responses={204: None})
def clear(query: DeleteQuery) -> Response:
    """Delete your history, or all of one file in it."""
    delete_history(ready_ports(), caller(), query.file_id)
    return Response(status=204)


@blueprint.delete("/<id:listen_id>", responses={204: None} | problems(NotFound))
def delete(path: ListenPath) -> Response:
    """Delete one listen, and the position that was left at it."""
    delete_listen(ready_ports(), caller(), path.listen_id)
    return Response(status=204)


@blueprint.get("/settings", responses={200: HistorySettings})
def show_settings() -> Response:
    """Show whether your history is kept."""
    return _settings_answer()


@blueprint.put("/settings", responses={200: HistorySettings} | BODY | problems(Conflict))
def change_settings(body: HistorySettingsBody) -> Response:
    """Switch your history on or off."""
    set_history_on(ready_ports(), caller(), body.enabled)
    return _settings_answer()


def _settings_answer() -> Response:
    return answer(HistorySettings(enabled=is_history_on(ready_ports(), caller())))


def _place(values: list[str | datetime | float | None]) -> Place:
    moment, listen_id = values
    return Place(moment, listen_id)  # type: ignore[arg-type]  # signed by the same view


def _end(row: HistoryRow) -> tuple[datetime, str]:
    return row.listen.heard_at, row.listen.listen_id


_FACTS = ("kind", "listened_seconds", "duration_seconds", "mood", "source")


def _listen_answer(row: HistoryRow, who: Caller) -> dict[str, object]:
    """Return a ListenAnswer, in plain values."""
    listen, is_gone = row.listen, row.file is None
    facts = {name: None if is_gone else getattr(listen, name) for name in _FACTS}
    return {
        "listen_id": listen.listen_id,
        "heard_at": listen.heard_at,
        "gone": is_gone,
        "file": row.file and file_answer(row.file, who),
        "counted": None if is_gone else listen.counted_at is not None,
        **facts,
    }
