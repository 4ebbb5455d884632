"""API keys over HTTP: made on the page only, used by scripts, and revoked at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.accounts.adapters.account_auth import AccountAuthenticator
from service.accounts.secrets import new_api_key
from service.accounts.usecases.audit import list_events
from service.ports import Ports
from service.shared.errors import MoodropError
from service.shared.model import Credentials
from tests.conftest import Clock
from tests.helpers.accounts import EMAIL, PASSWORD, accounts_settings, bearer, make_key, page_of, register, script_of

KEYS = "/api/auth/api-keys"


def test_a_script_works_with_a_key(page: FlaskClient, accounts: Ports) -> None:
    """As the user, without a cookie or a page's headers."""
    owner = register(page, accounts)["user"]["user_id"]
    script = script_of(accounts)
    shown = script.get("/v1/session", headers=bearer(make_key(page)["key"])).get_json()
    assert shown["owner"] == owner
    assert "uploads:write" in shown["scopes"]
    started = script.post("/v1/uploads", json=UPLOAD, headers=bearer(make_key(page)["key"]))
    assert started.status_code == 201


UPLOAD = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 7}


def test_a_key_is_shown_once(page: FlaskClient, accounts: Ports) -> None:
    """The list shows its first characters, and the database has only a digest."""
    register(page, accounts)
    made = make_key(page, name="backup")
    (listed,) = page.get(KEYS).get_json()["api_keys"]
    assert "key" not in listed
    assert listed["name"] == "backup"
    assert made["key"].startswith(listed["hint"])
    assert made["key"][15:47] not in repr(accounts.accounts.api_keys.get(made["key_id"]))


def test_a_key_has_the_scopes_that_it_was_made_with(page: FlaskClient, accounts: Ports) -> None:
    """Calls that need another scope are refused."""
    register(page, accounts)
    key = make_key(page, scopes=["files:read"])
    assert key["scopes"] == ["files:read"]
    script = script_of(accounts)
    assert script.get("/v1/files", headers=bearer(key["key"])).status_code == 200
    refused = script.post("/v1/uploads", json=UPLOAD, headers=bearer(key["key"]))
    assert (refused.status_code, refused.get_json()["code"]) == (403, "scope_missing")


def test_not_even_an_administrator_gives_a_key_power_over_users(page: FlaskClient, accounts: Ports) -> None:
    """Neither by requesting that scope nor by naming none."""
    user_id = register(page, accounts)["user"]["user_id"]
    accounts.accounts.users.change(user_id, {}, {"roles": ("admin",)})
    asked = page.post(KEYS, json={"name": "x", "scopes": ["users:admin"]})
    assert (asked.status_code, asked.get_json()["code"]) == (422, "validation_failed")
    assert "users:admin" not in make_key(page)["scopes"]
    stored = make_key(page)
    accounts.accounts.api_keys.change(stored["key_id"], {}, {"scopes": ("users:admin", "files:read")})
    shown = script_of(accounts).get("/v1/session", headers=bearer(stored["key"])).get_json()
    assert shown["scopes"] == ["files:read"]


def test_a_revoked_key_is_refused_at_once(page: FlaskClient, accounts: Ports) -> None:
    """And no longer listed; the account's history shows both events."""
    user_id = register(page, accounts)["user"]["user_id"]
    key, script = make_key(page), script_of(accounts)
    assert script.get("/v1/files", headers=bearer(key["key"])).status_code == 200
    assert page.delete(f"{KEYS}/{key['key_id']}").status_code == 204
    refused = script.get("/v1/files", headers=bearer(key["key"]))
    assert (refused.status_code, refused.get_json()["code"]) == (401, "api_key_invalid")
    assert page.get(KEYS).get_json()["api_keys"] == []
    assert page.delete(f"{KEYS}/{key['key_id']}").get_json()["code"] == "api_key_not_found"
    assert [event.event for event in list_events(accounts, user_id)][:2] == ["key_revoked", "key_made"]


def test_nobody_revokes_the_key_of_another(page: FlaskClient, accounts: Ports) -> None:
    """The answer is the same as for an unknown id."""
    register(page, accounts)
    key = make_key(page)
    other = page_of(accounts, accounts_settings())
    register(other, accounts, "bob@example.com")
    assert other.delete(f"{KEYS}/{key['key_id']}").get_json()["code"] == "api_key_not_found"
    assert other.get(KEYS).get_json()["api_keys"] == []
    assert script_of(accounts).get("/v1/files", headers=bearer(key["key"])).status_code == 200


def test_a_key_may_end_itself(page: FlaskClient, accounts: Ports) -> None:
    """A session is no key, and revokes none at that address."""
    register(page, accounts)
    key, script = make_key(page), script_of(accounts)
    assert page.delete(f"{KEYS}/current").get_json()["code"] == "api_key_not_found"
    assert script.delete(f"{KEYS}/current", headers=bearer(key["key"])).status_code == 204
    assert script.delete(f"{KEYS}/current", headers=bearer(key["key"])).status_code == 401


