"""A forgotten password, over HTTP."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.accounts.usecases.codes import link_token_of_mail
from service.accounts.usecases.send_mails import text_of
from service.ports import Ports
from service.settings import Settings
from tests.helpers.accounts import (
    EMAIL,
    PASSWORD,
    accounts_ports,
    accounts_settings,
    code_in_mail,
    mails_to,
    page_of,
    register,
)

NEW_PASSWORD = "seven dwarfs and an apple tree"
SIGN_IN = {"email": EMAIL, "password": PASSWORD}


def forget(page: FlaskClient, email: str = EMAIL) -> None:
    """Ask for a code."""
    assert page.post("/api/auth/password/forgot", json={"email": email}).status_code == 202


def test_a_known_and_an_unknown_address_are_answered_alike(page: FlaskClient, accounts: Ports) -> None:
    """Status, fields and headers; nothing is sent to the unknown one."""
    register(page, accounts)
    known = page.post("/api/auth/password/forgot", json={"email": EMAIL})
    unknown = page.post("/api/auth/password/forgot", json={"email": "nobody@example.com"})

    assert known.status_code == unknown.status_code == 202
    assert known.get_json().keys() == unknown.get_json().keys()
    assert [name for name, _ in known.headers] == [name for name, _ in unknown.headers]
    assert mails_to(accounts)[0].template == "reset"
    assert mails_to(accounts, "nobody@example.com")[0].template == "none"
    reset = {
        "email": "nobody@example.com",
        "code": code_in_mail(accounts, "nobody@example.com"),
        "password": NEW_PASSWORD,
    }
    assert page.post("/api/auth/password/reset", json=reset).get_json()["code"] == "code_invalid"


@pytest.mark.parametrize("by_link", [True, False], ids=["link", "code"])
def test_a_new_password_ends_every_session_and_signs_nobody_in(
    page: FlaskClient, accounts: Ports, by_link: bool
) -> None:
    """Whoever had the old one is out at once, scripts too; the owner gets a notice."""
    elsewhere = page_of(accounts, accounts_settings())
    register(page, accounts)
    elsewhere.post("/api/auth/login", json=SIGN_IN)
    script = page.post("/api/auth/login", json={**SIGN_IN, "tokens": True}).get_json()
    stranger = page_of(accounts, accounts_settings())
    forget(stranger)
    mail = mails_to(accounts)[0]
    proof: dict[str, Any] = {"token": link_token_of_mail(accounts, mail)}
    if not by_link:
        proof = {"email": EMAIL, "code": code_in_mail(accounts)}
    reset = stranger.post("/api/auth/password/reset", json={**proof, "password": NEW_PASSWORD})

    assert (reset.status_code, reset.data) == (204, b"")
    assert "Set-Cookie" not in reset.headers
    assert [client.get("/v1/files").status_code for client in (page, elsewhere)] == [401, 401]
    refreshed = page.post("/api/auth/refresh", json={"refresh_token": script["refresh_token"]})
    assert refreshed.get_json()["code"] == "session_revoked"
    assert page.post("/api/auth/login", json=SIGN_IN).status_code == 401
    assert page.post("/api/auth/login", json={**SIGN_IN, "password": NEW_PASSWORD}).status_code == 201
    notice = mails_to(accounts)[0]
    assert (notice.template, notice.values) == ("notice", {"what": "password_changed"})
    again = stranger.post("/api/auth/password/reset", json={**proof, "password": PASSWORD})
    assert again.get_json()["code"] == "code_invalid"


def test_a_weak_password_leaves_the_code_as_it_was(page: FlaskClient, accounts: Ports) -> None:
    """Nobody has to ask for another mail because of it."""
    register(page, accounts)
    forget(page)
    proof = {"email": EMAIL, "code": code_in_mail(accounts)}
    for _ in range(6):
        weak = page.post("/api/auth/password/reset", json={**proof, "password": "password12"})
        assert weak.get_json()["code"] == "password_weak"
    assert page.post("/api/auth/password/reset", json={**proof, "password": NEW_PASSWORD}).status_code == 204


def test_who_was_locked_out_by_tries_is_let_in_after_a_reset(page: FlaskClient, accounts: Ports) -> None:
    """The mail proved who it is."""
    register(page, accounts)
    for _ in range(6):
        refused = page.post("/api/auth/login", json={**SIGN_IN, "password": "wrong but long enough"})
    assert refused.status_code == 429
    forget(page)
    page.post(
        "/api/auth/password/reset", json={"email": EMAIL, "code": code_in_mail(accounts), "password": NEW_PASSWORD}
    )
    assert page.post("/api/auth/login", json={**SIGN_IN, "password": NEW_PASSWORD}).status_code == 201


@pytest.mark.parametrize("then", ["another address", "leaves"])
def test_a_code_is_over_when_the_address_is_no_longer_that_of_an_account(
    page: FlaskClient, accounts: Ports, then: str
) -> None:
    """Whoever reads the old mailbox cannot come back by an earlier mail."""
    register(page, accounts)
    forget(page)
    proof = {"email": EMAIL, "code": code_in_mail(accounts)}
    if then == "leaves":
        page.post("/api/auth/account/leave", json={"email": EMAIL})
    else:
        new = "lovelace@example.com"
        page.post("/api/auth/email", json={"email": new})
        changed = page.post("/api/auth/email/verify", json={"email": new, "code": code_in_mail(accounts, new)})
        assert changed.status_code == 200
    reset = page.post("/api/auth/password/reset", json={**proof, "password": NEW_PASSWORD})
    assert reset.get_json()["code"] == "code_invalid"


def test_a_code_to_sign_in_sets_no_password(page: FlaskClient, accounts: Ports) -> None:
    """Purposes do not mix."""
    register(page, accounts)
    page.post("/api/auth/otp/send", json={"email": EMAIL})
    mixed = {"email": EMAIL, "code": code_in_mail(accounts), "password": NEW_PASSWORD}
    assert page.post("/api/auth/password/reset", json=mixed).get_json()["code"] == "code_invalid"


def test_the_link_leads_to_the_configured_address(ports: Ports) -> None:
    """A forged Host header would send the token to a stranger."""
    settings: Settings = accounts_settings(public_url="https://moodrop.example", allow_open_on_network=True)
    made = accounts_ports(ports, settings)
    page = page_of(made, settings)
    register(page, made)
    page.post("/api/auth/password/forgot", json={"email": EMAIL}, headers={"Host": "evil.example"})
    text = text_of(made, mails_to(made)[0]).text

    assert "https://moodrop.example/reset#" in text
    assert "evil.example" not in text


def test_another_sites_page_cannot_ask(page: FlaskClient) -> None:
    """Nor send mails in somebody's name."""
    page.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    asked = page.post("/api/auth/password/forgot", json={"email": EMAIL})
    assert asked.get_json()["code"] == "foreign_origin"
