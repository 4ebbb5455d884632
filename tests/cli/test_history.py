"""`history`: what one listened to, listed, cleared and switched off."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from moodrop import Client, ListenReport
from service.settings import Settings
from tests.cli.command import Command
from tests.conftest import Service

pytestmark = pytest.mark.real

AFile = Callable[..., Path]


@pytest.fixture
def played(moodrop: Command, a_file: AFile, shared_service: tuple[Service, Settings], token: str) -> list[str]:
    """The ids of a song and of a film, which were played one after the other."""
    ids = []
    with Client(shared_service[0].url, token) as client:
        for at, (name, title) in enumerate((("song.mp3", "Blue"), ("film.mp4", "Red"))):
            file_id = client.upload(a_file(name), title=title, duration_seconds=90).file_id
            started_at = datetime.now(UTC) - timedelta(seconds=600 - at)
            client.history().report(
                "a-session", [ListenReport(file_id=file_id, started_at=started_at, listened_seconds=61)]
            )
            ids.append(file_id)
    return ids


def test_the_newest_is_listed_first(moodrop: Command, played: list[str]) -> None:
    """With what pipes need in the first column."""
    song, film = played

    rows = [line.split("\t") for line in moodrop("history").lines]

    assert [(row[0], *row[2:]) for row in rows] == [(film, "1:01", "1:30", "Red"), (song, "1:01", "1:30", "Blue")]
    assert moodrop("history", "--kind", "audio").lines == moodrop("history").lines[1:]
    assert moodrop("history", "--since", "2999-01-01").lines == []
    [first, _] = [json.loads(line) for line in moodrop("history", "--json").lines]
    assert (first["file"]["file_id"], first["counted"], first["gone"]) == (film, True, False)


def test_a_file_that_is_gone_shows_with_json_alone(moodrop: Command, played: list[str]) -> None:
    """A pipe has no use for it. Soon the listen is removed as well."""
    moodrop("rm", played[0])

    assert len(moodrop("history").lines) == 1
    shown = [json.loads(line) for line in moodrop("history", "--json").lines]
    assert {row["gone"]: row["file"] is None for row in shown}.get(True, True)


def test_a_history_is_cleared_of_one_file_and_of_all(moodrop: Command, played: list[str]) -> None:
    assert moodrop("history", "clear", "--file", played[0]).out == "deleted\n"
    assert [line.split("\t")[0] for line in moodrop("history").lines] == [played[1]]
    assert moodrop("history", "clear", "--json").out == '{"cleared": true, "file_id": null}\n'
    assert moodrop("history").lines == []


def test_a_history_is_switched_off_and_on(moodrop: Command, played: list[str]) -> None:
    """What was kept before stays."""
    assert moodrop("history", "off").out == "your history is not kept\n"
    assert len(moodrop("history").lines) == 2
    assert moodrop("history", "on", "--json").out == '{"enabled": true}\n'


@pytest.mark.parametrize(
    "words",
    ["off --file x", "clear --kind audio", "list --file x", "twice", "--since tomorrow"],
    ids=lambda words: words.replace(" ", "_"),
)
def test_what_makes_no_sense_is_refused(moodrop: Command, words: str) -> None:
    """Before anything is deleted."""
    ran = moodrop("history", *words.split())

    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err
