"""`flask --app service media …`: what waits, what runs and what failed, and having it done again."""

from typing import cast

import click
from flask.cli import AppGroup

from service.jobs.model import JobState, Worker, sum_by_kind
from service.jobs.ports import Ports
from service.media.model import RESULTS
from service.media.usecases.redo import BackfillReport, backfill, redo
from service.shared.api.context import current_ports
from service.shared.commands import problems_ending_command

COUNTED = (JobState.QUEUED, JobState.RUNNING, JobState.FAILED)

media = AppGroup("media", help="Thumbnails, waveforms and renditions.")


def _ports() -> Ports:
    return cast(Ports, current_ports())


@media.command("status")
def status_command() -> None:
    """Show the workers, and how many jobs are queued, running and failed, by kind. Reads no files."""
    with problems_ending_command():
        ports = _ports()
        for worker in ports.jobs.workers(ports.now()):
            click.echo(_worker_row(worker))
        numbers = sum_by_kind(ports.jobs.count())
    click.echo(_row("kind", *(state.value for state in COUNTED)))
    for kind in sorted({kind for kind, _ in numbers}):
        click.echo(_row(kind, *(numbers[kind, state] for state in COUNTED)))


def _worker_row(worker: Worker) -> str:
    kinds = ", ".join(worker.kinds) or "nothing"
    return f"worker {worker.worker_id} on {worker.host}: {kinds}; ffmpeg {worker.ffmpeg or 'none'}; {worker.sandbox}"


def _row(kind: str, *cells: object) -> str:
    return kind.ljust(8) + "".join(str(cell).rjust(10) for cell in cells)


@media.command("redo")
@click.argument("file_ids", nargs=-1, required=True)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(sorted(RESULTS)), help="Default: all that it has.")
def redo_command(file_ids: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    """Work on these files again, for example after MEDIA_LADDER changed. What they have is served until then."""
    with problems_ending_command():
        for file_id in file_ids:
            click.echo(f"{file_id}  {', '.join(redo(_ports(), file_id, kinds)) or 'nothing to do'}")


@media.command("backfill")
def backfill_command() -> None:
    """Work on all files that are older than media are here, and on songs that have no small waveform yet.

    It can be stopped and repeated at any time. New files go first.
    """
    report = BackfillReport()
    with problems_ending_command():
        for _ in backfill(_ports(), report):
            click.echo(f"{report.files} files, {report.announced} to be worked on")
    click.echo(f"done: {report.files} files, {report.announced} to be worked on")
