"""What the commands of all houses share."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from service.shared.errors import MoodropError


@contextmanager
def problems_ending_command() -> Iterator[None]:
    """End the command with the detail, code and hint of what went wrong."""
    try:
        yield
    except MoodropError as error:
        raise click.ClickException(f"{error.detail} ({error.code}). {error.hint}") from error


def printable(text: str) -> str:
    """Return the text with everything escaped that a terminal might act on."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
