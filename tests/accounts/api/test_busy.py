"""While too many passwords wait to be hashed, the page tries again by itself: that costs nobody a try."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask.testing import FlaskClient

from service.accounts.adapters.argon2_passwords import MOST_WAITING, THREADS
from service.accounts.usecases.codes import MOST_TRIES
from service.ports import Ports
from tests.helpers.accounts import EMAIL, PASSWORD, code_in_mail, register

SIGN_IN = {"email": EMAIL, "password": PASSWORD}
# As often as the page does, and more often than a password or a code may be tried.
AGAIN = 8


@contextmanager
def crowd(accounts: Ports) -> Iterator[None]:
    """Others have all places."""
    with ExitStack() as others:
        for _ in range(THREADS + MOST_WAITING):
            others.enter_context(accounts.accounts.passwords.place())
        yield


def tried_again(page: FlaskClient, accounts: Ports, path: str, body: dict[str, str]) -> int:
    """Return the status once there is room."""
    assert AGAIN > MOST_TRIES
    with crowd(accounts):
        for _ in range(AGAIN):
            answer = page.post(path, json=body)
            assert (answer.status_code, answer.get_json()["code"]) == (503, "passwords_busy")
            assert answer.headers["Retry-After"] == "1"
    return page.post(path, json=body).status_code


def test_a_password_is_still_good_after_the_crowd(page: FlaskClient, accounts: Ports) -> None:
    register(page, accounts)
    assert tried_again(page, accounts, "/api/auth/login", SIGN_IN) == 201


def test_so_is_it_for_whoever_shows_again_who_they_are(page: FlaskClient, accounts: Ports) -> None:
    register(page, accounts)
    assert tried_again(page, accounts, "/api/auth/reauthenticate", {"password": PASSWORD}) == 201


def test_a_code_to_reset_the_password_is_still_good(page: FlaskClient, accounts: Ports) -> None:
    register(page, accounts)
    page.post("/api/auth/password/forgot", json={"email": EMAIL})
    reset = {"email": EMAIL, "code": code_in_mail(accounts), "password": "seven dwarfs and an apple tree"}
    assert tried_again(page, accounts, "/api/auth/password/reset", reset) == 204


def test_a_code_that_verifies_with_the_password_is_still_good(page: FlaskClient, accounts: Ports) -> None:
    page.post("/api/auth/register", json=SIGN_IN)
    proof = {**SIGN_IN, "code": code_in_mail(accounts)}
    assert tried_again(page, accounts, "/api/auth/verify-email", proof) == 201


def test_whoever_has_the_token_of_the_registration_waits_for_no_crowd(page: FlaskClient, accounts: Ports) -> None:
    """Nothing is hashed for it."""
    token = page.post("/api/auth/register", json=SIGN_IN).get_json()["verification_token"]
    proof = {"email": EMAIL, "code": code_in_mail(accounts), "verification_token": token}
    with crowd(accounts):
        assert page.post("/api/auth/verify-email", json=proof).status_code == 201


def test_places_that_are_left_are_free(accounts: Ports) -> None:
    """However the block ended, and whether anything was hashed."""
    passwords = accounts.accounts.passwords
    for _ in range(2 * (THREADS + MOST_WAITING)):
        with passwords.place() as place:
            stored = place.hash(PASSWORD)
        with passwords.place():
            pass
    assert passwords.verify(stored, PASSWORD).is_right
