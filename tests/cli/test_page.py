"""docs/cli.md: its commands run as printed, and its tables are complete."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from moodrop.cli.app import app
from moodrop.cli.exit_codes import ExitCode
from service.settings import Settings
from tests.cli.command import Command
from tests.conftest import ROOT, Service

PAGE = (ROOT / "docs/cli.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.real
def test_the_lines_work_as_printed(
    anybody: Command, a_file: Callable[..., Path], shared_service: tuple[Service, Settings], token: str
) -> None:
    """In order, by one user."""
    a_file("song.mp3")
    a_file("intro.mp3")
    (anybody.home / "token.txt").write_text(token)
    (anybody.home / "moodrop").write_text(f'#!/bin/sh\nexec {" ".join(anybody.line())} "$@"\n')
    (anybody.home / "moodrop").chmod(0o755)
    path = f"{anybody.home}:{anybody.environment['PATH']}"
    file_id = ""
    for block in BLOCKS:
        place = anybody.place({"PATH": path, "MOODROP_URL": shared_service[0].url, "ID": file_id})
        script = ["bash", "-euo", "pipefail", "-c", block]
        ran = subprocess.run(script, capture_output=True, text=True, check=False, **place)

        assert (0, "") == (ran.returncode, re.sub("^moodrop: .*; saved in .*\n", "", ran.stderr)), block
        file_id = file_id or anybody("ls", MOODROP_URL=shared_service[0].url).out.split("\t")[0]
    assert len(BLOCKS) > 2
    assert (anybody.home / "song.mp3").read_bytes() == (anybody.home / "songs" / "song.mp3").read_bytes()


def test_every_command_has_its_row() -> None:
    """And there is no row for a missing command."""
    commands = {command.callback.__name__ for command in app.registered_commands if command.callback}

    assert commands == set(re.findall(r"^\| `(\w+)", PAGE, re.MULTILINE))


def test_the_list_of_commands_is_not_cut(anybody: Command) -> None:
    """Each command's first sentence fits a narrow terminal."""
    listed = anybody("--help", COLUMNS="80").out

    assert "…" not in listed
    assert "..." not in listed.partition("Commands:")[2]


def test_every_exit_code_has_its_row() -> None:
    """Shells report SIGINT as 130 and SIGPIPE as 141."""
    assert {*map(int, ExitCode), 130, 141} == {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
