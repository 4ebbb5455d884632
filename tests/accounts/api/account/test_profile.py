"""One's own account, its pictures, its sessions and what happened to it. Over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.ports import Ports
from tests.conftest import Clock
from tests.helpers.accounts import EMAIL, PASSWORD, accounts_settings, page_of, register
from tests.helpers.api import A_SONG, UNKNOWN_ID

PICTURE = b"\xff\xd8\xff not quite a picture"
A_PICTURE: dict[str, Any] = {"filename": "me.jpg", "content_type": "image/jpeg", "size_bytes": len(PICTURE)}
SIGN_IN = {"email": EMAIL, "password": PASSWORD}


def upload(page: FlaskClient, send: Callable[..., int], fields: dict[str, Any], body: bytes) -> str:
    """Upload and confirm; the id of the file."""
    started = page.post("/v1/uploads", json=fields).get_json()
    assert send(started["transfer"], body) == 200
    return str(page.post(f"/v1/uploads/{started['upload_id']}/confirm").get_json()["file_id"])


def test_an_account_has_a_name_and_a_language(page: FlaskClient, accounts: Ports) -> None:
    """What is left out stays; null removes."""
    register(page, accounts)
    named = page.patch("/api/auth/account", json={"name": "Ada", "language": "de"})
    assert (named.get_json()["name"], named.get_json()["language"]) == ("Ada", "de")
    assert page.patch("/api/auth/account", json={}).get_json() == named.get_json()
    assert page.patch("/api/auth/account", json={"name": None}).get_json()["name"] is None
    shown = page.get("/api/auth/account").get_json()
    assert (shown["name"], shown["language"], shown["email"], shown["has_password"]) == (None, "de", EMAIL, True)


@pytest.mark.parametrize("picture", ["avatar", "cover"])
def test_a_picture_is_one_of_ones_own_files(
    page: FlaskClient, accounts: Ports, send: Callable[..., int], picture: str
) -> None:
    """The address leads to it; without one, and after its file is deleted, there is none."""
    register(page, accounts)
    assert page.get(f"/api/auth/account/{picture}").status_code == 404
    file_id = upload(page, send, A_PICTURE, PICTURE)
    assert page.patch("/api/auth/account", json={f"{picture}_id": file_id}).get_json()[f"{picture}_id"] == file_id
    shown = page.get(f"/api/auth/account/{picture}")

    assert shown.status_code == 302
    assert shown.headers["Cache-Control"] == "no-store"
    assert accounts.objects.send(shown.headers["Location"], at=accounts.now())[:2] == (200, PICTURE)
    page.delete(f"/v1/files/{file_id}")
    assert page.get(f"/api/auth/account/{picture}").get_json()["code"] == "file_not_found"


def test_what_is_no_picture_of_ones_own_is_refused(
    page: FlaskClient, accounts: Ports, send: Callable[..., int]
) -> None:
    """A song, a picture over 2 MiB, somebody else's, one that is not there; the account stays as it was."""
    other = page_of(accounts, accounts_settings())
    register(page, accounts)
    register(other, accounts, "bob@example.com")
    large = bytes(2 * 1024 * 1024 + 1)
    ids = {
        upload(page, send, A_SONG, b"ID3 not quite a song"): "content_type_not_allowed",
        upload(page, send, {**A_PICTURE, "size_bytes": len(large)}, large): "file_too_large",
        upload(other, send, A_PICTURE, PICTURE): "file_not_found",
        UNKNOWN_ID: "file_not_found",
    }
    for file_id, code in ids.items():
        assert page.patch("/api/auth/account", json={"avatar_id": file_id}).get_json()["code"] == code
    assert page.get("/api/auth/account").get_json()["avatar_id"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"name": {"$gt": ""}},
        {"name": "a\nb"},
        {"name": "x" * 101},
        {"language": "German"},
        {"avatar_id": "me"},
        {"email": "new@example.com"},
        {"roles": ["admin"]},
    ],
)
def test_a_bad_profile_is_refused(page: FlaskClient, accounts: Ports, body: dict[str, Any]) -> None:
    """Unknown fields too: nobody makes themselves an administrator."""
    register(page, accounts)
    assert page.patch("/api/auth/account", json=body).get_json()["code"] == "validation_failed"


