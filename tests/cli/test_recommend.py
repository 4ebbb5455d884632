"""`recommend`: what to hear next, and why, in columns and as JSON."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from moodrop import Client
from service.settings import Settings
from tests.cli.command import Command
from tests.conftest import Service

pytestmark = pytest.mark.real


@pytest.fixture
def song(moodrop: Command, a_file: Callable[..., Path], shared_service: tuple[Service, Settings], token: str) -> str:
    """The id of the newest song, in a mood."""
    with Client(shared_service[0].url, token) as client:
        return client.upload(a_file("song.mp3"), title="Blue", mood="happy", duration_seconds=90).file_id


def test_each_file_comes_with_its_reason(moodrop: Command, song: str) -> None:
    rows = [line.split("\t") for line in moodrop("recommend", "--mood", "happy", "--strict", "--limit", "50").lines]

    assert [song, "new", "1:30", "Blue"] in rows


def test_as_json_it_says_all_that_the_service_says(moodrop: Command, song: str) -> None:
    rows = [json.loads(line) for line in moodrop("recommend", "--mood", "happy", "--limit", "50", "--json").lines]

    [row] = [row for row in rows if row["file"]["file_id"] == song]
    assert row["why"] == {"code": "new_here", "file_id": None, "count": None, "days": None}
    assert len(moodrop("recommend", "--limit", "1").lines) == 1


def test_a_mood_that_there_is_not(moodrop: Command) -> None:
    ran = moodrop("recommend", "--mood", "furious")

    assert ran.code != 0
    assert "furious" in ran.err
