"""The command line: its commands, and how it ends."""

import os
import signal
import sys
from io import TextIOWrapper
from typing import Annotated

import typer
from typer.completion import completion_init

from moodrop.cli.arguments import Command
from moodrop.cli.commands.completion import completion
from moodrop.cli.commands.files import edit, ls, rm, url
from moodrop.cli.commands.get import get
from moodrop.cli.commands.history import history
from moodrop.cli.commands.recommend import recommend
from moodrop.cli.commands.session import login, logout, whoami
from moodrop.cli.commands.status import status
from moodrop.cli.commands.sync import sync
from moodrop.cli.commands.upload import upload
from moodrop.cli.failures import EXPECTED, exit_code_of
from moodrop.cli.report import ReaderGone, Report
from moodrop.version import __version__

INTERRUPTED = 130

app = typer.Typer(
    name="moodrop",
    help="Upload, list and download files on a Moodrop server.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain text help: rich would double the time that every command takes to start.
    rich_markup_mode=None,
)
for command in (login, logout, whoami, upload, ls, url, get, rm, edit, sync, status, history, recommend, completion):
    app.command(cls=Command)(command)


def _version(is_set: bool) -> None:
    if is_set:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command and exit with a code of docs/cli.md. Nothing that a user can cause shows a traceback."""
    completion_init()
    for stream in (sys.stdout, sys.stderr):
        # Show even names with characters that the terminal cannot print.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="moodrop")
    except EXPECTED as error:
        _abandon_stdout()
        Report(as_json="--json" in sys.argv).failed("", error)
        sys.exit(exit_code_of(error))
    except ReaderGone:
        _die_of(signal.SIGPIPE)
    except SystemExit as done:
        if done.code == INTERRUPTED:
            _die_of(signal.SIGINT)
        raise


def _abandon_stdout() -> None:
    """Drop output that stdout cannot take any more: Python would report it as an error at the end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _die_of(signal_: signal.Signals) -> None:
    """End by the signal itself, so that a shell stops its loop too. Waits for no thread."""
    signal.signal(signal_, signal.SIG_DFL)
    os.kill(os.getpid(), signal_)
