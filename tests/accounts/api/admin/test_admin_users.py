"""/api/admin/users: what administrators see of users and do to them. Over HTTP, with everything in memory."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.accounts.usecases.admin.operator import disable_user, set_admin
from service.accounts.usecases.guests import add_guest
from service.accounts.usecases.leaving import work_off_leavers
from service.ports import Ports
from service.settings import Settings
from tests.conftest import Clock
from tests.helpers.accounts import (
    EMAIL,
    PASSWORD,
    accounts_ports,
    accounts_settings,
    add_user,
    bearer,
    make_key,
    page_of,
    register,
)
from tests.helpers.quotas import limits as amounts
from tests.helpers.quotas import with_limits

BOB = "bob@example.com"
SIGN_IN = {"email": EMAIL, "password": PASSWORD}


@pytest.fixture
def admin(page: FlaskClient, accounts: Ports) -> FlaskClient:
    """The page of an administrator."""
    register(page, accounts)
    set_admin(accounts, EMAIL, is_admin=True)
    return page


def users_of(page: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    """The users that the page of the list shows."""
    shown = page.get(f"/api/admin/users{query}")
    assert shown.status_code == 200, shown.text
    users: list[dict[str, Any]] = shown.get_json()["users"]
    return users


def all_pages(page: FlaskClient, address: str, rows: str) -> list[dict[str, Any]]:
    """Every row of a list, page by page."""
    seen, cursor = list[dict[str, Any]](), ""
    while True:
        shown = page.get(f"{address}{cursor}").get_json()
        seen += shown[rows]
        if shown["next_cursor"] is None:
            return seen
        cursor = f"&cursor={shown['next_cursor']}"


def edit(page: FlaskClient, user_id: str, **fields: Any) -> TestResponse:
    return page.patch(f"/api/admin/users/{user_id}", json=fields)


def code_of(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json()["code"]


def test_the_list_has_every_account_once_newest_first(admin: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Page by page, also of users who were made in the same millisecond. Guests are not in it."""
    people = []
    for number in range(7):
        clock.time += timedelta(seconds=number % 2)
        people.append(add_user(accounts, f"user{number}@example.com").email)
    add_guest(accounts, "a guest")

    seen = [user["email"] for user in all_pages(admin, "/api/admin/users?limit=3", "users")]

    assert seen == [*people[::-1], EMAIL]


def test_a_search_finds_the_beginning_of_an_address_or_a_whole_id(admin: FlaskClient, accounts: Ports) -> None:
    """Upper case counts as lower case; nothing is a pattern; a guest is found by the id."""
    for email in ("bob@example.com", "bobby@example.com", "b.b@example.com", "carol@example.com"):
        add_user(accounts, email)
    guest = add_guest(accounts, "bob")

    def names_of(text: str) -> list[str]:
        return [user["email"] or user["user_id"] for user in users_of(admin, f"?q={text}")]

    assert guest
    assert names_of("CAR") == ["carol@example.com"]
    assert names_of("bob") == ["bob", "bob@example.com", "bobby@example.com"]
    assert names_of("b.b") == ["b.b@example.com"]
    assert names_of("%5Eb.*") == names_of("b%24") == names_of("example") == []
    ada = users_of(admin, f"?q={EMAIL}")[0]
    assert names_of(ada["user_id"]) == [EMAIL]
    assert names_of(ada["user_id"][:-1]) == []


def test_the_pages_of_a_search_have_everybody_once(admin: FlaskClient, accounts: Ports) -> None:
    """Whoever has the text for an id comes first."""
    emails = [f"bob{number}@example.com" for number in range(5)]
    for email in emails:
        add_user(accounts, email)
    add_guest(accounts, "bob")

    seen = all_pages(admin, "/api/admin/users?q=bob&limit=2", "users")

    assert [user["email"] or user["user_id"] for user in seen] == ["bob", *emails]


def test_a_cursor_is_good_for_its_own_list_alone(admin: FlaskClient, accounts: Ports) -> None:
    """Not for another search, not for the audit, and not if somebody made it up."""
    for number in range(3):
        add_user(accounts, f"bob{number}@example.com")
    cursors = {
        address: admin.get(address).get_json()["next_cursor"]
        for address in ("/api/admin/users?limit=1", "/api/admin/users?limit=1&q=bob", "/api/admin/audit?limit=1")
    }
    assert all(cursors.values())
    for address in (*cursors, "/api/admin/users?limit=1&q=bo", "/api/admin/audit?limit=1&user_id=x"):
        for source, cursor in (*cursors.items(), ("nowhere", "made-up"), ("nowhere", "é")):
            if source != address:
                assert code_of(admin.get(f"{address}&cursor={cursor}")) == (400, "invalid_cursor")
    assert admin.get("/v1/files?cursor=" + cursors["/api/admin/users?limit=1"]).get_json()["code"] == "invalid_cursor"


