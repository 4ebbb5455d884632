"""Reads a command line, and recognizes a file whose name looks like an option."""

import os
from typing import Any

from typer.core import TyperCommand

from moodrop.cli.failures import CommandError
from moodrop.cli.report import printable


class Command(TyperCommand):
    """A command that explains how to name a file such as `-x.mp3`: usually a shell pattern has produced the name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            # typer brings its own copy of click, and its errors have no public name.
            if type(error).__name__ == "NoSuchOption" and (name := _file_among(given)):
                shown = printable(name)
                raise CommandError(f"{shown} is not an option but a file here: write ./{shown}") from error
            raise


def _file_among(arguments: list[str]) -> str | None:
    return next((one for one in arguments if one.startswith("-") and os.path.lexists(one)), None)