def test_the_owner_sees_what_happened_to_the_account(page: FlaskClient, accounts: Ports) -> None:
    """Newest first, and nobody else's; at most 50."""
    other = page_of(accounts, accounts_settings())
    register(page, accounts)
    register(other, accounts, "bob@example.com")
    page.post("/api/auth/login", json={**SIGN_IN, "password": "wrong but long enough"})
    page.post("/api/auth/login", json=SIGN_IN)
    events = page.get("/api/auth/account/audit").get_json()["events"]

    assert sorted(event["event"] for event in events) == ["registered", "sign_in_failed", "signed_in"]
    assert {event["network"] for event in events} == {"127.0.0.0/24"}
    assert len(other.get("/api/auth/account/audit").get_json()["events"]) == 1


# --- sessions --------------------------------------------------------------------------------------
def sessions_of(page: FlaskClient) -> list[dict[str, Any]]:
    """As the owner sees them."""
    sessions: list[dict[str, Any]] = page.get("/api/auth/sessions").get_json()["sessions"]
    return sessions


def test_one_sees_ones_own_sessions_alone(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Browsers and scripts; the own one is marked."""
    elsewhere, other = (page_of(accounts, accounts_settings()) for _ in range(2))
    register(page, accounts)
    register(other, accounts, "bob@example.com")
    clock.time += timedelta(seconds=1)
    elsewhere.post("/api/auth/login", json=SIGN_IN, headers={"User-Agent": "a phone"})
    elsewhere.post("/api/auth/login", json={**SIGN_IN, "tokens": True})
    sessions = sessions_of(page)

    assert [(each["kind"], each["current"]) for each in sessions] == [
        ("browser", False),
        ("browser", True),
        ("script", False),
    ]
    assert sessions[0]["user_agent"] == "a phone"
    assert sessions[0]["network"] == "127.0.0.0/24"
    assert [each["current"] for each in sessions_of(other)] == [True]


def test_a_session_that_nobody_uses_is_not_listed(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """It ended by itself."""
    elsewhere = page_of(accounts, accounts_settings())
    register(page, accounts)
    elsewhere.post("/api/auth/login", json=SIGN_IN)
    for _ in range(2):
        clock.time += timedelta(days=4)
        assert page.get("/v1/files").status_code == 200
    assert [each["current"] for each in sessions_of(page)] == [True]


def test_ending_one_session_ends_that_one_alone(page: FlaskClient, accounts: Ports) -> None:
    """A browser or a script; a second time it is not there."""
    elsewhere, third = (page_of(accounts, accounts_settings()) for _ in range(2))
    register(page, accounts)
    for client in (elsewhere, third):
        client.post("/api/auth/login", json=SIGN_IN)
    tokens = elsewhere.post("/api/auth/login", json={**SIGN_IN, "tokens": True}).get_json()
    phone = elsewhere.get("/api/auth/session").get_json()["session"]["session_id"]
    [script] = [each["session_id"] for each in sessions_of(page) if each["kind"] == "script"]

    for session_id in (phone, script):
        assert page.delete(f"/api/auth/sessions/{session_id}").status_code == 204
        again = page.delete(f"/api/auth/sessions/{session_id}")
        assert (again.status_code, again.get_json()["code"]) == (404, "session_not_found")
    assert [client.get("/v1/files").status_code for client in (page, elsewhere, third)] == [200, 401, 200]
    refreshed = page.post("/api/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert refreshed.get_json()["code"] == "session_revoked"


def test_somebody_elses_session_is_not_there(page: FlaskClient, accounts: Ports) -> None:
    """It goes on."""
    other = page_of(accounts, accounts_settings())
    register(page, accounts)
    theirs = register(other, accounts, "bob@example.com")["session"]["session_id"]
    refused = page.delete(f"/api/auth/sessions/{theirs}")
    assert (refused.status_code, refused.get_json()["code"]) == (404, "session_not_found")
    assert other.get("/v1/files").status_code == 200


def test_all_others_end_at_once(page: FlaskClient, accounts: Ports) -> None:
    """And without `others=1` nothing does."""
    elsewhere = page_of(accounts, accounts_settings())
    register(page, accounts)
    elsewhere.post("/api/auth/login", json=SIGN_IN)
    elsewhere.post("/api/auth/login", json={**SIGN_IN, "tokens": True})
    assert page.delete("/api/auth/sessions").status_code == 422
    assert len(sessions_of(page)) == 3
    assert page.delete("/api/auth/sessions?others=1").status_code == 204
    assert [each["current"] for each in sessions_of(page)] == [True]
    assert elsewhere.get("/v1/files").status_code == 401
