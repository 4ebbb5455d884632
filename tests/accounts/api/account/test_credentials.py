"""What could take an account away: password, address, and showing again who one is. Over HTTP."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from service.accounts.usecases.codes import Carried, issue_code
from service.accounts.usecases.mails import queue_code_mail
from service.ports import Ports
from tests.conftest import Clock
from tests.helpers.accounts import (
    EMAIL,
    PASSWORD,
    accounts_settings,
    bearer,
    code_in_mail,
    mails_to,
    make_key,
    page_of,
    register,
)

NEW_PASSWORD = "seven dwarfs and an apple tree"
NEW_EMAIL = "lovelace@example.com"
SIGN_IN = {"email": EMAIL, "password": PASSWORD}
RECENT = timedelta(minutes=10, seconds=1)
NEED_RECENT = [
    ("/api/auth/password", {"password": NEW_PASSWORD}),
    ("/api/auth/email", {"email": NEW_EMAIL}),
    ("/api/auth/account/leave", {"email": EMAIL}),
]


def cookie_of(page: FlaskClient) -> str:
    """The session's secret."""
    cookie = page.get_cookie("moodrop_session")
    assert cookie
    return cookie.value


@pytest.mark.parametrize(("address", "body"), NEED_RECENT)
def test_after_ten_minutes_one_shows_again_who_one_is(
    page: FlaskClient, accounts: Ports, clock: Clock, address: str, body: dict[str, str]
) -> None:
    """Whoever comes to an unlocked machine cannot take the account away."""
    register(page, accounts)
    clock.time += RECENT
    refused = page.post(address, json=body)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "reauthentication_needed")
    assert page.post("/api/auth/reauthenticate", json={"password": PASSWORD}).status_code == 201
    assert page.post(address, json=body).status_code in (202, 204)


@pytest.mark.parametrize(("address", "body"), [*NEED_RECENT, ("/api/auth/reauthenticate", {"password": PASSWORD})])
def test_only_the_page_of_an_account_changes_it(
    page: FlaskClient, accounts: Ports, address: str, body: dict[str, str]
) -> None:
    """Not an API key, and not somebody who is not signed in."""
    register(page, accounts)
    key = make_key(page)["key"]
    stranger = page_of(accounts, accounts_settings())
    refused = stranger.post(address, json=body, headers=bearer(key))
    assert (refused.status_code, refused.get_json()["code"]) == (403, "account_needed")
    assert stranger.post(address, json=body).status_code == 401


