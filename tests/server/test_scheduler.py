"""How the scheduler tells callers and kinds of requests apart, so that they can take turns."""

from typing import Any

import pytest
from gunicorn.config import Config

from service.server.connection import asks_store, caller_of, what_it_asks
from service.server.reading import RequestReader


def asked(line: str, *headers: str, body: bytes = b"") -> Any:
    lines = "\r\n".join([f"{line} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", *headers])
    return RequestReader(Config(), ("127.0.0.1", 1), lambda path: 1000).feed(f"{lines}\r\n\r\n".encode() + body)


@pytest.mark.parametrize(
    "line",
    [
        "POST /v1/uploads/1/confirm",
        "POST /v1/uploads/confirm",
        "POST /v1/uploads/1/complete",
        "POST /songs",
        "GET /s3/download-url?key=a",
        "DELETE /v1/uploads/1",
    ],
)
def test_what_may_wait_for_the_store_keeps_no_list_waiting(line: str) -> None:
    """Every call that accepts bytes, under all its addresses."""
    assert asks_store(asked(line))


@pytest.mark.parametrize("line", ["GET /songs", "GET /v1/files", "POST /v1/uploads", "POST /v1/files/download-urls"])
def test_what_asks_the_database_alone_goes_beside_it(line: str) -> None:
    """Such calls alternate with confirms and do not queue behind them."""
    assert not asks_store(asked(line))


def test_the_same_again_is_known_by_caller_address_and_body() -> None:
    """Another address, another body or another caller makes another request."""
    first = asked("POST /songs", body=b'{"key": "a"}')
    same = asked("POST /songs", "X-Request-ID: 2", body=b'{"key": "a"}')

    assert what_it_asks(first, "alice") == what_it_asks(same, "alice")
    others = [
        what_it_asks(first, "bob"),
        what_it_asks(asked("POST /songs", body=b'{"key": "b"}'), "alice"),
        what_it_asks(asked("POST /songs?a=b", body=b'{"key": "a"}'), "alice"),
    ]
    assert what_it_asks(first, "alice") not in others


def test_callers_are_told_apart_by_what_they_show() -> None:
    """By token, else by cookie, else by address."""
    assert caller_of(asked("GET /", "Cookie: c", "Authorization: a"), "127.0.0.1") == "a"
    assert caller_of(asked("GET /", "Cookie: c"), "127.0.0.1") == "c"
    assert caller_of(asked("GET /"), "127.0.0.1") == "127.0.0.1"
