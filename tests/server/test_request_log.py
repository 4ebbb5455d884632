"""The lines of the request log: which level, which fields, and what is cut out of them."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from service.server.finished import FinishedRequest
from service.server.logs.request_log import MOST_CHARACTERS, log, log_request, start_request_log
from service.shared.request_facts import RequestFacts
from tests.helpers.tokens import token

FACTS = RequestFacts(request_id="mine", caller="alice", route="/v1/files", problem="a_code")
DONE = FinishedRequest(method="GET", status=200, seconds=0.0123, body_bytes=7, address="203.0.113.7", facts=FACTS)


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Put the logger back: there is one in a process."""
    before = log.handlers, log.level, log.propagate
    yield
    log.handlers, log.level, log.propagate = before


def logged(capsys: pytest.CaptureFixture[str], *done: FinishedRequest, level: str = "debug") -> list[dict[str, Any]]:
    """Return the lines of these requests."""
    start_request_log(level)
    for one in done:
        log_request(one)
    for handler in log.handlers:
        handler.flush()
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def with_facts(**facts: str) -> FinishedRequest:
    return replace(DONE, facts=replace(FACTS, **facts))


@pytest.mark.parametrize(
    ("status", "route", "level"),
    [
        (200, "/v1/files", "info"),
        (304, "/v1/files", "info"),
        (400, "/v1/files", "warning"),
        (499, "/readyz", "warning"),
        (500, "/v1/files", "error"),
        (200, "/healthz", "debug"),
        (200, "/readyz", "debug"),
        (503, "/readyz", "error"),
    ],
)
def test_each_request_has_a_level(capsys: pytest.CaptureFixture[str], status: int, route: str, level: str) -> None:
    """A probe that fails is no quiet one."""
    done = replace(with_facts(route=route), status=status)

    assert [line["level"] for line in logged(capsys, done)] == [level]
    assert len(logged(capsys, done, level=level)) == 1
    louder = {"debug": "info", "info": "warning", "warning": "error"}.get(level)
    assert louder is None or logged(capsys, done, level=louder) == []


def test_a_line_says_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    """A field that is unknown is left out; a number is never unknown."""
    (line,) = logged(capsys, DONE)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "request_id": "mine",
        "caller": "alice",
        "address": "203.0.113.7",
        "method": "GET",
        "route": "/v1/files",
        "status": 200,
        "code": "a_code",
        "ms": 12.3,
        "bytes": 7,
    }

    (bare,) = logged(capsys, FinishedRequest(method="other", status=400, seconds=0.0, body_bytes=0, address=""))
    assert set(bare) == {"time", "level", "method", "status", "ms", "bytes"}


def test_refusals_beyond_the_quota_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever sends nonsense fills no disk."""
    assert logged(capsys, replace(DONE, in_log=False)) == []


def test_it_is_on_standard_output_alone(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """What is on standard error is text. To start it twice, as a reload does, doubles no line."""
    start_request_log("info")

    with caplog.at_level(logging.DEBUG):
        assert len(logged(capsys, DONE)) == 1

    assert caplog.records == []


@pytest.mark.parametrize("field", ["caller", "address", "request_id"])
def test_what_clients_choose_is_redacted(capsys: pytest.CaptureFixture[str], field: str) -> None:
    """People are called by their e-mail addresses, and tokens are sent in the wrong place."""
    for secret in (token(), "a.person@example.org"):
        done = replace(DONE, address=secret) if field == "address" else with_facts(**{field: secret})
        (line,) = logged(capsys, done)

        assert secret[:24] not in line[field]


def test_a_long_name_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """A token may name its owner by any text."""
    (line,) = logged(capsys, with_facts(caller="name " * 10_000))

    assert line["caller"] == ("name " * 100)[:MOST_CHARACTERS]


def test_an_id_of_our_own_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """It is what the error that a client reports has."""
    own = "5b0c1f3e9d4a4d0f8a5c2b7e6f1d0a93"
    (line,) = logged(capsys, with_facts(request_id=own))

    assert line["request_id"] == own


def test_a_text_of_a_client_is_no_second_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody writes lines for others."""
    (line,) = logged(capsys, with_facts(caller='a\n{"level": "error"}\u2028"b'))

    assert line["level"] == "info"
