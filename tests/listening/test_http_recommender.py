"""A recommender that answers wrongly, late or never: the service waits 300 ms once, and follows rules."""

import http.server
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dev.ports import free_port
from service.listening.adapters.http_recommender import MOST_BYTES, PAUSE_S, TIMEOUT_S, HttpRecommender
from service.listening.ports.recommender import RecommenderUnavailable
from service.listening.recommend.model import Suggestion, Taste
from tests.helpers.webhook_server import WebhookServer, webhook_server

ONE, TWO = f"{1:026d}", f"{2:026d}"
TASTE = Taste(((ONE, 3),), "happy", (TWO,))
TOKEN = "the token of these tests"
GOOD = json.dumps({"suggestions": [{"file_id": TWO, "score": 0.5, "because": ONE}]}).encode()
# A busy machine wakes threads late.
SLACK_S = 1.5
Handler = http.server.BaseHTTPRequestHandler


@pytest.fixture
def server() -> Iterator[WebhookServer]:
    with webhook_server() as running:
        yield running


def recommender_at(server: WebhookServer, now: Callable[[], float] = time.monotonic) -> HttpRecommender:
    return HttpRecommender(f"http://127.0.0.1:{server.port}/path/", TOKEN, now)


def answering(body: bytes, status: int = 200, **headers: str) -> Callable[[Handler], None]:
    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def a_byte_at_a_time(handler: Handler) -> None:
    """Each byte comes within the time of a socket."""
    handler.send_response(200)
    handler.end_headers()
    for byte in GOOD * 100:
        time.sleep(TIMEOUT_S / 3)
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()


def test_a_question_names_the_taste_and_nobody(server: WebhookServer) -> None:
    server.answer = answering(GOOD)

    assert recommender_at(server).suggest(TASTE) == [Suggestion(TWO, 0.5, ONE)]
    (request,) = server.received
    assert request.path == "/path/recommendations"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    question = {"heard": [{"file_id": ONE, "count": 3}], "mood": "happy", "refused": [TWO], "limit": 300}
    assert json.loads(request.body) == question


ODD_ANSWERS: dict[str, Any] = {
    "HTML": answering(b"<!doctype html><title>Sign in</title>", content_type="text/html"),
    "nothing": answering(b""),
    "a list": answering(b"[]"),
    "an id that is none": answering(GOOD.replace(TWO.encode(), b"../../../etc/passwd")),
    "an error": answering(GOOD, 500),
    "a redirect": answering(b"", 307, Location="/path/elsewhere"),
    "too much": answering(b" " * (MOST_BYTES + 1)),
    "no UTF-8": answering(b'{"suggestions": "\xff"}'),
}


@pytest.mark.parametrize("answer", ODD_ANSWERS.values(), ids=ODD_ANSWERS)
def test_an_odd_answer_is_no_answer(server: WebhookServer, answer: Callable[[Handler], None]) -> None:
    server.answer = answer

    with pytest.raises(RecommenderUnavailable):
        recommender_at(server).suggest(TASTE)
    assert len(server.received) == 1


LATE: dict[str, Any] = {"never": lambda _handler: time.sleep(3), "a byte at a time": a_byte_at_a_time}


@pytest.mark.parametrize("answer", LATE.values(), ids=LATE)
def test_a_late_answer_is_not_waited_for(server: WebhookServer, answer: Callable[[Handler], None]) -> None:
    server.answer = answer
    started = time.monotonic()

    with pytest.raises(RecommenderUnavailable, match=r"within 0\.3 s"):
        recommender_at(server).suggest(TASTE)
    assert time.monotonic() - started < TIMEOUT_S + SLACK_S


def test_after_a_failure_it_is_left_alone_for_a_while(server: WebhookServer) -> None:
    """Else each of a worker's eight threads would wait in turn."""
    now = 100.0
    recommender = recommender_at(server, lambda: now)
    server.statuses = [500]
    for _ in range(3):
        with pytest.raises(RecommenderUnavailable):
            recommender.suggest(TASTE)
    assert len(server.received) == 1

    now += PAUSE_S
    server.answer = answering(GOOD)
    assert recommender.suggest(TASTE) == [Suggestion(TWO, 0.5, ONE)]


def test_nobody_listens(caplog: pytest.LogCaptureFixture) -> None:
    """The log says so once a minute, without the token or the address."""
    recommender = HttpRecommender(f"http://127.0.0.1:{free_port()}", TOKEN)
    for _ in range(3):
        with pytest.raises(RecommenderUnavailable):
            recommender.suggest(TASTE)

    (record,) = caplog.records
    assert "ConnectionRefusedError" in record.message
    assert TOKEN not in caplog.text
