"""TRUSTED_PROXIES: which proxies are believed about a request's origin."""

import logging

import pytest
from flask import request
from flask.testing import FlaskClient

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from tests.helpers.tokens import SECRET

FORWARDED = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("trusted_proxies", "address", "scheme"),
    [(0, "127.0.0.1", "http"), (1, "198.51.100.7", "https"), (2, "203.0.113.9", "http")],
)
def test_only_so_many_proxies_are_believed(ports: Ports, trusted_proxies: int, address: str, scheme: str) -> None:
    """Counted from the service; what the caller wrote comes before them and is ignored."""
    app = create_app(Settings(jwt_secret=SECRET, trusted_proxies=trusted_proxies), ports)
    seen = []
    app.before_request(lambda: seen.append((request.remote_addr, request.scheme)))

    app.test_client().get("/healthz", headers=FORWARDED)

    assert seen == [(address, scheme)]


def test_a_proxy_that_nobody_named_is_warned_of_once(page: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """Rate limits treat everybody behind it as one caller."""
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            page.post("/api/auth/otp/send", json={"email": "ada@example.com"}, headers=FORWARDED)

    assert caplog.text.count("TRUSTED_PROXIES=0") == 1
