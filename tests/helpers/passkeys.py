"""Passkeys over HTTP: adds one to the account of a page, and signs in with it."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.helpers.authenticator import HONEST, Ceremony, SoftPasskey, new_passkey

OPTIONS, ADD = "/api/auth/passkeys/options", "/api/auth/passkeys"
SIGN_IN_OPTIONS, SIGN_IN = "/api/auth/passkey/options", "/api/auth/passkey/login"
RECENT_OPTIONS, RECENT = "/api/auth/reauthenticate/passkey", "/api/auth/reauthenticate"


def options_of(page: FlaskClient, address: str) -> dict[str, Any]:
    """Ask for the options of a ceremony."""
    answer = page.post(address)
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.get_json()["options"]
    return options


def add_passkey(page: FlaskClient, name: str = "laptop", **values: Any) -> SoftPasskey:
    """Add a passkey to the account that is signed in on the page."""
    options = options_of(page, OPTIONS)
    passkey = new_passkey(options, **values)
    added = page.post(ADD, json={"name": name, "credential": passkey.attestation(options)})
    assert added.status_code == 201, added.text
    assert added.get_json()["passkey_id"] == passkey.passkey_id
    return passkey


def assertion_for(page: FlaskClient, passkey: SoftPasskey, ceremony: Ceremony = HONEST) -> dict[str, Any]:
    """What the passkey signs for a sign-in that the page begins."""
    return {"credential": passkey.assertion(options_of(page, SIGN_IN_OPTIONS), ceremony)}


def sign_in(page: FlaskClient, passkey: SoftPasskey, ceremony: Ceremony = HONEST) -> TestResponse:
    """Sign in with the passkey on the page."""
    return page.post(SIGN_IN, json=assertion_for(page, passkey, ceremony))
