"""Bad input to the calls of accounts, row by row: a clear error with a stable code, and nothing happens."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.ports import Ports
from tests.helpers.account_calls import FORMS
from tests.helpers.accounts import (
    accounts_ports,
    accounts_settings,
    bearer,
    make_key,
    page_of,
    register,
)
from tests.helpers.api import A_SONG, UNKNOWN_ID
from tests.helpers.problems import assert_problem

WITH_EMAIL = [name for name, form in FORMS.items() if "email" in form]


@pytest.fixture
def signed_in(page: FlaskClient, accounts: Ports) -> FlaskClient:
    """Ada's browser: without a session some of the calls would not look at their body."""
    register(page, accounts)
    return page


def ask(page: FlaskClient, name: str, body: object) -> TestResponse:
    """Make the call with this as its body: text is sent as it is."""
    method, _, path = name.partition(" ")
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return page.open(f"/api/auth/{path}", method=method, data=data, content_type="application/json")


def state_of(ports: Ports) -> list[object]:
    """All that the calls could have changed."""
    return [collection.find() for name, collection in ports.accounts.collections if name != "audit"]


def test_every_call_with_a_body_is_in_the_table(page: FlaskClient) -> None:
    """A new one is attacked too; those of administrators and of passkeys have files of their own."""
    paths = page.get("/openapi.json").get_json()["paths"]
    calls = {
        f"{method.upper()} {path.removeprefix('/api/auth/')}"
        for path, methods in paths.items()
        for method, call in methods.items()
        if path.startswith("/api/auth/") and "requestBody" in call
    }
    assert {call for call in calls if not call.partition(" ")[2].startswith(("admin/", "passkey"))} == FORMS.keys()


@pytest.mark.parametrize("name", FORMS)
def test_a_body_of_a_megabyte_is_refused(signed_in: FlaskClient, accounts: Ports, name: str) -> None:
    """413, though the long text stands in a field that is known."""
    before, field = state_of(accounts), next(iter(FORMS[name]))
    assert_problem(ask(signed_in, name, FORMS[name] | {field: "a" * 2**20}), 413, "body_too_large")
    assert state_of(accounts) == before


@pytest.mark.parametrize("name", FORMS)
def test_what_is_no_body_of_the_call_is_refused(signed_in: FlaskClient, accounts: Ports, name: str) -> None:
    """400 for what is no object, 422 for a field too many though the others are right."""
    before = state_of(accounts)
    for body in ([FORMS[name]], [], "email", 7, None, True):
        assert_problem(ask(signed_in, name, body), 400, "invalid_json")
    for unknown in ({"is_admin": True}, {"$where": "1"}, {"user_id": "another"}):
        assert_problem(ask(signed_in, name, FORMS[name] | unknown), 422, "validation_failed")
    assert state_of(accounts) == before


@pytest.mark.parametrize("name", FORMS)
def test_a_body_of_another_media_type_is_refused(signed_in: FlaskClient, accounts: Ports, name: str) -> None:
    """415: a form of another site sends these types without asking."""
    before, data = state_of(accounts), json.dumps(FORMS[name]).encode()
    method, _, path = name.partition(" ")
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = signed_in.open(f"/api/auth/{path}", method=method, data=data, content_type=content_type)
        assert_problem(answer, 415, "media_type_unsupported")
    assert state_of(accounts) == before


NO_TEXT: dict[str, object] = {
    "an operator": {"$gt": ""},
    "an array": ["x"],
    "a number": 7,
    "true": True,
    "a NUL": "a\0b",
    "a lone surrogate": "a\ud800b",
    "a line break": "a\r\nBcc: all@example.com",
}


@pytest.mark.parametrize("name", FORMS)
def test_where_text_is_due_nothing_else_is_taken(signed_in: FlaskClient, accounts: Ports, name: str) -> None:
    """422, in each field; it never reaches a query, a mail or a log."""
    before = state_of(accounts)
    for field in FORMS[name]:
        for what, wrong in NO_TEXT.items():
            answer = ask(signed_in, name, FORMS[name] | {field: wrong})
            assert (what, answer.status_code, answer.get_json()["code"]) == (what, 422, "validation_failed")
    assert state_of(accounts) == before


NO_EMAIL = {
    "a display name": "Ada <ada@example.com>",
    "quotes": '"ada"@example.com',
    "two @": "ada@home@example.com",
    "no @": "ada.example.com",
    "255 characters": f"ada@{'a.' * 122}example",
    "a comment": "ada(home)@example.com",
    "an address for a route": "@relay.example:ada@example.com",
    "a number for a host": "ada@[127.0.0.1]",
    "two addresses": "ada@example.com,bob@example.com",
    "spaces around": " ada@example.com ",
    "a look-alike letter": "\N{CYRILLIC SMALL LETTER A}da@example.com",
    "a direction override": "ada\N{RIGHT-TO-LEFT OVERRIDE}@example.com",
}


