"""Registering and signing in, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.accounts.usecases.codes import link_token_of_mail
from service.ports import Ports
from tests.conftest import Clock
from tests.helpers.accounts import (
    EMAIL,
    PASSWORD,
    accounts_ports,
    accounts_settings,
    add_user,
    code_in_mail,
    mails_to,
    page_of,
    register,
)

NEW = {"email": EMAIL, "password": PASSWORD}
WRONG_CODE = {"email": EMAIL, "code": "000000"}


# As the example client of the project's beginning calls them.
FIRST_CALLS = {
    ("post", "/api/auth/register"),
    ("post", "/api/auth/login"),
    ("post", "/api/auth/verify-email"),
    ("post", "/api/auth/logout"),
    ("get", "/api/auth/session"),
    ("get", "/api/auth/callback/{provider}"),
    ("post", "/api/auth/otp/send"),
    ("post", "/api/auth/otp/verify"),
}


def test_the_calls_have_the_names_that_clients_know(page: FlaskClient) -> None:
    """They never change."""
    paths = page.get("/openapi.json").get_json()["paths"]
    assert {(method, path) for path, methods in paths.items() for method in methods} >= FIRST_CALLS


def test_register_code_signed_in_takes_two_calls(page: FlaskClient, accounts: Ports) -> None:
    """The page keeps the verification token, so nobody types the password twice."""
    session = register(page, accounts)
    assert session["user"]["email"] == EMAIL
    assert session["session"]["how"] == "password"
    assert page.get("/api/auth/session").get_json()["user"] == session["user"]
    assert page.get("/v1/files").status_code == 200


def test_a_known_address_is_answered_alike(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Status, body and headers are equal; only the mail says that there is an account."""
    register(page, accounts)
    clock.time += timedelta(hours=2)
    known = page.post("/api/auth/register", json=NEW)
    new = page.post("/api/auth/register", json={**NEW, "email": "bob@example.com"})
    assert known.status_code == new.status_code == 202
    assert known.get_json().keys() == new.get_json().keys()
    assert [name for name, _ in known.headers] == [name for name, _ in new.headers]
    assert mails_to(accounts)[0].template == "already_registered"
    assert mails_to(accounts, "bob@example.com")[0].template == "verify"


def test_a_known_address_has_no_code_that_verifies(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Not even the code that was never mailed."""
    register(page, accounts)
    clock.time += timedelta(hours=2)
    token = page.post("/api/auth/register", json=NEW).get_json()["verification_token"]
    proof = {"email": EMAIL, "code": code_in_mail(accounts), "verification_token": token, "password": PASSWORD}
    assert page.post("/api/auth/verify-email", json=proof).get_json()["code"] == "code_invalid"


def test_a_link_opened_elsewhere_asks_for_the_password(page: FlaskClient, accounts: Ports) -> None:
    """Reading somebody's mail is not enough."""
    page.post("/api/auth/register", json=NEW)
    elsewhere, token = page_of(accounts, accounts_settings()), link_token_of_mail(accounts, mails_to(accounts)[0])
    assert elsewhere.post("/api/auth/verify-email", json={"token": token}).status_code == 400
    wrong = {"token": token, "password": "another good password"}
    assert elsewhere.post("/api/auth/verify-email", json=wrong).status_code == 400
    assert elsewhere.post("/api/auth/verify-email", json={"token": token, "password": PASSWORD}).status_code == 201
    again = elsewhere.post("/api/auth/verify-email", json={"token": token, "password": PASSWORD})
    assert again.get_json()["code"] == "code_invalid"


@pytest.mark.parametrize("who_first", ["the stranger", "the owner"])
def test_nobody_gets_an_account_with_a_password_that_somebody_else_chose(
    page: FlaskClient, accounts: Ports, clock: Clock, who_first: str
) -> None:
    """Whoever registers first: the owner reads the mail, and the stranger's password never works."""
    stranger = page_of(accounts, accounts_settings())
    order = [(stranger, "the password of mallory"), (page, PASSWORD)]
    tokens = {}
    for client, password in order if who_first == "the stranger" else reversed(order):
        asked = client.post("/api/auth/register", json={"email": EMAIL, "password": password})
        tokens[password] = asked.get_json()["verification_token"]
        clock.time += timedelta(seconds=61)
    proof = {"email": EMAIL, "code": code_in_mail(accounts), "verification_token": tokens[PASSWORD]}
    verified = page.post("/api/auth/verify-email", json=proof)
    assert verified.status_code == (201 if who_first == "the stranger" else 400)
    signed_in = stranger.post("/api/auth/login", json={"email": EMAIL, "password": "the password of mallory"})
    assert signed_in.status_code == 401


def test_a_registration_that_is_not_verified_signs_nobody_in(page: FlaskClient) -> None:
    """The error is that of an unknown address."""
    page.post("/api/auth/register", json=NEW)
    assert page.post("/api/auth/login", json=NEW).get_json()["code"] == "credentials_invalid"


def test_a_right_password_signs_in_with_a_new_cookie(page: FlaskClient, accounts: Ports) -> None:
    """The earlier session ends, so a planted cookie is worthless."""
    register(page, accounts)
    before = page.get_cookie("moodrop_session")
    answer = page.post("/api/auth/login", json=NEW)
    after = page.get_cookie("moodrop_session")
    assert answer.status_code == 201
    assert before
    assert after
    assert before.value != after.value
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]
    page.set_cookie("moodrop_session", before.value)
    assert page.get("/v1/files").status_code == 401