@pytest.mark.parametrize(
    "query",
    ["?q=" + "a" * 256, "?q=%00", "?q=a%0Ab", "?q[$gt]=", "?q=a&q=b", "?limit=0", "?limit=201", "?sort=email"],
)
def test_a_bad_query_is_refused(admin: FlaskClient, query: str) -> None:
    """And none of it reaches a query of the database."""
    assert code_of(admin.get(f"/api/admin/users{query}")) == (422, "validation_failed")


def test_an_operator_in_a_search_is_text(admin: FlaskClient) -> None:
    """Nobody has such an address."""
    assert users_of(admin, '?q={"$gt":""}') == []


def test_a_user_is_shown_without_secrets_and_files(admin: FlaskClient) -> None:
    """No hash, no session, no key, no file."""
    [ada] = users_of(admin)
    assert ada == {
        "user_id": ada["user_id"],
        "kind": "user",
        "email": EMAIL,
        "name": None,
        "roles": ["admin"],
        "state": "active",
        "created_at": ada["created_at"],
        "seen_at": ada["seen_at"],
        "quota": None,
    }


def test_a_disabled_user_is_out_at_once_and_may_come_back(admin: FlaskClient, accounts: Ports) -> None:
    """Sessions and keys; a right password is as wrong as any. Doing it again changes and notes nothing."""
    other = page_of(accounts, accounts_settings())
    bob = register(other, accounts, BOB)["user"]["user_id"]
    key = make_key(other)["key"]
    script = page_of(accounts, accounts_settings())

    disabled = edit(admin, bob, disabled=True)
    assert (disabled.status_code, disabled.get_json()["user"]["state"]) == (200, "disabled")
    edit(admin, bob, disabled=True)
    assert other.get("/v1/files").status_code == 401
    assert script.get("/v1/files", headers=bearer(key)).status_code == 401
    assert code_of(other.post("/api/auth/login", json={**SIGN_IN, "email": BOB})) == (401, "credentials_invalid")

    assert edit(admin, bob, disabled=False).get_json()["user"]["state"] == "active"
    assert other.get("/v1/files").status_code == 401
    assert other.post("/api/auth/login", json={**SIGN_IN, "email": BOB}).status_code == 201
    events = admin.get(f"/api/admin/audit?user_id={bob}").get_json()["events"]
    assert [event["event"] for event in events if event["actor_id"]] == ["enabled_by_admin", "disabled_by_admin"]


def test_an_administrator_makes_another_and_ends_one(admin: FlaskClient, accounts: Ports) -> None:
    """Whoever loses the role has to sign in again, and reaches nothing of administrators from then on."""
    other = page_of(accounts, accounts_settings())
    bob = register(other, accounts, BOB)["user"]["user_id"]
    assert code_of(other.get("/api/admin/users")) == (403, "administrator_needed")

    assert edit(admin, bob, roles=["admin"]).get_json()["user"]["roles"] == ["admin"]
    assert len(users_of(other)) == 2
    assert edit(admin, bob, roles=[]).get_json()["user"]["roles"] == []

    assert other.get("/api/admin/users").status_code == 401
    other.post("/api/auth/login", json={**SIGN_IN, "email": BOB})
    assert code_of(other.get("/api/admin/users")) == (403, "administrator_needed")


