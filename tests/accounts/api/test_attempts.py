"""Those who guess for a day, mail scanners that open every link, and hashes of old: over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from service.accounts.usecases.codes import link_token_of_mail
from service.ports import Ports
from tests.helpers.accounts import EMAIL, PASSWORD, code_in_mail, mails_to, register

SIGN_IN = {"email": EMAIL, "password": PASSWORD}
WRONG = {**SIGN_IN, "password": "wrong but long enough"}
WINDOW = timedelta(minutes=15, seconds=1)


@pytest.fixture
def tries_clock() -> Iterator[time_machine.Traveller]:
    """The clock of the library that counts tries; it stands still until a test moves it."""
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False) as moved:
        yield moved


def test_after_twenty_wrong_passwords_a_day_one_waits_but_a_code_still_signs_in(
    tries_clock: time_machine.Traveller, page: FlaskClient, accounts: Ports
) -> None:
    """Who guesses patiently locks out no owner, and a day later the password is good again."""
    register(page, accounts)
    for _ in range(4):
        statuses = [page.post("/api/auth/login", json=WRONG).status_code for _ in range(5)]
        assert statuses == [401] * 5
        tries_clock.shift(WINDOW)

    refused = page.post("/api/auth/login", json=SIGN_IN)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_limited")
    assert 20 * 3600 < int(refused.headers["Retry-After"]) <= 86_400
    page.post("/api/auth/otp/send", json={"email": EMAIL})
    code = {"email": EMAIL, "code": code_in_mail(accounts)}
    assert page.post("/api/auth/otp/verify", json=code).status_code == 201
    tries_clock.shift(timedelta(days=1))
    assert page.post("/api/auth/login", json=SIGN_IN).status_code == 201


def test_a_network_has_sixty_new_passwords_checked_in_an_hour(page: FlaskClient, accounts: Ports) -> None:
    """Weak ones count too: scoring one costs more than all else that a stranger can ask for without being counted."""
    weak = {"email": EMAIL, "password": "password12"}
    assert [page.post("/api/auth/register", json=weak).status_code for _ in range(60)] == [422] * 60

    for path, body in (("register", SIGN_IN), ("password/reset", {**SIGN_IN, "code": "123456"})):
        refused = page.post(f"/api/auth/{path}", json=body)
        assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_limited")
        assert 0 < int(refused.headers["Retry-After"]) <= 3600


def test_a_scanner_of_mails_uses_no_link_up(page: FlaskClient, accounts: Ports) -> None:
    """It opens what is in the mail, and tries what it sees; the person's one POST is good, and no second one."""
    page.post("/api/auth/register", json=SIGN_IN)
    token, before = link_token_of_mail(accounts, mails_to(accounts)[0]), accounts.accounts.codes.find()
    addresses = ("/verify", f"/verify?token={token}", "/api/auth/verify-email", f"/api/auth/verify-email?token={token}")
    for address in addresses * 3:
        for method in ("HEAD", "GET"):
            with page.open(address, method=method) as answer:
                assert answer.status_code in (200, 405)
    assert accounts.accounts.codes.find() == before
    assert accounts.accounts.users.find() == []

    proof = {"token": token, "password": PASSWORD}
    assert page.post("/api/auth/verify-email", json=proof).status_code == 201
    again = page.post("/api/auth/verify-email", json=proof)
    assert (again.status_code, again.get_json()["code"]) == (400, "code_invalid")


@pytest.mark.parametrize(
    "old", [PasswordHasher(1, 32, 1), PasswordHasher(2, 32, 1), PasswordHasher(2, 64, 2), PasswordHasher(2, 64, 1, 16)]
)
def test_a_hash_with_old_parameters_is_replaced_at_the_first_sign_in(
    page: FlaskClient, accounts: Ports, old: PasswordHasher
) -> None:
    """A wrong password replaces nothing; the next sign-in finds the new hash, and leaves it."""
    user_id = register(page, accounts)["user"]["user_id"]
    today = _hash_of(accounts, user_id)
    accounts.accounts.users.change(user_id, {}, {"password_hash": old.hash(PASSWORD)})
    stored = _hash_of(accounts, user_id)
    assert page.post("/api/auth/login", json=WRONG).status_code == 401
    assert _hash_of(accounts, user_id) == stored

    assert page.post("/api/auth/login", json=SIGN_IN).status_code == 201
    replaced = _hash_of(accounts, user_id)
    assert replaced.rsplit("$", 2)[0] == today.rsplit("$", 2)[0]
    assert len(replaced) == len(today)
    assert page.post("/api/auth/login", json=SIGN_IN).status_code == 201
    assert _hash_of(accounts, user_id) == replaced


def _hash_of(ports: Ports, user_id: str) -> str:
    user = ports.accounts.users.get(user_id)
    assert user
    return str(user.password_hash)
