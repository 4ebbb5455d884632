"""What a command says: results on stdout, failures on stderr; with --json both on stdout, an object a line."""

import json
import re
import sys
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import category

import typer

from moodrop.cli.exit_codes import ExitCode
from moodrop.cli.failures import as_dict, exit_code_of, line_of

NOT_ASCII = re.compile("[^\x00-\x7f]")


class Report:
    """Takes results and failures one by one, and ends with the exit code that they add up to."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._codes: set[ExitCode] = set()

    def result(self, value: Any, *cells: object) -> None:
        """Show it: the cells with tabs between, or with --json the value."""
        if self.as_json:
            write(as_json(value) + "\n")
        else:
            write("\t".join(printable("" if cell is None else str(cell)) for cell in cells) + "\n")

    def failed(self, what: str, error: Exception) -> None:
        """Show what went wrong with one of them, and go on."""
        self._codes.add(exit_code_of(error))
        if self.as_json:
            write(as_json({"source": what, "error": as_dict(error)}) + "\n")
        else:
            line = line_of(error)
            # The errors about local files name the file themselves.
            is_named = not what or line.startswith((f"{what}: ", f"{what} "))
            self.note(line if is_named else f"{what}: {line}")

    def note(self, line: str) -> None:
        """Say something that is no result."""
        print(f"moodrop: {printable(line)}", file=sys.stderr, flush=True)  # noqa: T201

    def finish(self) -> None:
        """Raise typer.Exit where something failed."""
        if self._codes:
            raise typer.Exit(self._codes.pop() if len(self._codes) == 1 else ExitCode.SOME_FAILED)


def printable(text: str) -> str:
    """Return it so that a file's name can move no cursor and break no line."""
    return "".join(c if c.isprintable() or category(c) == "Zs" else f"\\u{ord(c):04x}" for c in text)


def as_json(value: Any) -> str:
    """Return it in ASCII. Bytes of a name that are no text are escaped as in `printable`: JSON has no form for them."""
    text = json.dumps(value, default=_plain, ensure_ascii=False)
    return NOT_ASCII.sub(lambda found: _escaped(found[0]), text)


def _escaped(character: str) -> str:
    is_half = category(character) == "Cs"
    return f"\\\\u{ord(character):04x}" if is_half else json.dumps(character)[1:-1]


class ReaderGone(SystemExit):
    """Nobody reads what is printed any more: `moodrop ls | head`."""


def write(text: str) -> None:
    """Print it at once, so that a reader in a pipe sees each result when it is there. Raises ReaderGone."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise ReaderGone from None


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON for {value!r}")