def test_a_deleted_user_is_gone_as_if_they_had_left(admin: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Out at once, and an hour later nothing is left. In between nothing can be changed, and deleting again is well."""
    other = page_of(accounts, accounts_settings())
    bob = register(other, accounts, BOB)["user"]["user_id"]

    for _ in range(2):
        deleted = admin.delete(f"/api/admin/users/{bob}")
        assert (deleted.status_code, deleted.get_json()["user"]["state"]) == (202, "leaving")
    assert other.get("/v1/files").status_code == 401
    assert code_of(edit(admin, bob, disabled=False)) == (409, "user_leaving")
    clock.time += timedelta(hours=1)
    assert work_off_leavers(accounts, lambda: True) == 1
    admin.post("/api/auth/reauthenticate", json={"password": PASSWORD})
    assert code_of(admin.delete(f"/api/admin/users/{bob}")) == (404, "user_not_found")
    events = admin.get(f"/api/admin/audit?user_id={bob}").get_json()["events"]
    assert sorted(event["event"] for event in events) == ["deleted_by_admin", "left", "registered"]


@pytest.mark.parametrize("act", ["demote", "disable", "both", "delete", "leave"])
def test_the_last_administrator_stays(admin: FlaskClient, accounts: Ports, act: str) -> None:
    """Whoever is disabled or leaves does not count as another one. Nothing is changed."""
    for email, roles in ((BOB, True), ("carol@example.com", False)):
        add_user(accounts, email)
        set_admin(accounts, email, is_admin=roles)
    disable_user(accounts, BOB)
    ada = admin.get("/api/auth/session").get_json()["user"]["user_id"]
    acts = {
        "demote": lambda: edit(admin, ada, roles=[]),
        "disable": lambda: edit(admin, ada, disabled=True),
        "both": lambda: edit(admin, ada, roles=[], disabled=True),
        "delete": lambda: admin.delete(f"/api/admin/users/{ada}"),
        "leave": lambda: admin.post("/api/auth/account/leave", json={"email": EMAIL}),
    }

    assert code_of(acts[act]()) == (409, "last_administrator")
    assert users_of(admin, f"?q={EMAIL}")[0]["roles"] == ["admin"]


@pytest.mark.parametrize("act", ["demote", "disable", "delete", "leave"])
def test_one_of_two_administrators_may_go(admin: FlaskClient, accounts: Ports, act: str) -> None:
    """Then the other one is the last."""
    other = page_of(accounts, accounts_settings())
    bob = register(other, accounts, BOB)["user"]["user_id"]
    edit(admin, bob, roles=["admin"])
    ada = admin.get("/api/auth/session").get_json()["user"]["user_id"]
    acts = {
        "demote": lambda: edit(admin, ada, roles=[]),
        "disable": lambda: edit(admin, ada, disabled=True),
        "delete": lambda: admin.delete(f"/api/admin/users/{ada}"),
        "leave": lambda: admin.post("/api/auth/account/leave", json={"email": EMAIL}),
    }

    assert acts[act]().status_code in (200, 202)
    assert admin.get("/api/admin/users").status_code == 401
    assert code_of(edit(other, bob, roles=[])) == (409, "last_administrator")


def test_an_unsafe_call_needs_a_recent_sign_in(admin: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Whoever comes to an unlocked machine reads who there is, and changes nothing."""
    bob = add_user(accounts, BOB).user_id
    clock.time += timedelta(minutes=10, seconds=1)

    assert len(users_of(admin)) == 2
    assert code_of(edit(admin, bob, disabled=True)) == (403, "reauthentication_needed")
    assert code_of(admin.delete(f"/api/admin/users/{bob}")) == (403, "reauthentication_needed")
    assert {user["state"] for user in users_of(admin)} == {"active"}
    admin.post("/api/auth/reauthenticate", json={"password": PASSWORD})
    assert edit(admin, bob, disabled=True).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"disabled": "yes"},
        {"disabled": {"$ne": True}},
        {"roles": ["owner"]},
        {"roles": ["admin", "admin"]},
        {"roles": {"$set": ["admin"]}},
        {"quota": {"max_bytes": -1}},
        {"quota": {"max_bytes": {"$gt": 0}}},
        {"quota": {"max_bytes": 2**53 + 1}},
        {"quota": {"max_pending": 2001}},
        {"quota": {"left_bytes": 5}},
        {"email": "new@example.com"},
        {"password_hash": "x"},
    ],
)
def test_a_bad_change_is_refused(admin: FlaskClient, accounts: Ports, body: dict[str, Any]) -> None:
    """Operators, unknown fields, and what only the user may change."""
    bob = add_user(accounts, BOB)

    assert code_of(edit(admin, bob.user_id, **body)) == (422, "validation_failed")
    assert accounts.accounts.users.get(bob.user_id) == bob


def test_a_guest_can_be_disabled_and_deleted_but_is_no_administrator(admin: FlaskClient, accounts: Ports) -> None:
    """Nobody could sign in as that administrator. A guest whose files are being moved is not there."""
    add_guest(accounts, "a guest")
    assert code_of(edit(admin, "a%20guest", roles=["admin"])) == (422, "validation_failed")
    assert edit(admin, "a%20guest", disabled=True).get_json()["user"]["state"] == "disabled"
    assert admin.delete("/api/admin/users/a%20guest").status_code == 202
    add_guest(accounts, "another/guest")
    assert edit(admin, "another/guest", disabled=True).status_code == 200
    accounts.accounts.users.change("another/guest", {}, {"adopted_by": "somebody"})
    assert code_of(edit(admin, "another/guest", disabled=False)) == (404, "user_not_found")
    assert users_of(admin, "?q=another/guest") == []