def test_a_key_ends_by_itself(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """After 90 days, or when requested."""
    register(page, accounts)
    short, usual = make_key(page, expires_in=60), make_key(page)
    script = script_of(accounts)
    clock.pass_(59)
    assert script.get("/v1/files", headers=bearer(short["key"])).status_code == 200
    clock.pass_(1)
    assert script.get("/v1/files", headers=bearer(short["key"])).get_json()["code"] == "api_key_invalid"
    clock.time += timedelta(days=89)
    assert script.get("/v1/files", headers=bearer(usual["key"])).status_code == 200
    clock.time += timedelta(days=1)
    assert script.get("/v1/files", headers=bearer(usual["key"])).status_code == 401


@pytest.mark.parametrize("field", ["disabled_at", "leaving_at", "adopted_by"])
def test_a_closed_account_has_no_good_keys(page: FlaskClient, accounts: Ports, clock: Clock, field: str) -> None:
    """Whether disabled, being deleted, or merged into another."""
    user_id = register(page, accounts)["user"]["user_id"]
    key, script = make_key(page), script_of(accounts)
    assert script.get("/v1/files", headers=bearer(key["key"])).status_code == 200
    closed = "another" if field == "adopted_by" else clock()
    accounts.accounts.users.change(user_id, {}, {field: closed})
    refused = script.get("/v1/files", headers=bearer(key["key"]))
    assert refused.get_json()["code"] == "api_key_invalid"


def test_a_key_of_a_user_who_is_gone_is_refused(page: FlaskClient, accounts: Ports) -> None:
    """Also by a worker that remembers whose it is. Leaving removes the keys first, but one may have been made late."""
    user_id = register(page, accounts)["user"]["user_id"]
    key, script = make_key(page), script_of(accounts)
    assert script.get("/v1/files", headers=bearer(key["key"])).status_code == 200
    accounts.accounts.users.remove(user_id)
    refused = script.get("/v1/files", headers=bearer(key["key"]))
    assert (refused.status_code, refused.get_json()["code"]) == (401, "api_key_invalid")


def test_a_new_password_leaves_keys_alone(page: FlaskClient, accounts: Ports) -> None:
    """Keys are credentials of their own, each revoked separately."""
    user_id = register(page, accounts)["user"]["user_id"]
    key = make_key(page)
    user = accounts.accounts.users.get(user_id)
    assert user
    accounts.accounts.users.change(user_id, {}, {"epoch": user.epoch + 1})
    assert script_of(accounts).get("/v1/files", headers=bearer(key["key"])).status_code == 200


def test_one_account_has_at_most_twenty_keys(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """An expired key makes room."""
    register(page, accounts)
    make_key(page, expires_in=60)
    for _ in range(19):
        make_key(page)
    refused = page.post(KEYS, json={"name": "one too many"})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "too_many_keys")
    clock.pass_(60)
    make_key(page)
    assert len(page.get(KEYS).get_json()["api_keys"]) == 20
    assert page.post(KEYS, json={"name": "one too many"}).status_code == 409


def test_a_key_is_made_only_soon_after_signing_in(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """So nobody who finds an open page gets a key that outlives it."""
    register(page, accounts)
    clock.pass_(601)
    refused = page.post(KEYS, json={"name": "late"})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "reauthentication_needed")
    assert page.get(KEYS).status_code == 200
    page.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
    make_key(page)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", KEYS), ("POST", KEYS), ("DELETE", f"{KEYS}/0123456789"), ("GET", "/api/auth/device/BCDF-GHJK")],
)
def test_a_key_does_not_rule_the_account(page: FlaskClient, accounts: Ports, method: str, path: str) -> None:
    """It makes and lists no keys, and revokes only itself. The body, which is wrong here, is not even read."""
    register(page, accounts)
    headers = bearer(make_key(page)["key"])
    refused = script_of(accounts).open(path, method=method, json={} if method == "POST" else None, headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "account_needed")


def test_a_key_does_not_become_a_cookie(page: FlaskClient, accounts: Ports) -> None:
    """The session would outlive the key."""
    register(page, accounts)
    refused = script_of(accounts).post("/v1/session", headers=bearer(make_key(page)["key"]))
    assert (refused.status_code, refused.get_json()["code"]) == (401, "token_missing")
    assert "Set-Cookie" not in refused.headers