@pytest.mark.parametrize("name", WITH_EMAIL)
def test_what_is_no_address_is_refused(ports: Ports, name: str) -> None:
    """422 email_invalid, in every call that takes one; nothing is mailed."""
    settings = accounts_settings(rate_limits=False)
    accounts = accounts_ports(ports, settings)
    page = page_of(accounts, settings)
    register(page, accounts)
    before = state_of(accounts)
    assert len(NO_EMAIL["255 characters"]) == 255
    for what, email in NO_EMAIL.items():
        answer = ask(page, name, FORMS[name] | {"email": email})
        assert (what, answer.status_code, answer.get_json()["code"]) == (what, 422, "email_invalid")
    assert state_of(accounts) == before


@pytest.mark.parametrize("name", ["POST device", "POST api-keys"])
@pytest.mark.parametrize(
    "scopes", [["files:everything"], ["users:admin"], ["admin"], [""], ["FILES:READ"], "files:read", [7], {"$in": []}]
)
def test_scopes_beyond_ones_own_are_refused(signed_in: FlaskClient, accounts: Ports, name: str, scopes: object) -> None:
    """Unknown ones and those of administrators, for keys and for terminals."""
    before = state_of(accounts)
    assert_problem(ask(signed_in, name, FORMS[name] | {"scopes": scopes}), 422, "validation_failed")
    assert state_of(accounts) == before


@pytest.mark.parametrize("lifetime", [0, -1, 365 * 86_400 + 1, 10**400, 1.5, "60", True, [60]])
def test_a_key_lives_for_a_year_at_most(signed_in: FlaskClient, accounts: Ports, lifetime: object) -> None:
    """And for a second at least."""
    assert_problem(ask(signed_in, "POST api-keys", {"name": "x", "expires_in": lifetime}), 422, "validation_failed")
    assert accounts.accounts.api_keys.find() == []


def test_what_is_no_picture_of_ones_own_has_the_status_that_says_why(
    signed_in: FlaskClient, accounts: Ports, send_bytes: Callable[..., str]
) -> None:
    """415 for a song, 413 above 2 MiB, 404 for what is somebody else's or nobody's."""
    large = {"filename": "me.jpg", "content_type": "image/jpeg", "size_bytes": 2 * 2**20 + 1}
    other = page_of(accounts, accounts_settings())
    register(other, accounts, "bob@example.com")
    refused = {
        send_bytes(signed_in, A_SONG): (415, "content_type_not_allowed"),
        send_bytes(signed_in, large): (413, "file_too_large"),
        send_bytes(other, {**large, "size_bytes": 7}): (404, "file_not_found"),
        UNKNOWN_ID: (404, "file_not_found"),
    }
    for file_id, (status, code) in refused.items():
        for field in ("avatar_id", "cover_id"):
            assert_problem(ask(signed_in, "PATCH account", {field: file_id}), status, code)
    assert signed_in.get("/api/auth/account").get_json()["avatar_id"] is None


@pytest.fixture
def send_bytes(send: Callable[..., int]) -> Callable[..., str]:
    """Upload what was declared, and confirm it; the id of the file."""

    def upload(page: FlaskClient, declared: dict[str, Any]) -> str:
        started = page.post("/v1/uploads", json=declared).get_json()
        assert send(started["transfer"], bytes(declared["size_bytes"])) == 200
        return str(page.post(f"/v1/uploads/{started['upload_id']}/confirm").get_json()["file_id"])

    return upload


@pytest.mark.parametrize("provider", ["google", "unknown", "..", "a" * 20])
def test_a_provider_that_is_not_set_up_is_not_there(signed_in: FlaskClient, provider: str) -> None:
    """Neither to sign in with, nor to link, nor to come back from."""
    assert_problem(ask(signed_in, "POST login", {"provider": provider}), 404, "provider_not_found")
    assert_problem(ask(signed_in, "POST identities", {"provider": provider}), 404, "provider_not_found")


def test_of_two_sessions_in_one_request_none_is_believed(signed_in: FlaskClient, accounts: Ports) -> None:
    """One of them was planted, and nobody knows which."""
    cookie = signed_in.get_cookie("moodrop_session")
    assert cookie
    stranger = signed_in.application.test_client(use_cookies=False)
    for planted in ("planted", cookie.value):
        both = {"Cookie": f"moodrop_session={cookie.value}; moodrop_session={planted}"}
        assert_problem(stranger.get("/api/auth/account", headers=both), 401, "session_ended")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer  \t", "bearer "])
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_an_empty_bearer_lets_nobody_in(page: FlaskClient, accounts: Ports, header: str, is_signed_in: bool) -> None:
    """Not even beside a good session: the header decides alone."""
    if is_signed_in:
        register(page, accounts)
    assert page.get("/v1/files", headers={"Authorization": header}).status_code == 401


def test_beside_a_session_the_key_decides(signed_in: FlaskClient) -> None:
    """It reaches what a key reaches, though the page could do more."""
    key = make_key(signed_in, scopes=["files:read"])["key"]
    assert signed_in.get("/v1/files", headers=bearer(key)).status_code == 200
    assert_problem(signed_in.get("/api/auth/account", headers=bearer(key)), 403, "account_needed")
    assert_problem(signed_in.get("/v1/files", headers=bearer(f"{key}x")), 401, "api_key_invalid")
