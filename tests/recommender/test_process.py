"""The recommender as it is deployed: gunicorn on the real mongod, asked by the service's own client over HTTP."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from dev.ports import free_port
from dev.project import ROOT
from service.listening.adapters.http_recommender import HttpRecommender
from service.listening.mongo.neighbours import MongoNeighbours
from service.listening.ports.recommender import RecommenderUnavailable
from service.listening.recommend.model import Neighbours, Suggestion, Taste, mood_item
from service.settings import Settings
from service.shared.mongo.client import open_database
from tests.helpers.worker import wait_until

pytestmark = pytest.mark.real

ONE, TWO, THREE = (f"{number:026d}" for number in range(3))
TOKEN = "0f6c2b1e9d8a47f3b5c6d7e8f9012a3b"
TASTE = Taste(((ONE, 2),), "happy")
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "python:recommender.gunicorn_conf", "recommender.wsgi:app"]


def environment(settings: Settings, **changes: str) -> dict[str, str]:
    given = {"MONGODB_URI": settings.mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}
    return {"PATH": os.environ["PATH"], **given, "RECOMMENDER_TOKEN": TOKEN, **changes}


@contextmanager
def recommender(settings: Settings, log: Path) -> Iterator[str]:
    """Run one until the block is left; return its address."""
    bind = f"127.0.0.1:{free_port()}"
    with log.open("wb") as file:
        command = [*GUNICORN, "--bind", bind]
        process = subprocess.Popen(command, cwd=ROOT, env=environment(settings), stdout=file, stderr=file)
    try:
        yield f"http://{bind}"
    finally:
        process.terminate()
        process.wait(30)


def ask(url: str, token: str = TOKEN) -> list[Suggestion]:
    return HttpRecommender(url, token).suggest(TASTE)


def test_it_answers_by_the_model_in_the_database(settings: Settings, tmp_path: Path) -> None:
    """A wrong token gets nothing, and the log names neither the token nor what was asked."""
    database = open_database(settings)
    neighbours = MongoNeighbours(database)
    neighbours.put_many(
        [Neighbours(ONE, (TWO,), (1.5,), "a fit"), Neighbours(mood_item("happy"), (THREE,), (4,), "a fit")]
    )
    answers: list[list[Suggestion]] = []

    def is_answered() -> bool:
        with suppress(RecommenderUnavailable):
            answers.append(ask(url))
        return bool(answers)

    with recommender(settings, tmp_path / "log") as url:
        wait_until(is_answered)
        with pytest.raises(RecommenderUnavailable, match="status 401"):
            ask(url, "another token")
    database.client.close()

    assert answers[0] == [Suggestion(TWO, 1.0, ONE), Suggestion(THREE, 0.1)]
    log = (tmp_path / "log").read_text()
    assert TOKEN not in log
    assert ONE not in log


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("RECOMMENDER_TOKEN", "", "must be set, to the same value as in the service"),
        ("RECOMMENDER_TOKEN", "short", "has fewer than 32 bytes"),
        ("MONGODB_URI", "http://db", "must look like mongodb://"),
    ],
    ids=["no token", "weak token", "no database"],
)
def test_a_wrong_setting_is_told_in_a_line(settings: Settings, name: str, value: str, words: str) -> None:
    """It does not start, and shows no secret."""
    command = [sys.executable, "-c", "import recommender.wsgi"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(settings, **{name: value}), capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
