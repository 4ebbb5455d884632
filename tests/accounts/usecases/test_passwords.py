"""Changes of an account by a session that ended a moment ago."""

import pytest

from service.accounts.errors import SessionEnded
from service.accounts.model import Origin, Session, User
from service.accounts.usecases.account.email_change import change_email, send_email_code
from service.accounts.usecases.account.passwords import Reset, change_password, reset_password, send_reset_code
from service.accounts.usecases.codes import code_of_mail
from service.accounts.usecases.sessions import open_account_session
from service.ports import Ports
from tests.conftest import Clock
from tests.helpers.accounts import EMAIL, PASSWORD, add_user, mails_to

HERE = Origin()
NEW_EMAIL, NEW_PASSWORD = "new@example.com", "another sentence that nobody guesses"


@pytest.fixture
def after_reset(accounts: Ports, clock: Clock) -> tuple[User, Session]:
    """The user as a request reads it after its owner reset the password, and the session that the request came by."""
    user = add_user(accounts)
    opened = open_account_session(accounts, user, "password", HERE)
    send_reset_code(accounts, EMAIL, None, HERE)
    reset_password(accounts, Reset(PASSWORD, EMAIL, code_of_mail(accounts, mails_to(accounts)[0])), HERE)
    clock.pass_(120)
    now = accounts.accounts.users.get(user.user_id)
    assert now
    return now, opened.session


def test_an_old_session_sets_no_password_after_a_reset(accounts: Ports, after_reset: tuple[User, Session]) -> None:
    """Whoever took it over would have the account again."""
    user, session = after_reset

    with pytest.raises(SessionEnded):
        change_password(accounts, user, NEW_PASSWORD, session, HERE)

    assert accounts.accounts.users.get(user.user_id) == user


def test_an_old_session_sets_no_address_after_a_reset(accounts: Ports, after_reset: tuple[User, Session]) -> None:
    user, session = after_reset
    send_email_code(accounts, user, NEW_EMAIL, HERE)
    code = code_of_mail(accounts, mails_to(accounts, NEW_EMAIL)[0])

    with pytest.raises(SessionEnded):
        change_email(accounts, user, NEW_EMAIL, code, session, HERE)

    assert accounts.accounts.users.get(user.user_id) == user
