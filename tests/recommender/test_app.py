"""The recommender's own API: who may ask, what a question is, and what it answers when the database is down."""

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from dev.ports import free_port
from recommender.app import MOST_BYTES, RecommenderApp
from service.listening.memory.neighbours import MemoryNeighbours
from service.listening.mongo.neighbours import MongoNeighbours
from service.listening.recommend.model import Neighbours, mood_item
from service.listening.usecases.stored_model import StoredModel
from service.settings import Settings
from service.shared.mongo.client import open_database

ONE, TWO, THREE = (f"{number:026d}" for number in range(3))
TOKEN = "the token of these tests"
QUESTION: dict[str, Any] = {"heard": [{"file_id": ONE, "count": 2}], "mood": "happy"}
AUTHORIZATION = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def client() -> Client:
    neighbours = MemoryNeighbours()
    neighbours.put_many(
        [Neighbours(ONE, (TWO,), (1.5,), "a fit"), Neighbours(mood_item("happy"), (THREE,), (4,), "a fit")]
    )
    return Client(RecommenderApp(StoredModel(neighbours), TOKEN))


def ask(client: Client, question: Any = QUESTION, **options: Any) -> TestResponse:
    return client.post("/recommendations", **{"json": question, "headers": AUTHORIZATION, **options})


def test_suggestions_come_best_first(client: Client) -> None:
    response = ask(client)

    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.json == {
        "suggestions": [
            {"file_id": TWO, "score": 1.0, "because": ONE},
            {"file_id": THREE, "score": 0.1, "because": None},
        ]
    }
    assert ask(client, QUESTION | {"limit": 1}).json["suggestions"][1:] == []  # type: ignore[index]


def test_an_unknown_taste_has_no_suggestions(client: Client) -> None:
    assert ask(client, {}).json == {"suggestions": []}


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": TOKEN}, {"Authorization": "Bearer "}, {"Authorization": "Bearer tökén"}],
    ids=["none", "no scheme", "empty", "outside ASCII"],
)
def test_only_the_token_lets_in(client: Client, headers: dict[str, str]) -> None:
    response = ask(client, headers=headers)

    assert (response.status_code, response.mimetype) == (401, "application/problem+json")
    assert response.json == {"status": 401, "code": "token_invalid", "title": response.json["title"]}  # type: ignore[index]


@pytest.mark.parametrize(
    "question",
    [
        [],
        {"heard": [{"file_id": "x", "count": 1}]},
        {"heard": [{"file_id": ONE, "count": 0}]},
        {"heard": [{"file_id": ONE, "count": 1}] * 51},
        {"refused": [ONE] * 201},
        {"mood": "m" * 41},
        {"limit": 301},
        {"owner": "alice"},
    ],
    ids=["list", "id", "count", "heard", "refused", "mood", "limit", "owner"],
)
def test_what_is_no_question(client: Client, question: Any) -> None:
    response = ask(client, question)

    assert (response.status_code, response.json["code"]) == (422, "validation_failed")  # type: ignore[index]


def test_what_is_no_json(client: Client) -> None:
    assert ask(client, None, data=b"<html>").status_code == 422
    assert ask(client, None, data=b" " * (MOST_BYTES + 1)).status_code == 413


def test_other_addresses_and_methods(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/recommendations").status_code == 405
    assert client.get("/").status_code == 404


def test_without_a_database_it_says_when_to_come_back() -> None:
    database = open_database(Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/"))
    response = ask(Client(RecommenderApp(StoredModel(MongoNeighbours(database)), TOKEN)))
    database.client.close()

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.json["code"] == "database_unavailable"  # type: ignore[index]
