"""The command `completion`."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer.completion import get_completion_script

from moodrop.cli.failures import CommandError

VARIABLE = "_MOODROP_COMPLETE"


class Shell(StrEnum):
    """A shell with completion."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    shell: Annotated[
        Shell | None, typer.Argument(help="Your shell (default: from $SHELL).", show_default=False)
    ] = None,
) -> None:
    """Print the shell completion script.

    Activate it with: eval "$(moodrop completion bash)"
    """
    name = Path(os.environ.get("SHELL", "")).name
    if shell is None and name not in list(Shell):
        raise CommandError("which shell? Run moodrop completion bash, zsh or fish")
    script = get_completion_script(prog_name="moodrop", complete_var=VARIABLE, shell=(shell or Shell(name)).value)
    typer.echo(script)
