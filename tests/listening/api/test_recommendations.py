"""Recommendations and radios over HTTP: what may be asked for, and what the answer says."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.listening.recommend.model import Neighbours
from service.ports import Ports
from service.settings import Settings
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.uploads.metadata import PUBLIC
from tests.builders import BOB
from tests.helpers.api import UNKNOWN_ID
from tests.helpers.listening import SONG_S, a_report, a_song, report, with_recommendations
from tests.helpers.openapi_check import CheckedClient
from tests.helpers.problems import assert_problem

LOCAL = Caller("local", frozenset(ALL_SCOPES))


@pytest.fixture
def ports(ports: Ports) -> Ports:
    return with_recommendations(ports)


@pytest.fixture
def client(ports: Ports) -> FlaskClient:
    app = create_app(Settings(auth_mode="open"), ports)
    app.test_client_class = CheckedClient
    return app.test_client()


def radio(client: FlaskClient, **body: Any) -> Any:
    return client.post("/v1/radio", json=body)


def test_an_answer_has_files_as_other_calls_show_them_and_reasons(client: FlaskClient, ports: Ports) -> None:
    played, near_by = (a_song(ports, BOB, visibility=PUBLIC) for _ in range(2))
    report(ports, a_report(ports, played, SONG_S, ago=86_400), caller=LOCAL)
    ports.neighbours.put_many([Neighbours(played.upload_id, (near_by.upload_id,), (1.0,), "a fit")])

    answered = client.get("/v1/recommendations?mood=happy&limit=1")

    assert answered.headers["Cache-Control"] == "no-store"
    assert answered.json == {
        "recommendations": [
            {
                "file": client.get(f"/v1/files/{near_by.upload_id}").json,
                "why": {"code": "because_you_played", "file_id": played.upload_id, "count": None, "days": None},
            }
        ],
        "how": "learned",
    }


def test_an_empty_library_has_an_empty_answer(client: FlaskClient) -> None:
    nothing = {"recommendations": [], "how": "rules"}

    assert client.get("/v1/recommendations").json == nothing
    assert radio(client).json == nothing


def test_a_radio_goes_on(client: FlaskClient, ports: Ports) -> None:
    first, second = (a_song(ports, LOCAL).upload_id for _ in range(2))

    answered = radio(client, file_id=first, played=[first], limit=1).json
    again = radio(client, mood="happy", played=[first, second], refused=[second], limit=2).json

    assert [row["file"]["file_id"] for row in answered["recommendations"]] == [second]
    assert [row["file"]["file_id"] for row in again["recommendations"]] == [first]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=51", "limit=x", "strict=2", "mood=happy&mood=sad", "owner=bob", f"mood={'m' * 41}", "cursor=a"],
)
def test_parameters_that_there_are_not(client: FlaskClient, query: str) -> None:
    assert client.get(f"/v1/recommendations?{query}").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"played": [UNKNOWN_ID] * 201},
        {"refused": [UNKNOWN_ID] * 201},
        {"played": ["../x"]},
        {"played": UNKNOWN_ID},
        {"file_id": "x"},
        {"limit": 0},
        {"limit": "5"},
        {"strict": "yes"},
        {"owner": "bob"},
    ],
    ids=["played", "refused", "an id", "no list", "file", "limit", "text", "strict", "unknown"],
)
def test_bodies_that_are_no_radio(client: FlaskClient, body: Any) -> None:
    assert client.post("/v1/radio", json=body).status_code == 422


def test_a_mood_and_a_file_that_there_are_not(client: FlaskClient, ports: Ports) -> None:
    """Somebody's private file is as unknown as none."""
    hidden = a_song(ports, BOB).upload_id

    assert_problem(client.get("/v1/recommendations?mood=furious"), 422, "mood_not_allowed")
    assert_problem(radio(client, mood="furious"), 422, "mood_not_allowed")
    assert_problem(radio(client, file_id=UNKNOWN_ID), 404, "file_not_found")
    assert_problem(radio(client, file_id=hidden), 404, "file_not_found")