def test_a_user_of_nobody_is_not_there(admin: FlaskClient) -> None:
    """For every call."""
    assert code_of(edit(admin, "nobody", disabled=True)) == (404, "user_not_found")
    assert code_of(admin.delete("/api/admin/users/nobody")) == (404, "user_not_found")


# --- quotas ----------------------------------------------------------------------------------------
def test_an_administrator_gives_a_user_a_quota(ports: Ports) -> None:
    """It is custom from then on; null takes it back. What is left out stays, and null inside means no limit."""
    settings = accounts_settings()
    ports = with_limits(accounts_ports(ports, settings), amounts(1000, 10, 5))
    admin, other = page_of(ports, settings), page_of(ports, settings)
    register(admin, ports)
    set_admin(ports, EMAIL, is_admin=True)
    bob = register(other, ports, BOB)["user"]["user_id"]

    def limits(**quota: Any) -> tuple[Any, ...]:
        shown = edit(admin, bob, quota=quota or None).get_json()["user"]["quota"]
        return tuple(shown[name] for name in ("custom", "max_bytes", "max_files", "max_pending"))

    assert limits(max_bytes=5000) == (True, 5000, 10, 5)
    assert limits(max_files=None, max_pending=None) == (True, 5000, None, 2000)
    assert other.get("/v1/session").get_json()["quota"]["max_bytes"] == 5000
    assert users_of(admin, f"?q={BOB}")[0]["quota"]["used_bytes"] == 0
    assert limits() == (False, 1000, 10, 5)
    assert limits(max_bytes=0) == (True, 0, 10, 5)
    started = other.post("/v1/uploads", json={"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 5})
    assert code_of(started) == (403, "quota_exceeded")
    events = admin.get(f"/api/admin/audit?user_id={bob}").get_json()["events"]
    details = [event["detail"] for event in events if event["event"] == "quota_set"]
    assert max(details) == "default"
    assert len(details) == 4


def test_without_quotas_there_is_none_to_set(admin: FlaskClient, accounts: Ports) -> None:
    """And nothing else of that request is done."""
    bob = add_user(accounts, BOB).user_id
    assert code_of(edit(admin, bob, disabled=True, quota={"max_bytes": 5})) == (409, "quotas_off")
    assert users_of(admin, f"?q={BOB}")[0]["state"] == "active"


# --- the audit -------------------------------------------------------------------------------------
def test_every_act_says_who_did_what_to_whom(admin: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """The user sees that it happened, and nothing of where the administrator was."""
    other = page_of(accounts, accounts_settings())
    bob = register(other, accounts, BOB)["user"]["user_id"]
    ada = admin.get("/api/auth/session").get_json()["user"]["user_id"]
    for fields in ({"roles": ["admin"]}, {"roles": []}):
        clock.time += timedelta(seconds=1)
        admin.patch(f"/api/admin/users/{bob}", json=fields, headers={"User-Agent": "a phone"})

    events = admin.get(f"/api/admin/audit?user_id={bob}&limit=2").get_json()["events"]
    assert [(event["user_id"], event["actor_id"], event["event"], event["network"]) for event in events] == [
        (bob, ada, "admin_ended", "127.0.0.0/24"),
        (bob, ada, "admin_made", "127.0.0.0/24"),
    ]
    other.post("/api/auth/login", json={**SIGN_IN, "email": BOB})
    own = other.get("/api/auth/account/audit").get_json()["events"]
    by_admin = next(event for event in own if event["event"] == "admin_ended")
    assert (by_admin["network"], by_admin["user_agent"]) == (None, None)
    assert "a phone" not in str(own)


def test_the_audit_is_read_page_by_page(admin: FlaskClient, accounts: Ports) -> None:
    """Of everybody or of one; each event once, also of one millisecond."""
    other = page_of(accounts, accounts_settings())
    bob = register(other, accounts, BOB)["user"]["user_id"]
    for _ in range(5):
        other.post("/api/auth/login", json={**SIGN_IN, "email": BOB})

    everybody = all_pages(admin, "/api/admin/audit?limit=2", "events")
    one = all_pages(admin, f"/api/admin/audit?limit=2&user_id={bob}", "events")

    assert len({event["event_id"] for event in everybody}) == len(everybody) == 8
    assert [event for event in everybody if event["user_id"] == bob] == one
    assert len(one) == 6


def test_without_accounts_there_is_nothing_to_administer(ports: Ports) -> None:
    """The routes of another mode are not there."""
    page = page_of(ports, Settings(auth_mode="open"))
    assert code_of(page.get("/api/admin/users")) == (404, "accounts_off")
