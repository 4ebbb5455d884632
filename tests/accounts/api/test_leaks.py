"""A person's way from registering to a new password: each secret is in the answer that gives it, and nowhere else."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Response, request
from flask.testing import FlaskClient

from service.accounts.usecases.send_mails import send_due_mails
from service.ports import Ports
from service.settings import Settings
from tests.helpers.accounts import EMAIL, PASSWORD, accounts_ports, accounts_settings, bearer, make_key, page_of
from tests.helpers.mail_server import MailServer, running_mail_server
from tests.log_scan import leaks_of

NEW_PASSWORD = "seven dwarfs and an apple tree"
NOBODY = "nobody@example.com"
# In which answers each is: to whoever typed it, or whose it is.
WHERE: dict[str, set[str]] = {
    "the address": {
        *("POST /api/auth/register", "POST /api/auth/verify-email", "GET /api/auth/session"),
        *("POST /api/auth/password/forgot", "GET /api/auth/account"),
    },
    "the unknown address": {"POST /api/auth/password/forgot"},
    "the verification token": {"POST /api/auth/register"},
    "the session": {"POST /api/auth/verify-email"},
    "the API key": {"POST /api/auth/api-keys"},
    "the device code": {"POST /api/auth/device"},
    "the refresh token": {"POST /api/auth/login"},
    "the next refresh token": {"POST /api/auth/refresh"},
    "the access token": {"POST /api/auth/login"},
    "the next access token": {"POST /api/auth/refresh"},
}


@dataclass
class Flow:
    """A service whose mails are sent, every answer that it gave, and the secrets of the flow by their names."""

    page: FlaskClient
    ports: Ports
    server: MailServer
    answers: list[tuple[str, str]] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=lambda: {"the password": PASSWORD, "the address": EMAIL})

    def keep(self, response: Response) -> Response:
        shown = "" if response.direct_passthrough else response.get_data(as_text=True)
        self.answers.append((f"{request.method} {request.path}", f"{response.headers}{shown}"))
        return response

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.page.post(f"/api/auth/{path}", json=body)
        assert answer.status_code < 300, answer.text
        return dict(answer.get_json(silent=True) or {})

    def mailed(self, name: str) -> str:
        """Send what is due; the digits of the last mail, which are a secret, as its link is."""
        send_due_mails(self.ports)
        text = self.server.mails[-1].get_body(("plain",))
        assert text
        words = text.get_content().split()
        self.secrets[f"the link of {name}"] = next(word for word in words if "#" in word).partition("#")[2][-43:]
        self.secrets[name] = next(word for word in words if word.isdecimal() and len(word) == 6)
        return self.secrets[name]

    def where(self, secret: str) -> set[str]:
        """The calls whose answers hold it."""
        return {call for call, shown in self.answers if secret in shown}


@pytest.fixture
def settings() -> Iterator[tuple[Settings, MailServer]]:
    with running_mail_server() as server:
        mail = {"smtp_url": f"smtp://127.0.0.1:{server.port}", "mail_from": "moodrop@example.org"}
        yield accounts_settings(mail_page=False, **mail), server


@pytest.fixture
def flow(ports: Ports, settings: tuple[Settings, MailServer], caplog: pytest.LogCaptureFixture) -> Flow:
    """All that a person and a script do, to its end."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, "mail.log")  # of the server that takes the mails
    ports = accounts_ports(ports, settings[0])
    flow = Flow(page_of(ports, settings[0]), ports, settings[1])
    flow.page.application.after_request(flow.keep)
    _come_in(flow)
    _use_scripts(flow)
    _choose_a_new_password(flow)
    return flow


def _come_in(flow: Flow) -> None:
    token = flow.post("register", email=EMAIL, password=PASSWORD)["verification_token"]
    flow.secrets["the verification token"] = token
    flow.post("verify-email", email=EMAIL, code=flow.mailed("the first code"), verification_token=token)
    cookie = flow.page.get_cookie("moodrop_session")
    assert cookie
    flow.secrets["the session"] = cookie.value
    assert flow.page.get("/api/auth/session").status_code == 200
    assert flow.page.get("/api/auth/account").status_code == 200


def _use_scripts(flow: Flow) -> None:
    key = flow.secrets["the API key"] = make_key(flow.page)["key"]
    assert flow.page.get("/api/auth/api-keys").status_code == 200
    assert flow.page.get("/v1/files", headers=bearer(key)).status_code == 200
    assert flow.page.get("/v1/files", headers=bearer(key[:-1])).status_code == 401
    flow.secrets["the device code"] = flow.post("device", name="moodrop on laptop")["device_code"]
    first = flow.post("login", email=EMAIL, password=PASSWORD, tokens=True)
    second = flow.post("refresh", refresh_token=first["refresh_token"])
    for name, pair in (("the", first), ("the next", second)):
        flow.secrets[f"{name} refresh token"] = pair["refresh_token"]
        flow.secrets[f"{name} access token"] = pair["access_token"]
    wrong = {"refresh_token": first["refresh_token"][:-1]}
    assert flow.page.post("/api/auth/refresh", json=wrong).status_code == 401
    assert flow.page.get("/api/auth/account/audit").status_code == 200


def _choose_a_new_password(flow: Flow) -> None:
    flow.secrets |= {"the new password": NEW_PASSWORD, "the unknown address": NOBODY}
    flow.post("password/forgot", email=NOBODY)
    flow.post("password/forgot", email=EMAIL)
    flow.post("password/reset", email=EMAIL, code=flow.mailed("the second code"), password=NEW_PASSWORD)
    send_due_mails(flow.ports)


def test_every_secret_is_in_the_answer_that_hands_it_out_and_in_no_other(flow: Flow) -> None:
    """Nor in its headers: mailed codes and passwords are in none at all."""
    assert {name: calls for name, secret in flow.secrets.items() if (calls := flow.where(secret))} == WHERE


def test_neither_audit_nor_log_names_a_secret_or_an_address(flow: Flow, caplog: pytest.LogCaptureFixture) -> None:
    """They are read by others than the owner, and kept for longer."""
    audit = flow.ports.accounts.audit.find()
    assert {"password_changed", "key_made", "signed_in"} <= {event.event for event in audit}
    for text in (*map(repr, audit), caplog.text):
        assert [name for name, secret in flow.secrets.items() if secret in text] == []
        assert leaks_of(text) == []


def test_nothing_is_left_in_the_outbox_once_all_is_sent(flow: Flow) -> None:
    """Two codes and a notice went out; the mail to nobody was dropped."""
    assert flow.ports.accounts.outbox.find() == []
    assert len(flow.server.mails) == 3
    assert {mail["To"] for mail in flow.server.mails} == {EMAIL}


def test_the_database_holds_no_secret_at_all(flow: Flow) -> None:
    """Digests, hashes, and what a code derives from; an address stands with its user and its codes alone."""
    stored = {name: repr(collection.find()) for name, collection in flow.ports.accounts.collections}
    stored["sessions"] = repr(flow.ports.sessions.find())
    for name, secret in flow.secrets.items():
        holders = {collection for collection, text in stored.items() if secret in text}
        assert holders <= ({"users", "codes"} if "address" in name else set()), name
