"""The checks before each view: a call needs a caller unless this file says why it needs none."""

import pytest
from flask import Blueprint
from flask.testing import FlaskClient

from service.accounts.api.people import require_account, require_administrator
from service.shared.api.blueprints import secured_blueprint
from service.shared.api.secured import SecuredBlueprint, name_of_view
from service.shared.scopes import ALL_SCOPES
from tests.helpers.openapi_check import app

# The calls that need no caller, each with its reason.
OPEN = {
    "health.healthz": "says only that the process answers",
    "health.readyz": "says only what answers; for a load balancer, which has no token",
    "sessions.show": "says how to sign in",
    "sessions.sign_in": "requires the caller itself, from a token alone",
    "sessions.sign_out": "must work with a session that has ended",
    "events.store_event": "the store's call, which brings EVENTS_SECRET",
    "companion_calls.create_or_complete": "the address itself is signed",
    "companion_calls.list_parts": "the address itself is signed",
    "companion_calls.abort": "the address itself is signed",
    "documents.openapi": "public",
    "documents.docs": "public",
    "documents.catalogue": "public",
    "documents.static": "public: the scripts of /docs",
    "page.index": "public: the built page",
    "page.public": "public: the built page",
    "page.assets": "public: the built page",
    "page.share": "public: the built page, which says that the shared files did not arrive",
    "mail_page.show_mails": "for this machine alone, which is checked",
    "well_known.jwks": "public keys",
    "auth_state.show_session": "says how to sign in",
    "auth_state.logout": "must work with a session that has ended",
    "own_api_key.revoke_own": "requires the API key itself",
    "callback.come_back": "the provider sends people here; the state in the cookie is checked",
    **dict.fromkeys(
        (
            *("auth.register_account", "auth.verify_email", "auth.login", "auth.send_code", "auth.verify_code"),
            *("auth.refresh_tokens", "recovery.forgot", "recovery.reset", "guests.open_guest_session"),
            *("devices.begin", "devices.collect"),
            *("passkey_sign_in.sign_in_options", "passkey_sign_in.sign_in"),
        ),
        "makes a session or leads to one; other sites' pages are refused, and tries are counted",
    ),
}
APP = app()
ENDPOINTS = sorted({rule.endpoint for rule in APP.url_map.iter_rules()})


def _blueprint_of(endpoint: str) -> Blueprint | None:
    return APP.blueprints.get(endpoint.rpartition(".")[0])


def _needs_an_account(blueprint: Blueprint | None) -> bool:
    guards = blueprint.before_request_funcs.get(None, []) if blueprint else []
    return require_account in guards or require_administrator in guards


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_call_is_secured_or_open_for_a_reason(endpoint: str) -> None:
    """A view on any other kind of blueprint would answer everybody."""
    blueprint = _blueprint_of(endpoint)
    is_secured = isinstance(blueprint, SecuredBlueprint) or _needs_an_account(blueprint)

    assert is_secured is (endpoint not in OPEN)


@pytest.mark.parametrize(
    "endpoint", [endpoint for endpoint in ENDPOINTS if isinstance(_blueprint_of(endpoint), SecuredBlueprint)]
)
def test_a_secured_call_names_scopes_that_there_are(endpoint: str) -> None:
    """Without scopes, or with unknown ones, a call would be refused to everybody."""
    blueprint = _blueprint_of(endpoint)
    assert isinstance(blueprint, SecuredBlueprint)

    assert set(blueprint.scopes_of(name_of_view(endpoint))) <= set(ALL_SCOPES)


def test_what_is_declared_of_a_call_is_of_one_that_there_is() -> None:
    """A misspelt view would silently keep its blueprint's scopes."""
    for blueprint in APP.blueprints.values():
        if isinstance(blueprint, SecuredBlueprint):
            views = {name_of_view(each) for each in ENDPOINTS if each.startswith(f"{blueprint.name}.")}
            assert {*blueprint.call_scopes, *blueprint.writing_reads} <= views


def test_a_blueprint_brings_its_checks_along(client: FlaskClient) -> None:
    """New views need no extra code; without a declared scope not even admin gets in."""
    made = secured_blueprint("made", "/made", tag="test", call_scopes={"thing": ("files:read",)})
    made.add_url_rule("/thing", "thing", lambda: "a thing")
    made.add_url_rule("/forgotten", "forgotten", lambda: "nobody's")
    client.application.register_blueprint(made)

    assert client.get("/made/thing").get_data() == b"a thing"
    assert client.get("/made/thing?odd=1").get_json()["code"] == "validation_failed"
    assert client.get("/made/forgotten").status_code == 500