def test_a_key_beside_a_cookie_decides_alone(page: FlaskClient, accounts: Ports) -> None:
    """A session does not repair a bad key, and another site's page gains nothing by sending one."""
    register(page, accounts)
    key = make_key(page, scopes=["files:read"])["key"]
    assert page.get("/v1/session", headers=bearer(key)).get_json()["scopes"] == ["files:read"]
    assert page.get("/v1/files", headers=bearer(key[:-1] + ("x" if key[-1] != "x" else "y"))).status_code == 401
    foreign = {"Sec-Fetch-Site": "cross-site", **bearer(make_key(page)["key"])}
    assert page.post("/v1/uploads", json=UPLOAD, headers=foreign).status_code == 201


def test_the_last_use_is_noted_every_five_minutes(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """One write for many requests."""
    register(page, accounts)
    key, script = make_key(page), script_of(accounts)
    assert page.get(KEYS).get_json()["api_keys"][0]["last_used_at"] is None
    used = []
    for _ in range(4):
        script.get("/v1/files", headers=bearer(key["key"]))
        used.append(page.get(KEYS).get_json()["api_keys"][0]["last_used_at"])
        clock.pass_(150)
    assert used[0] == used[1]
    assert used[1] < used[2] == used[3]


class Counting:
    """A collection that counts how often it is asked."""

    def __init__(self, collection: object) -> None:
        self._collection = collection
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._collection, name)


def counting_authenticator(accounts: Ports, keys: Any, users: Any) -> AccountAuthenticator:
    counted = replace(accounts.accounts, api_keys=keys, users=users)
    return AccountAuthenticator(accounts_settings(), replace(accounts, accounts=counted))


@pytest.mark.parametrize("made", ["mistyped", "no checksum", "of another form", "empty", "letters beyond ASCII"])
def test_a_bad_key_costs_no_call_to_the_database(accounts: Ports, made: str) -> None:
    """Its checksum shows that nobody ever issued it."""
    good = new_api_key()[0]
    bad = {
        "mistyped": good[:20] + ("x" if good[20] != "x" else "y") + good[21:],
        "no checksum": good[:-6],
        "of another form": "mdk_0123456789_x000000",
        "empty": "mdk_",
        "letters beyond ASCII": good[:-1] + "\N{LATIN SMALL LETTER E WITH ACUTE}",
    }[made]
    keys, users = Counting(accounts.accounts.api_keys), Counting(accounts.accounts.users)
    authenticator = counting_authenticator(accounts, keys, users)
    assert _code_of(authenticator, bad) == "api_key_invalid"
    assert keys.calls == users.calls == []
    assert _code_of(authenticator, good) == "api_key_invalid"
    assert (keys.calls, users.calls) == (["get"], [])


def test_a_key_that_was_used_before_is_read_with_its_user(page: FlaskClient, accounts: Ports) -> None:
    """By one step of the database. Only the first time it is read alone, to learn whose it is."""
    register(page, accounts)
    key = make_key(page)["key"]
    keys, users = Counting(accounts.accounts.api_keys), Counting(accounts.accounts.users)
    authenticator = counting_authenticator(accounts, keys, users)
    credentials = Credentials(authorization=f"Bearer {key}")
    assert authenticator.authenticate(credentials)
    keys.calls.clear()
    assert authenticator.authenticate(credentials)
    assert keys.calls == ["get_with"]


def test_a_right_checksum_with_another_secret_is_refused(page: FlaskClient, accounts: Ports) -> None:
    """Knowing the id is not enough."""
    register(page, accounts)
    text, parts = new_api_key()
    stored = accounts.accounts.api_keys.get(make_key(page)["key_id"])
    assert stored
    accounts.accounts.api_keys.add(replace(stored, key_id=parts.key_id))
    assert _code_of(AccountAuthenticator(accounts_settings(), accounts), text) == "api_key_invalid"


def _code_of(authenticator: AccountAuthenticator, key: str) -> str:
    with pytest.raises(MoodropError) as refused:
        authenticator.authenticate(Credentials(authorization=f"Bearer {key}"))
    return refused.value.code


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "two\nlines"},
        {"name": {"$gt": ""}},
        {"name": "x", "scopes": ["files:everything"]},
        {"name": "x", "scopes": ["admin"]},
        {"name": "x", "scopes": "files:read"},
        {"name": "x", "scopes": [{"$gt": ""}]},
        {"name": "x", "scopes": ["files:read"] * 21},
        {"name": "x", "expires_in": 0},
        {"name": "x", "expires_in": -1},
        {"name": "x", "expires_in": 31_536_001},
        {"name": "x", "expires_in": "60"},
        {"name": "x", "expires_in": 60.5},
        {"name": "x", "user_id": "another"},
    ],
)
def test_a_bad_request_for_a_key_is_refused(page: FlaskClient, accounts: Ports, body: dict[str, Any]) -> None:
    """With the field and the reason; no key is made."""
    register(page, accounts)
    refused = page.post(KEYS, json=body)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "validation_failed")
    assert page.get(KEYS).get_json()["api_keys"] == []
