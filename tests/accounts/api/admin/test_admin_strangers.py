"""Who is kept out of /api/admin: everybody but an administrator on the page. Over HTTP, with everything in memory."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.accounts.usecases.admin.operator import set_admin
from service.ports import Ports
from tests.helpers.accounts import (
    EMAIL,
    PASSWORD,
    accounts_ports,
    accounts_settings,
    bearer,
    make_key,
    page_of,
    register,
    script_of,
)
from tests.helpers.tokens import SECRET, claims, token

CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/api/admin/users", None),
    ("GET", "/api/admin/users?q=ada", None),
    ("PATCH", "/api/admin/users/{id}", {"disabled": True}),
    ("DELETE", "/api/admin/users/{id}", None),
    ("GET", "/api/admin/audit", None),
]
STRANGERS = {
    "an API key of an administrator": "account_needed",
    "an access token of an administrator": "account_needed",
    "a token of another issuer with the scope": "account_needed",
    "a token of another issuer with all scopes": "account_needed",
    "the cookie of such a token": "account_needed",
    "a guest": "account_needed",
    "nobody": "token_missing",
    "an ordinary user": "administrator_needed",
    "an administrator who is one no longer": "session_ended",
    "a script with the cookie": "foreign_origin",
    "a page of another site": "foreign_origin",
    "a page of another port": "foreign_origin",
}
FOREIGN: dict[str, dict[str, str]] = {
    "a script with the cookie": {},
    "a page of another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "a page of another port": {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:8080"},
}


@pytest.fixture
def settings() -> Any:
    return accounts_settings(jwt_secret=SECRET, guests="own")


@pytest.fixture
def accounts(ports: Ports, settings: Any) -> Ports:
    return accounts_ports(ports, settings)


@pytest.fixture
def admin(accounts: Ports, settings: Any) -> FlaskClient:
    """The page of an administrator."""
    page = page_of(accounts, settings)
    register(page, accounts)
    set_admin(accounts, EMAIL, is_admin=True)
    return page


def credential(who: str, admin: FlaskClient, script: FlaskClient) -> str | None:
    """What a script brings."""
    match who:
        case "an API key of an administrator":
            return str(make_key(admin)["key"])
        case "an access token of an administrator":
            tokens = script.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD, "tokens": True})
            return str(tokens.get_json()["access_token"])
        case "a token of another issuer with the scope":
            return token(claims(scope="users:admin"))
        case "a token of another issuer with all scopes":
            return token(claims(scope="admin users:admin"))
    return None


def sign_in(who: str, page: FlaskClient, admin: FlaskClient, accounts: Ports) -> None:
    """Give the page the cookie of whoever it is."""
    match who:
        case "the cookie of such a token":
            assert page.post("/v1/session", headers=bearer(token(claims(scope="admin users:admin")))).status_code == 201
        case "a guest":
            assert page.post("/api/auth/guest").status_code == 201
        case "an ordinary user":
            register(page, accounts, "bob@example.com")
        case "an administrator who is one no longer":
            bob = register(page, accounts, "bob@example.com")["user"]["user_id"]
            for roles in (["admin"], []):
                assert admin.patch(f"/api/admin/users/{bob}", json={"roles": roles}).status_code == 200


def stranger(who: str, admin: FlaskClient, accounts: Ports, settings: Any) -> tuple[FlaskClient, dict[str, str]]:
    """The client, and what it sends with each call."""
    page, script = page_of(accounts, settings), script_of(accounts, settings)
    if who in FOREIGN:
        cookie = admin.get_cookie("moodrop_session")
        assert cookie
        script.set_cookie("moodrop_session", cookie.value)
        return script, FOREIGN[who]
    if brought := credential(who, admin, script):
        return script, bearer(brought)
    sign_in(who, page, admin, accounts)
    return page, {}


@pytest.mark.parametrize(("method", "address", "body"), CALLS, ids=[f"{each[0]} {each[1]}" for each in CALLS])
@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_reads_and_changes_nothing(
    admin: FlaskClient, accounts: Ports, settings: Any, who: str, method: str, address: str, body: Any
) -> None:
    """Not by any credential but the cookie of an administrator's own sign-in, and writes from the own page alone."""
    client, headers = stranger(who, admin, accounts, settings)
    target = admin.get("/api/auth/session").get_json()["user"]["user_id"]
    before = accounts.accounts.users.get(target)

    refused = client.open(address.format(id=target), method=method, json=body, headers=headers)

    if who in FOREIGN and method == "GET":  # a browser lets no other page read the answer
        assert refused.headers.get("Access-Control-Allow-Origin") is None
    else:
        assert refused.get_json()["code"] == STRANGERS[who]
        assert EMAIL not in refused.text
    assert accounts.accounts.users.get(target) == before


def test_no_credential_of_a_script_has_the_scope(admin: FlaskClient, settings: Any, accounts: Ports) -> None:
    """It is refused to a key, and an access token of an administrator goes without it."""
    refused = admin.post("/api/auth/api-keys", json={"name": "a script", "scopes": ["users:admin"]})
    assert refused.status_code in (403, 422)
    assert "users:admin" in admin.get("/v1/session").get_json()["scopes"]
    tokens = admin.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD, "tokens": True}).get_json()
    for credential in (make_key(admin)["key"], tokens["access_token"]):
        scopes = script_of(accounts, settings).get("/v1/session", headers=bearer(credential)).get_json()["scopes"]
        assert "users:admin" not in scopes


def test_an_administrator_reaches_nobody_elses_files(admin: FlaskClient, accounts: Ports, settings: Any) -> None:
    """The scope is one of users: somebody's upload and file are not found."""
    other = page_of(accounts, settings)
    register(other, accounts, "bob@example.com")
    song = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 5}
    upload_id = other.post("/v1/uploads", json=song).get_json()["upload_id"]

    assert admin.get(f"/v1/uploads/{upload_id}").status_code == 404
    assert admin.delete(f"/v1/uploads/{upload_id}").status_code == 404
    assert admin.get("/v1/uploads?status=pending").get_json().get("uploads", []) == []