def test_whatever_is_wrong_the_answer_is_one(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """A wrong password, an unknown address, and accounts that are disabled, leave, or have no password."""
    register(page, accounts)
    made = {name: add_user(accounts, f"{name}@example.com") for name in ("disabled", "leaving", "no-password")}
    users = accounts.accounts.users
    [ada] = users.find(email=EMAIL)
    users.change(made["disabled"].user_id, {}, {"password_hash": ada.password_hash, "disabled_at": clock()})
    users.change(made["leaving"].user_id, {}, {"password_hash": ada.password_hash, "leaving_at": clock()})
    wrong = [{"email": user.email, "password": PASSWORD} for user in made.values()]
    wrong += [NEW | {"password": "wrong but long enough"}, NEW | {"email": "nobody@example.com"}]

    answers = [page.post("/api/auth/login", json=body) for body in wrong]

    bodies = [answer.get_json() | {"request_id": ""} for answer in answers]
    headers = [[(name, value) for name, value in answer.headers if name != "X-Request-ID"] for answer in answers]
    assert (answers[0].status_code, bodies[0]["code"]) == (401, "credentials_invalid")
    assert bodies == bodies[:1] * 5
    assert headers == headers[:1] * 5


def test_after_five_wrong_passwords_one_waits_but_a_code_still_signs_in(page: FlaskClient, accounts: Ports) -> None:
    """Nobody can lock the owner out."""
    register(page, accounts)
    wrong = NEW | {"password": "wrong but long enough"}
    statuses = [page.post("/api/auth/login", json=wrong).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    refused = page.post("/api/auth/login", json=NEW)
    assert refused.get_json()["code"] == "rate_limited"
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    page.post("/api/auth/otp/send", json={"email": EMAIL})
    code = code_in_mail(accounts)
    assert page.post("/api/auth/otp/verify", json={"email": EMAIL, "code": code}).status_code == 201


def test_the_sixth_guess_of_a_code_is_refused_though_it_is_right(page: FlaskClient, accounts: Ports) -> None:
    """The link still works, so using up the tries locks nobody out."""
    register(page, accounts)
    page.post("/api/auth/otp/send", json={"email": EMAIL})
    code = code_in_mail(accounts)
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        assert page.post("/api/auth/otp/verify", json={"email": EMAIL, "code": wrong}).status_code == 400
    assert page.post("/api/auth/otp/verify", json={"email": EMAIL, "code": code}).status_code == 400
    token = link_token_of_mail(accounts, mails_to(accounts)[0])
    assert page.post("/api/auth/otp/verify", json={"token": token}).status_code == 201


def test_resending_waits_a_minute_and_keeps_the_tries(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Otherwise each new mail would allow five more guesses."""
    register(page, accounts)
    page.post("/api/auth/otp/send", json={"email": EMAIL})
    for _ in range(3):
        page.post("/api/auth/otp/verify", json=WRONG_CODE)
    clock.time += timedelta(seconds=59)
    early = page.post("/api/auth/otp/send", json={"email": EMAIL})
    assert (early.status_code, early.headers["Retry-After"]) == (429, "1")
    clock.time += timedelta(seconds=1)
    assert page.post("/api/auth/otp/send", json={"email": EMAIL}).status_code == 202
    for _ in range(2):
        page.post("/api/auth/otp/verify", json=WRONG_CODE)
    right = {"email": EMAIL, "code": code_in_mail(accounts)}
    assert page.post("/api/auth/otp/verify", json=right).status_code == 400


def test_an_unknown_address_is_sent_nothing_and_told_the_same(page: FlaskClient, accounts: Ports) -> None:
    """The work is the same, and the outbox gets a document that is dropped."""
    register(page, accounts)
    known = page.post("/api/auth/otp/send", json={"email": EMAIL})
    unknown = page.post("/api/auth/otp/send", json={"email": "nobody@example.com"})
    assert known.status_code == unknown.status_code == 202
    assert [name for name, _ in known.headers] == [name for name, _ in unknown.headers]
    (dropped,) = mails_to(accounts, "nobody@example.com")
    assert dropped.template == "none"
    code = code_in_mail(accounts, "nobody@example.com")
    guess = {"email": "nobody@example.com", "code": code}
    assert page.post("/api/auth/otp/verify", json=guess).get_json()["code"] == "code_invalid"


def test_a_code_of_one_purpose_is_worth_nothing_for_another(page: FlaskClient, accounts: Ports) -> None:
    """A code for registration does not sign in."""
    page.post("/api/auth/register", json=NEW)
    right = {"email": EMAIL, "code": code_in_mail(accounts)}
    assert page.post("/api/auth/otp/verify", json=right).status_code == 400
    token = link_token_of_mail(accounts, mails_to(accounts)[0])
    assert page.post("/api/auth/otp/verify", json={"token": token}).status_code == 400


def test_a_session_ends_by_itself(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """After a week without use, and after 30 days in any case."""
    register(page, accounts)
    clock.time += timedelta(days=7, seconds=1)
    assert page.get("/v1/files").get_json()["code"] == "session_ended"
    page.post("/api/auth/login", json=NEW)
    for _ in range(29):
        clock.time += timedelta(days=1)
        assert page.get("/v1/files").status_code == 200
    clock.time += timedelta(days=1)
    assert page.get("/v1/files").status_code == 401


def test_signing_out_ends_the_session_everywhere(page: FlaskClient, accounts: Ports) -> None:
    """Signing out twice is no error."""
    register(page, accounts)
    cookie = page.get_cookie("moodrop_session")
    assert page.post("/api/auth/logout").status_code == 204
    assert cookie
    page.set_cookie("moodrop_session", cookie.value)
    assert page.get("/v1/files").status_code == 401
    assert page.post("/api/auth/logout").status_code == 204


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
def test_a_page_of_another_site_signs_nobody_out(page: FlaskClient, accounts: Ports, site: str) -> None:
    """Its form comes without the cookie, which the answer would have removed."""
    stranger = page_of(accounts, accounts_settings())
    answer = stranger.post("/api/auth/logout", headers={"Sec-Fetch-Site": site, "Origin": "https://evil.example"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "foreign_origin")
    assert "Set-Cookie" not in answer.headers


def test_the_session_of_nobody_is_an_answer(page: FlaskClient) -> None:
    """It says how to sign in."""
    answer = page.get("/api/auth/session")
    assert answer.status_code == 200
    assert answer.get_json()["user"] is None
    assert answer.get_json()["sign_up"] == "open"


@pytest.mark.parametrize("mode", ["jwt", "open"])
def test_without_accounts_there_is_nothing_to_sign_in_to(ports: Ports, mode: str) -> None:
    """The error names the setting."""
    settings = accounts_settings(auth_mode=mode, jwt_secret="0123456789abcdef-of-a-jwt-secret-xyz")
    client = page_of(accounts_ports(ports, settings), settings)
    answer = client.post("/api/auth/login", json=NEW)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "accounts_off")


def test_closed_sign_up_says_so(ports: Ports) -> None:
    """SIGN_UP=closed."""
    settings = accounts_settings(sign_up="closed")
    client = page_of(accounts_ports(ports, settings), settings)
    assert client.post("/api/auth/register", json=NEW).get_json()["code"] == "sign_up_closed"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"password": "123456789"}, "password_weak"),
        ({"password": "password12"}, "password_weak"),
        ({"password": "x" * 129}, "password_weak"),
        ({"password": "ada@example.com"}, "password_weak"),
        ({"email": "us\u0435r@example.com"}, "email_invalid"),  # a Cyrillic letter
        ({"email": "a@b@example.com"}, "email_invalid"),
        ({"email": '"a b"@example.com'}, "email_invalid"),
        ({"email": "Ada <ada@example.com>"}, "email_invalid"),
        ({"email": "a" * 65 + "@example.com"}, "email_invalid"),
        ({"email": "ada@example.com\nBcc: all@example.com"}, "validation_failed"),
        ({"email": {"$gt": ""}}, "validation_failed"),
        ({"password": ["x"]}, "validation_failed"),
        ({"email": 7}, "validation_failed"),
        ({"password": "a\0" * 10}, "validation_failed"),
        ({"password": "\ud800" * 12}, "validation_failed"),
        ({"admin": True}, "validation_failed"),
    ],
)
def test_a_bad_registration_is_refused(page: FlaskClient, changed: dict[str, Any], code: str) -> None:
    """With the field and the reason; no mail is sent."""
    answer = page.post("/api/auth/register", json=NEW | changed)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)


def test_a_password_with_emoji_is_taken(page: FlaskClient) -> None:
    """64 characters, of any script."""
    password = "\N{PARTY POPPER}süße Träume " + "über den Wolken sieben Zwerge und ein Apfelbaum"
    assert page.post("/api/auth/register", json=NEW | {"password": password}).status_code == 202


def test_an_address_is_one_in_any_case(page: FlaskClient, accounts: Ports) -> None:
    """A look-alike domain is another address, and shown as such."""
    register(page, accounts)
    assert page.post("/api/auth/login", json=NEW | {"email": "ADA@Example.COM"}).status_code == 201
    imitation = page.post("/api/auth/otp/send", json={"email": "ada@ex\u0430mple.com"})
    assert imitation.get_json()["email"].startswith("ada@xn--")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 401),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:8000"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://localhost"}, 401),
        ({"Origin": "https://evil.example"}, 403),
        ({}, 401),
    ],
)
def test_only_our_page_and_scripts_may_ask_for_a_session(
    page: FlaskClient, headers: dict[str, str], status: int
) -> None:
    """Another port of this host is 'same-site', but not our page."""
    page.environ_base.pop("HTTP_SEC_FETCH_SITE")
    answer = page.post("/api/auth/login", json=NEW, headers=headers)
    assert answer.status_code == status
