"""Signing a terminal in: it shows a code, the person allows it on the page, and the terminal gets a key once."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.accounts.usecases.audit import list_events
from service.ports import Ports
from tests.conftest import Clock
from tests.helpers.accounts import accounts_settings, bearer, make_key, page_of, register, script_of

DEVICE = "/api/auth/device"


@pytest.fixture
def terminal(accounts: Ports) -> FlaskClient:
    """A machine without a browser."""
    return script_of(accounts)


def begin(terminal: FlaskClient, **fields: Any) -> dict[str, Any]:
    """Return the answer when the terminal asks to be signed in."""
    answer = terminal.post(DEVICE, json={"name": "moodrop on laptop", **fields})
    assert answer.status_code == 200, answer.text
    asked: dict[str, Any] = answer.get_json()
    return asked


def decide(page: FlaskClient, asked: dict[str, Any], *, allow: bool = True) -> int:
    """Send the person's decision; return the status."""
    return page.post(f"{DEVICE}/approve", json={"user_code": asked["user_code"], "allow": allow}).status_code


def collect(terminal: FlaskClient, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Ask, as the terminal, whether it is allowed; return the status and the answer."""
    answer = terminal.post(f"{DEVICE}/token", json={"device_code": asked["device_code"]})
    return answer.status_code, answer.get_json()


def test_an_allowed_terminal_gets_a_key(page: FlaskClient, accounts: Ports, terminal: FlaskClient) -> None:
    """Pending until then; the key is the user's, named after the terminal."""
    owner = register(page, accounts)["user"]["user_id"]
    asked = begin(terminal)
    assert (asked["expires_in"], asked["interval"]) == (600, 3)
    assert asked["url"].endswith(f"/link#{asked['user_code']}")
    pending = terminal.post(f"{DEVICE}/token", json={"device_code": asked["device_code"]})
    assert (pending.status_code, pending.get_json()["code"]) == (409, "device_pending")
    assert (pending.get_json()["retryable"], pending.headers["Retry-After"]) == (True, "3")
    assert decide(page, asked) == 204
    status, answer = collect(terminal, asked)
    assert status == 200
    assert terminal.get("/v1/session", headers=bearer(answer["key"])).get_json()["owner"] == owner
    assert page.get("/api/auth/api-keys").get_json()["api_keys"][0]["name"] == "moodrop on laptop"
    assert "device_approved" in [event.event for event in list_events(accounts, owner)]


def test_the_page_is_where_the_terminal_found_the_service(accounts: Ports, terminal: FlaskClient) -> None:
    """A person who is signed in at localhost is not signed in at 127.0.0.1."""
    asked = terminal.post(DEVICE, json={"name": "laptop"}, base_url="http://localhost:5000").get_json()

    assert asked["url"] == f"http://localhost:5000/link#{asked['user_code']}"


def test_the_page_shows_what_asks(page: FlaskClient, accounts: Ports, terminal: FlaskClient) -> None:
    """Name, network and scopes, so that a person can refuse a stranger's terminal."""
    register(page, accounts)
    asked = begin(terminal, scopes=["files:read"])
    shown = page.get(f"{DEVICE}/{asked['user_code'].lower().replace('-', '')}").get_json()
    assert shown["name"] == "moodrop on laptop"
    assert shown["network"] == "127.0.0.0/24"
    assert shown["scopes"] == ["files:read"]
    assert shown["user_code"] == asked["user_code"]
    assert "device_code" not in shown


def test_a_key_is_collected_once(page: FlaskClient, accounts: Ports, terminal: FlaskClient) -> None:
    """And allowed once; afterwards the code is worthless."""
    register(page, accounts)
    asked = begin(terminal)
    assert decide(page, asked) == 204
    assert decide(page, asked) == 404
    assert page.get(f"{DEVICE}/{asked['user_code']}").status_code == 404
    assert collect(terminal, asked)[0] == 200
    status, answer = collect(terminal, asked)
    assert (status, answer["code"]) == (404, "device_not_found")
    assert len(page.get("/api/auth/api-keys").get_json()["api_keys"]) == 1


def test_a_refused_terminal_gets_nothing(page: FlaskClient, accounts: Ports, terminal: FlaskClient) -> None:
    """Whatever is decided later."""
    register(page, accounts)
    asked = begin(terminal)
    assert decide(page, asked, allow=False) == 204
    assert collect(terminal, asked)[1]["code"] == "device_not_found"
    assert decide(page, asked) == 404
    assert collect(terminal, asked)[0] == 404


def test_a_code_ends_after_ten_minutes(page: FlaskClient, accounts: Ports, terminal: FlaskClient, clock: Clock) -> None:
    """Allowed or not."""
    register(page, accounts)
    allowed, ignored = begin(terminal), begin(terminal)
    assert decide(page, allowed) == 204
    clock.pass_(600)
    assert [collect(terminal, asked)[0] for asked in (allowed, ignored)] == [404, 404]
    assert decide(page, ignored) == 404


def test_a_key_has_the_scopes_that_were_shown(page: FlaskClient, accounts: Ports, terminal: FlaskClient) -> None:
    """The key has no more than the person saw."""
    register(page, accounts)
    asked = begin(terminal, scopes=["files:read"])
    decide(page, asked)
    key = collect(terminal, asked)[1]["key"]
    assert terminal.get("/v1/session", headers=bearer(key)).get_json()["scopes"] == ["files:read"]


def test_nobody_else_collects_with_the_code_that_is_shown(
    page: FlaskClient, accounts: Ports, terminal: FlaskClient
) -> None:
    """Somebody who sees the code lacks the terminal's secret, of which the database has only a digest."""
    register(page, accounts)
    asked = begin(terminal)
    decide(page, asked)
    assert collect(terminal, {"device_code": asked["user_code"]})[0] == 404
    (grant,) = accounts.accounts.device_grants.find(user_code=asked["user_code"])
    assert asked["device_code"] not in repr(grant)
    assert collect(terminal, {"device_code": grant.digest})[0] == 404


def test_only_the_page_of_an_account_allows_a_terminal(
    page: FlaskClient, accounts: Ports, terminal: FlaskClient
) -> None:
    """Not an API key (which could make another key), nobody without a session, no other site's page."""
    register(page, accounts)
    asked = begin(terminal)
    allowed = {"user_code": asked["user_code"], "allow": True}
    by_key = terminal.post(f"{DEVICE}/approve", json=allowed, headers=bearer(make_key(page)["key"]))
    assert by_key.get_json()["code"] == "account_needed"
    assert terminal.post(f"{DEVICE}/approve", json=allowed).status_code == 401
    foreign = page.post(f"{DEVICE}/approve", json=allowed, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.get_json()["code"] == "foreign_origin"
    assert collect(terminal, asked)[0] == 409


def test_a_page_of_another_site_is_no_terminal(accounts: Ports) -> None:
    """It could show its own code to somebody who is signed in."""
    foreign = page_of(accounts, accounts_settings())
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert foreign.post(DEVICE, json={"name": "x"}, headers=headers).get_json()["code"] == "foreign_origin"


def test_an_account_with_twenty_keys_allows_no_more(page: FlaskClient, accounts: Ports, terminal: FlaskClient) -> None:
    """The page says so while the terminal waits."""
    register(page, accounts)
    asked = begin(terminal)
    for _ in range(20):
        make_key(page)
    refused = page.post(f"{DEVICE}/approve", json={"user_code": asked["user_code"], "allow": True})
    assert refused.get_json()["code"] == "too_many_keys"
    assert collect(terminal, asked)[1]["code"] == "device_pending"


def test_an_account_that_was_closed_meanwhile_gives_no_key(
    page: FlaskClient, accounts: Ports, terminal: FlaskClient, clock: Clock
) -> None:
    """Between the person's decision and the terminal's next request."""
    user_id = register(page, accounts)["user"]["user_id"]
    asked = begin(terminal)
    decide(page, asked)
    accounts.accounts.users.change(user_id, {}, {"disabled_at": clock()})
    assert collect(terminal, asked)[1]["code"] == "device_not_found"


def test_terminals_of_one_network_are_counted(accounts: Ports, terminal: FlaskClient) -> None:
    """Ten may start per hour, and ask sixty times a minute."""
    codes = [begin(terminal)["device_code"] for _ in range(10)]
    refused = terminal.post(DEVICE, json={"name": "x"})
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_limited")
    statuses = [collect(terminal, {"device_code": codes[0]})[0] for _ in range(61)]
    assert statuses == [409] * 60 + [429]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {}),
        ("", {"name": "two\nlines"}),
        ("", {"name": "x", "scopes": ["users:admin"]}),
        ("", {"name": "x", "scopes": ["admin"]}),
        ("", {"name": "x", "scopes": {"$gt": ""}}),
        ("/token", {}),
        ("/token", {"device_code": {"$ne": None}}),
        ("/token", {"device_code": "x" * 201}),
        ("/approve", {"user_code": "BCDF-GHJK"}),
        ("/approve", {"user_code": "BCDF-GHJK", "allow": "yes"}),
        ("/approve", {"user_code": {"$gt": ""}, "allow": True}),
    ],
)
def test_a_bad_question_is_refused(page: FlaskClient, accounts: Ports, path: str, body: dict[str, Any]) -> None:
    """With the field and the reason."""
    register(page, accounts)
    refused = page.post(f"{DEVICE}{path}", json=body)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "validation_failed")
