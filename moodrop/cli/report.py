"""Prints what a command reports: results on stdout, failures on stderr; with --json both on stdout, as objects."""

import json
import re
import sys
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import category

import typer

from moodrop.cli.exit_codes import ExitCode
from moodrop.cli.failures import as_dict, exit_code_of, line_of
from moodrop.model import METADATA_FIELDS, Metadata

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

NOT_ASCII = re.compile("[^\x00-\x7f]")


class Report:
    """Prints results and failures one by one, and ends with the exit code for all of them."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._codes: set[ExitCode] = set()

    def result(self, value: Any, *cells: object) -> None:
        """Print the cells with tabs between them, or the value with --json."""
        if self.as_json:
            write(as_json(value) + "\n")
        else:
            write("\t".join(printable("" if cell is None else str(cell)) for cell in cells) + "\n")

    def failed(self, what: str, error: Exception) -> None:
        """Print the failure of one item. The command continues."""
        self._codes.add(exit_code_of(error))
        if self.as_json:
            write(as_json({"source": what, "error": as_dict(error)}) + "\n")
        else:
            line = line_of(error)
            # Errors about local files name the file themselves.
            is_named = not what or line.startswith((f"{what}: ", f"{what} "))
            self.note(line if is_named else f"{what}: {line}")

    def note(self, line: str) -> None:
        """Print something on stderr that is not a result."""
        print(f"moodrop: {printable(line)}", file=sys.stderr, flush=True)  # noqa: T201

    def finish(self) -> None:
        """Raise typer.Exit if something failed."""
        if self._codes:
            raise typer.Exit(self._codes.pop() if len(self._codes) == 1 else ExitCode.SOME_FAILED)


def printable(text: str) -> str:
    """Return the text with control characters escaped: a file's name must not move the cursor or break a line."""
    return "".join(c if c.isprintable() or category(c) == "Zs" else f"\\u{ord(c):04x}" for c in text)


def as_json(value: Any) -> str:
    """Return ASCII JSON. Bytes of a name that are not text are escaped as in `printable`: JSON has no form for them."""
    text = json.dumps(value, default=_plain, ensure_ascii=False)
    return NOT_ASCII.sub(lambda match: _escaped(match[0]), text)


def _escaped(character: str) -> str:
    is_half = category(character) == "Cs"
    return f"\\\\u{ord(character):04x}" if is_half else json.dumps(character)[1:-1]


class ReaderGone(SystemExit):
    """The program that read the output has ended, as in `moodrop ls | head`."""


def write(text: str) -> None:
    """Print the text at once, so that a reader in a pipe gets each result immediately. Raises ReaderGone."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise ReaderGone from None


def _fields(value: "DataclassInstance") -> dict[str, Any]:
    """Return the fields by name; metadata comes last, after what identifies the file."""
    content = asdict(value)
    if isinstance(value, Metadata):
        content |= {name: content.pop(name) for name in METADATA_FIELDS}
    return content


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON for {value!r}")
