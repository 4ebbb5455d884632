"""HISTORY, HISTORY_KEEP_DAYS, RECOMMENDER_URL and RECOMMENDER_TOKEN."""

import re

import pytest
from pydantic import ValidationError

from service.app import build_ports, create_app, features_of
from service.listening.adapters.http_recommender import HttpRecommender
from service.operations.usecases.sweeper import history_job
from service.ports import Ports
from service.settings import Settings
from service.uploads.policy import Policy
from tests.builders import later
from tests.helpers.listening import a_report, a_song, history_of, report, with_history


@pytest.mark.parametrize("history", [True, False], ids=["on", "off"])
def test_history_decides_what_is_offered_and_whether_deletions_are_announced(history: bool) -> None:
    settings = Settings(auth_mode="open", history=history)

    assert features_of(settings).history is history
    assert features_of(settings).recommendations is history
    assert Policy.from_settings(settings).announces_deletions is history


@pytest.mark.parametrize("history_keep_days", [-1, 36_501])
def test_history_keep_days_is_a_number_of_days(history_keep_days: int) -> None:
    with pytest.raises(ValidationError):
        Settings(auth_mode="open", history_keep_days=history_keep_days)


def test_history_keep_days_is_obeyed_by_the_sweeper_and_the_command(ports: Ports) -> None:
    ports = with_history(ports)
    for days in (2, 6):
        past = later(ports, days=-days)
        report(past, a_report(past, a_song(past)))

    assert history_job(5).run(ports, lambda: True).total == 1
    settings = Settings(auth_mode="open", history_keep_days=1)
    done = create_app(settings, ports).test_cli_runner().invoke(args=["sweep"])

    assert done.exit_code == 0, done.output
    assert history_of(ports) == []


TOKEN = "0f6c2b1e9d8a47f3b5c6d7e8f9012a3b"


def test_recommender_url_decides_who_reads_the_model() -> None:
    settings = Settings(auth_mode="open", recommender_url="http://recommender:5001/path", recommender_token=TOKEN)

    ports, alone = (build_ports(one) for one in (settings, Settings(auth_mode="open")))

    assert isinstance(ports.recommender, HttpRecommender)
    assert alone.recommender is None
    assert TOKEN in settings.secrets


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"recommender_url": "http://recommender:5001"}, "needs RECOMMENDER_TOKEN"),
        ({"recommender_url": "recommender:5001", "recommender_token": TOKEN}, "must look like http://recommender:5001"),
        ({"recommender_url": "http://a:b@c", "recommender_token": TOKEN}, "must look like http://recommender:5001"),
        ({"recommender_url": "http://c?d=e", "recommender_token": TOKEN}, "must look like http://recommender:5001"),
        ({"recommender_token": "short"}, "has fewer than 32 bytes"),
        ({"recommender_token": f"{TOKEN} {TOKEN}"}, "has characters that no header takes"),
        ({"recommender_token": f"{TOKEN}ö"}, "has characters that no header takes"),
    ],
    ids=["no token", "no scheme", "a user", "a query", "a weak token", "a blank", "outside ASCII"],
)
def test_a_wrong_recommender_is_told_before_the_start(values: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(words)):
        Settings(auth_mode="open", **values)
