"""What the server notes of a request that has its answer."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from service.server.finished import answered, refused_by_server
from service.server.refusals import TooSlow, refusal
from service.shared.request_facts import KEY, RequestFacts

FACTS = RequestFacts(request_id="mine", route="/v1/files")


def a_response(status: int = 200, *, sent: int = 7, length: int | None = None) -> Any:
    """Return what gunicorn knows of an answer: what it sent, and the length that it announced."""
    return SimpleNamespace(status_code=status, sent=sent, response_length=length)


def a_request(method: str = "GET") -> Any:
    return SimpleNamespace(method=method, taken_at=time.monotonic() - 5)


@pytest.mark.parametrize(
    ("method", "response", "size"),
    [
        ("GET", a_response(sent=7), 7),
        ("GET", a_response(sent=7, length=7), 7),
        ("GET", a_response(sent=0, length=1000), 1000),  # a file, which gunicorn hands to sendfile
        ("HEAD", a_response(sent=0, length=1000), 0),
        ("GET", a_response(204, sent=0, length=1000), 0),
        ("GET", a_response(304, sent=0, length=1000), 0),
    ],
)
def test_the_size_is_that_of_the_body_that_was_sent(method: str, response: Any, size: int) -> None:
    """A length may be announced of a body that is not sent."""
    assert answered(response, a_request(method), {}).body_bytes == size


@pytest.mark.parametrize(
    ("method", "noted"), [("DELETE", "DELETE"), ("get", "other"), ("PLANTED", "other"), ("TRACE", "other")]
)
def test_a_method_that_nobody_has_is_one_of_many(method: str, noted: str) -> None:
    """Anybody may send any word; each would be a series of its own."""
    assert answered(a_response(), a_request(method), {}).method == noted


def test_what_the_app_left_is_noted() -> None:
    """And the time since the request's last byte, in which it may have waited for a thread."""
    done = answered(a_response(), a_request(), {KEY: FACTS, "REMOTE_ADDR": "203.0.113.7"})

    assert (done.facts, done.address, done.in_log) == (FACTS, "203.0.113.7", True)
    assert 5 <= done.seconds < 240


def test_an_answer_without_a_status_was_a_failure() -> None:
    """gunicorn has none if the app raised before it began."""
    done = answered(SimpleNamespace(status_code=None, sent=0, response_length=None), a_request(), {})

    assert (done.status, done.facts) == (500, RequestFacts())


@pytest.mark.parametrize("in_log", [True, False])
def test_what_the_server_refuses_has_the_id_and_the_code_of_its_answer(*, in_log: bool) -> None:
    """It has neither a route nor a method: the request may be no request at all."""
    refused = refusal(TooSlow("its body"))
    assert refused
    done = refused_by_server(refused, "203.0.113.7", in_log=in_log)

    assert (done.method, done.status, done.body_bytes) == ("other", 408, len(refused.body))
    assert (done.address, done.in_log) == ("203.0.113.7", in_log)
    assert done.facts == RequestFacts(
        request_id=refused.request_id, problem="request_too_slow", problems=("request_too_slow",)
    )
