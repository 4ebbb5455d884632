"""`flask --app service store move`: moves all files to another store while they are used."""

import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import cast

import click
from flask.cli import with_appcontext

from service.jobs.ports import Ports
from service.media.usecases.move_derived import move_derived, remove_derived
from service.shared.api.context import ready_ports
from service.shared.commands import printable, problems_ending_command
from service.uploads.usecases.moving.model import MoveReport
from service.uploads.usecases.moving.move import GRACE, move_files, remove_copies
from service.uploads.usecases.moving.refusals import require_target

PROGRESS_S = 2.0


@click.command("move")
@click.option("--to", required=True, help="The name of the store: STORE_NAME or STORE_2_NAME, so 1 or 2.")
@click.option("--remove-old", is_flag=True, help="Then remove the copies left behind whose grace is over.")
@click.option(
    "--grace",
    default=int(GRACE.total_seconds()),
    show_default=True,
    type=click.IntRange(0),
    help="How long a copy stays after its file moved, in seconds: as long as the URLs that were issued live.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@with_appcontext
@click.pass_context
def move_command(command: click.Context, to: str, remove_old: bool, grace: int, as_json: bool) -> None:
    """Copy all files of the other store to the store TO, with all that was made from them, and switch each over.

    Files are up- and downloaded all the while. Ctrl-C stops after the files at hand; the next run goes on, and one in
    the other direction goes back. Exits with 1 if anything is left to be moved.
    """
    report = MoveReport()
    with problems_ending_command(), _stoppable() as stopping:
        ports = cast(Ports, ready_ports())
        require_target(ports, to)
        derived = partial(move_derived, ports)
        steps = move_files(ports, to, derived, report, lambda: not stopping.is_set())
        _follow(steps)
        if remove_old and not report.stopped:
            made = partial(remove_derived, ports)
            age = timedelta(seconds=grace)
            _follow(remove_copies(ports, to, derived, made, report, lambda: not stopping.is_set(), grace=age))
    _print(report, as_json=as_json)
    command.exit(0 if report.is_complete else 1)


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    stopping = threading.Event()
    caught = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.getsignal(number) for number in caught}
    for number in before:
        signal.signal(number, lambda *_: stopping.set())
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _follow(steps: Iterator[MoveReport]) -> None:
    shown_at = time.monotonic()
    for report in steps:
        if time.monotonic() - shown_at >= PROGRESS_S:
            shown_at = time.monotonic()
            click.echo(_summary(report), err=True)
            sys.stderr.flush()


def _summary(report: MoveReport) -> str:
    return (
        f"{report.moved} moved ({report.moved_bytes} bytes), {report.derived} objects made from them, "
        f"{len(report.stayed)} stayed, {report.removed} old copies removed"
    )


def _print(report: MoveReport, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"complete": report.is_complete, **asdict(report)}))
        return
    for one in report.stayed:
        click.echo(f"{one.problem:<18}  {one.upload_id}  {one.bucket}/{printable(one.object_key)}", err=True)
    click.echo(_summary(report))
    if report.later:
        click.echo(f"{report.later} old copies stay until no URL leads to them any more")
    if report.pending:
        click.echo(f"{report.pending} uploads under way end in the other store: run this again later")
    if report.stopped:
        click.echo("stopped: run this again to go on")
