"""The command `history`."""

from datetime import datetime
from typing import Annotated, Literal

import typer

from moodrop import Listen
from moodrop.calls.history import History
from moodrop.cli.durations import duration_text
from moodrop.cli.failures import CommandError
from moodrop.cli.options import Json
from moodrop.cli.profile import connect
from moodrop.cli.report import Report

Action = Annotated[
    Literal["list", "clear", "on", "off"],
    typer.Argument(help="list; clear: delete it; off: keep nothing more; on: keep it again."),
]
STATES = {True: "your history is kept", False: "your history is not kept"}


def history(
    action: Action = "list",
    kind: Annotated[Literal["audio", "video"] | None, typer.Option(help="List only these.")] = None,
    since: Annotated[datetime | None, typer.Option(help="List only what began at this local time or later.")] = None,
    file: Annotated[str | None, typer.Option(metavar="ID", help="Clear only the listens of this file.")] = None,
    as_json: Json = False,
) -> None:
    """List what you listened to, or delete it, or stop keeping it.

    Columns: file id, time, how long it was heard, length, title or name. Files that are gone show with --json alone.
    """
    if file is not None and action != "clear":
        raise CommandError("--file goes with `history clear`")
    if action != "list" and (kind or since):
        raise CommandError("--kind and --since go with `history list`")
    report = Report(as_json=as_json)
    with connect() as client:
        if action == "list":
            for listen in client.history().iter_listens(kind=kind, since=since and since.astimezone()):
                _show(report, listen)
        else:
            _change(report, client.history(), action, file)


def _show(report: Report, listen: Listen) -> None:
    file = listen.file
    if file or report.as_json:
        heard_at = listen.heard_at.astimezone().isoformat(sep=" ", timespec="minutes")[:16]
        lengths = (duration_text(listen.listened_seconds), duration_text(listen.duration_seconds))
        report.result(listen, file and file.file_id, heard_at, *lengths, file and (file.title or file.filename))


def _change(report: Report, history: History, action: Literal["clear", "on", "off"], file_id: str | None) -> None:
    if action == "clear":
        history.clear(file_id)
        report.result({"cleared": True, "file_id": file_id}, "deleted")
    else:
        enabled = history.switch(action == "on")
        report.result({"enabled": enabled}, STATES[enabled])