def test_showing_who_one_is_gives_a_new_session_id(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """By the password or a mailed code; the cookie before is worth nothing."""
    register(page, accounts)
    for by_code in (False, True):
        clock.time += RECENT
        before, proof = cookie_of(page), {"password": PASSWORD}
        if by_code:
            sent = page.post("/api/auth/reauthenticate/send")
            assert (sent.status_code, sent.get_json()["email"]) == (202, EMAIL)
            assert mails_to(accounts)[0].template == "recent_code"
            proof = {"code": code_in_mail(accounts)}
        renewed = page.post("/api/auth/reauthenticate", json=proof)

        assert renewed.status_code == 201
        assert renewed.get_json()["session"]["auth_at"] == clock.time.isoformat().replace("+00:00", "Z")
        old = page_of(accounts, accounts_settings())
        old.set_cookie("moodrop_session", before)
        assert old.get("/v1/files").status_code == 401
        assert page.get("/v1/files").status_code == 200


def test_a_wrong_password_shows_nothing_and_five_are_enough(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """The session stays as it was."""
    register(page, accounts)
    clock.time += RECENT
    wrong = {"password": "wrong but long enough"}
    answers = [page.post("/api/auth/reauthenticate", json=wrong) for _ in range(6)]

    assert [answer.get_json()["code"] for answer in answers] == ["credentials_invalid"] * 5 + ["rate_limited"]
    assert page.post("/api/auth/password", json={"password": NEW_PASSWORD}).status_code == 403
    assert page.get("/v1/files").status_code == 200


def test_somebody_elses_code_shows_nothing(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Codes belong to an address."""
    register(page, accounts)
    other = page_of(accounts, accounts_settings())
    register(other, accounts, "bob@example.com")
    other.post("/api/auth/reauthenticate/send")
    code = code_in_mail(accounts, "bob@example.com")
    assert page.post("/api/auth/reauthenticate", json={"code": code}).get_json()["code"] == "code_invalid"
    assert page.post("/api/auth/reauthenticate", json={}).get_json()["code"] == "code_invalid"


def test_a_code_of_the_addresss_owner_before_shows_nothing(page: FlaskClient, accounts: Ports) -> None:
    """The address may have gone from one account to another within the ten minutes of a code."""
    register(page, accounts)
    code = issue_code(accounts, "recent", EMAIL, Carried(user_id="somebody else"))
    queue_code_mail(accounts, code, "recent_code")
    guess = {"code": code_in_mail(accounts)}
    assert page.post("/api/auth/reauthenticate", json=guess).get_json()["code"] == "code_invalid"


def test_a_new_password_ends_all_other_sessions(page: FlaskClient, accounts: Ports) -> None:
    """This one goes on, with another id; the owner gets a notice."""
    elsewhere, before = page_of(accounts, accounts_settings()), ""
    register(page, accounts)
    before = cookie_of(page)
    elsewhere.post("/api/auth/login", json=SIGN_IN)
    changed = page.post("/api/auth/password", json={"password": NEW_PASSWORD})

    assert changed.status_code == 204
    assert cookie_of(page) != before
    assert page.get("/v1/files").status_code == 200
    assert elsewhere.get("/v1/files").status_code == 401
    assert elsewhere.post("/api/auth/login", json=SIGN_IN).status_code == 401
    assert elsewhere.post("/api/auth/login", json={**SIGN_IN, "password": NEW_PASSWORD}).status_code == 201
    assert mails_to(accounts)[0].values == {"what": "password_changed"}


def test_a_new_password_does_not_put_off_the_next_question(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Ten minutes count from the last proof, not from the last change."""
    register(page, accounts)
    clock.time += timedelta(minutes=9)
    page.post("/api/auth/password", json={"password": NEW_PASSWORD})
    clock.time += timedelta(minutes=2)
    assert page.post("/api/auth/password", json={"password": PASSWORD}).status_code == 403


def test_a_weak_new_password_is_refused(page: FlaskClient, accounts: Ports) -> None:
    """By the same rules as the first one; the address is no password."""
    register(page, accounts)
    assert page.post("/api/auth/password", json={"password": EMAIL}).get_json()["code"] == "password_weak"


def test_a_new_address_is_proven_and_the_old_one_gets_a_notice(page: FlaskClient, accounts: Ports) -> None:
    """Until then nothing changes; then other sessions end, and only the new address signs in."""
    elsewhere = page_of(accounts, accounts_settings())
    register(page, accounts)
    elsewhere.post("/api/auth/login", json=SIGN_IN)
    asked = page.post("/api/auth/email", json={"email": NEW_EMAIL.upper()})
    assert (asked.status_code, asked.get_json()["email"]) == (202, NEW_EMAIL)
    assert page.get("/api/auth/account").get_json()["email"] == EMAIL
    proof = {"email": NEW_EMAIL, "code": code_in_mail(accounts, NEW_EMAIL)}
    verified = page.post("/api/auth/email/verify", json=proof)

    assert (verified.status_code, verified.get_json()["user"]["email"]) == (200, NEW_EMAIL)
    assert page.get("/v1/files").status_code == 200
    assert elsewhere.get("/v1/files").status_code == 401
    assert mails_to(accounts)[0].values == {"what": "email_changed"}
    assert elsewhere.post("/api/auth/login", json=SIGN_IN).status_code == 401
    assert elsewhere.post("/api/auth/login", json={**SIGN_IN, "email": NEW_EMAIL}).status_code == 201
    assert page.post("/api/auth/email/verify", json=proof).get_json()["code"] == "code_invalid"


def test_two_who_want_one_address_get_one_account_with_it(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Even who asked for it second, but not both: the first to prove it has it."""
    other = page_of(accounts, accounts_settings())
    register(page, accounts)
    register(other, accounts, "bob@example.com")
    page.post("/api/auth/email", json={"email": NEW_EMAIL})
    first = {"email": NEW_EMAIL, "code": code_in_mail(accounts, NEW_EMAIL)}
    assert page.post("/api/auth/email/verify", json=first).status_code == 200
    clock.time += timedelta(seconds=61)
    other.post("/api/auth/email", json={"email": NEW_EMAIL})
    second = {"email": NEW_EMAIL, "code": code_in_mail(accounts, NEW_EMAIL)}
    taken = other.post("/api/auth/email/verify", json=second)

    assert (taken.status_code, taken.get_json()["code"]) == (409, "email_taken")
    assert other.get("/api/auth/account").get_json()["email"] == "bob@example.com"


def test_nobody_takes_an_address_with_a_code_that_another_account_asked_for(page: FlaskClient, accounts: Ports) -> None:
    """Whoever reads the mail of an address moves no other account to it."""
    other = page_of(accounts, accounts_settings())
    register(page, accounts)
    register(other, accounts, "bob@example.com")
    page.post("/api/auth/email", json={"email": NEW_EMAIL})
    proof = {"email": NEW_EMAIL, "code": code_in_mail(accounts, NEW_EMAIL)}
    assert other.post("/api/auth/email/verify", json=proof).get_json()["code"] == "code_invalid"


@pytest.mark.parametrize("email", ["a@b@example.com", "us\u0435r@example.com", "Ada <ada@example.com>"])
def test_a_bad_address_is_refused(page: FlaskClient, accounts: Ports, email: str) -> None:
    """Before anything is mailed."""
    register(page, accounts)
    assert page.post("/api/auth/email", json={"email": email}).get_json()["code"] == "email_invalid"


def test_another_sites_page_changes_nothing(page: FlaskClient, accounts: Ports) -> None:
    """Though the browser sends the cookie."""
    register(page, accounts)
    page.environ_base["HTTP_SEC_FETCH_SITE"] = "same-site"
    refused = page.post("/api/auth/password", json={"password": NEW_PASSWORD})
    assert refused.get_json()["code"] == "foreign_origin"
