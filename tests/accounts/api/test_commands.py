"""`flask user …`: what an operator does to accounts by hand."""

import pytest
from click.testing import Result
from flask.testing import FlaskClient

from service.ports import Ports
from service.settings import Settings
from tests.conftest import Clock
from tests.helpers.accounts import (
    EMAIL,
    PASSWORD,
    accounts_ports,
    accounts_settings,
    code_in_mail,
    mails_to,
    page_of,
    register,
)
from tests.helpers.api import client_of

LOGIN = {"email": EMAIL, "password": PASSWORD}


def run(page: FlaskClient, *words: str) -> Result:
    return page.application.test_cli_runner().invoke(args=["user", *words])


def test_a_created_user_sets_a_password_by_the_mailed_code_and_owns_the_files_that_were_there(
    ports: Ports,
) -> None:
    """Sign-up may be closed; `--id` names the owner of what another AUTH_MODE stored."""
    settings = accounts_settings(sign_up="closed")
    ports = accounts_ports(ports, settings)
    page = page_of(ports, settings)

    created = run(page, "create", EMAIL, "--id", "alice")

    assert created.exit_code == 0, created.output
    assert mails_to(ports)[0].template == "reset"
    reset = {"email": EMAIL, "code": code_in_mail(ports), "password": PASSWORD}
    assert page.post("/api/auth/password/reset", json=reset).status_code == 204
    assert page.post("/api/auth/login", json=LOGIN).get_json()["user"]["user_id"] == "alice"


def test_a_user_is_not_created_without_the_mail(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Whoever asks for a code to the address a moment before only makes the operator wait."""
    page.post("/api/auth/password/forgot", json={"email": EMAIL})

    early = run(page, "create", EMAIL)
    assert (early.exit_code, accounts.accounts.users.find()) == (1, [])
    assert "a code was sent a moment ago" in early.output
    clock.pass_(60)
    assert run(page, "create", EMAIL).exit_code == 0
    assert mails_to(accounts)[0].template == "reset"


def test_a_second_user_of_an_address_leaves_the_code_of_the_first(
    page: FlaskClient, accounts: Ports, clock: Clock
) -> None:
    """Its mail may be read any moment."""
    run(page, "create", EMAIL)
    clock.pass_(60)

    assert "this address has an account" in run(page, "create", EMAIL, "--id", "alice").output
    reset = {"email": EMAIL, "code": code_in_mail(accounts), "password": PASSWORD}
    assert page.post("/api/auth/password/reset", json=reset).status_code == 204


def test_a_disabled_user_is_out_at_once_and_may_come_back(page: FlaskClient, accounts: Ports) -> None:
    """The session that was open ends, and a right password is as wrong as any."""
    register(page, accounts)

    assert "disabled" in run(page, "disable", EMAIL.upper()).output
    assert page.get("/v1/files").status_code == 401
    assert page.post("/api/auth/login", json=LOGIN).get_json()["code"] == "credentials_invalid"

    assert "active" in run(page, "enable", EMAIL).output
    assert page.post("/api/auth/login", json=LOGIN).status_code == 201


def test_only_the_operator_makes_an_administrator(page: FlaskClient, accounts: Ports) -> None:
    """Nobody becomes one by being the first to register."""
    assert register(page, accounts)["user"]["roles"] == []

    assert run(page, "admin", EMAIL).output.split()[-1] == "admin"
    assert page.get("/api/auth/session").get_json()["user"]["roles"] == ["admin"]
    assert run(page, "admin", EMAIL, "--remove").output.split()[-1] == "active"


def test_the_list_names_accounts_and_no_guests(page: FlaskClient, accounts: Ports) -> None:
    """One a line: id, address, state, roles."""
    session = register(page, accounts)

    assert run(page, "list").output.split() == [session["user"]["user_id"], EMAIL, "active"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("create", EMAIL), "email_taken"),
        (("create", "no address"), "email_invalid"),
        (("disable", "nobody@example.com"), "user_not_found"),
    ],
)
def test_a_command_says_what_is_wrong(page: FlaskClient, accounts: Ports, words: tuple[str, ...], code: str) -> None:
    """With the code of the error, and no traceback."""
    register(page, accounts)

    result = run(page, *words)

    assert result.exit_code == 1
    assert f"({code})" in result.output


def test_without_accounts_the_commands_name_the_setting(ports: Ports) -> None:
    """In the other modes there is nothing to do."""
    page = client_of(Settings(auth_mode="open"), ports)

    assert "(accounts_off). AUTH_MODE=accounts turns accounts on." in run(page, "list").output
