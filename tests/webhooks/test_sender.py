"""Webhooks as receivers get them: signed, never redirected, and never waited for longer than ten seconds."""

import http.server
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import WebhookVerificationError

from dev.ports import free_port
from service.webhooks.model import Delivery
from service.webhooks.ports.sender import NotTaken
from tests.helpers.webhook_server import OTHER_SECRET, SECRET, WebhookServer, webhook_server
from worker.webhooks import sender as webhook_sender
from worker.webhooks.sender import HttpWebhookSender

BODY = '{"type":"file.ready","data":{"title":"Tönë"}}'


def a_delivery() -> Delivery:
    now = datetime.now(UTC)
    return Delivery("msg_1", "r", "http://127.0.0.1", "file.ready", "f", BODY, "due", now, now, now + timedelta(days=1))


@pytest.fixture
def server() -> Iterator[WebhookServer]:
    with webhook_server() as running:
        yield running


def send(server: WebhookServer, *secrets: str) -> None:
    HttpWebhookSender(secrets or (SECRET,)).send(a_delivery(), f"{server.url}?a=b", datetime.now(UTC))


def test_a_receiver_verifies_it_by_the_library(server: WebhookServer) -> None:
    send(server)

    (request,) = server.received
    assert request.verify() == {"type": "file.ready", "data": {"title": "Tönë"}}
    assert (request.path, request.headers["webhook-id"]) == ("/hooks/secret-of-the-path?a=b", "msg_1")
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    with pytest.raises(WebhookVerificationError):
        request.verify(OTHER_SECRET)


def test_while_a_secret_is_replaced_both_sign(server: WebhookServer) -> None:
    """So receivers can change theirs in between."""
    send(server, OTHER_SECRET, SECRET)

    assert server.received[0].verify(SECRET) == server.received[0].verify(OTHER_SECRET)


@pytest.mark.parametrize(("status", "is_final"), [(500, False), (404, False), (302, False), (307, False), (410, True)])
def test_anything_but_success_is_not_taken(server: WebhookServer, status: int, is_final: bool) -> None:
    """410 says that nothing more is wanted. A redirect is not followed: only the operator says who is told."""
    server.statuses = [status]

    with pytest.raises(NotTaken, match=f"status {status}") as problem:
        send(server)

    assert problem.value.is_final is is_final
    assert len(server.received) == 1


def _drip(handler: http.server.BaseHTTPRequestHandler) -> None:
    try:
        for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000:
            handler.wfile.write(bytes([letter]))
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


def _stay_silent(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.rfile.read(1)


def _send_garbage(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\xff" * 50 + b"\r\n\r\n")


def _without_end(beginning: bytes, more: bytes) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    """Send the beginning, and then more and more until the line is cut."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            handler.wfile.write(beginning)
            while True:
                handler.wfile.write(more)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        _drip,
        _stay_silent,
        _send_garbage,
        # Each is a whole answer, after which another has to come.
        pytest.param(_without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), id="continues"),
        pytest.param(_without_end(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536), id="a_line"),
        pytest.param(_without_end(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n" * 1000), id="headers"),
    ],
)
def test_a_receiver_that_never_answers_properly_is_left_in_time(
    server: WebhookServer, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    """Also one that sends a byte now and then: each alone is in time."""
    monkeypatch.setattr(webhook_sender, "TIMEOUT_S", 1)
    server.answer = answer  # type: ignore[assignment]
    started = time.monotonic()

    with pytest.raises(NotTaken, match="no answer"):
        send(server)

    assert time.monotonic() - started < 15


def test_what_is_said_of_a_failure_holds_no_address() -> None:
    """An address like https://chat.example/hooks/<token> is a secret."""
    sender = HttpWebhookSender((SECRET,))

    with pytest.raises(NotTaken) as problem:
        sender.send(a_delivery(), f"http://127.0.0.1:{free_port()}/secret-of-the-path", datetime.now(UTC))

    assert str(problem.value) == "no answer (ConnectionRefusedError)"
