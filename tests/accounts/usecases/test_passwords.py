"""Passwords: changed by a session that ended a moment ago, and of another service while the queue is full."""

import os
import threading
from dataclasses import replace

import bcrypt
import pytest

from service.accounts.adapters.argon2_passwords import Argon2Passwords
from service.accounts.errors import PasswordsBusy, SessionEnded
from service.accounts.model import Origin, Session, User
from service.accounts.usecases.account.email_change import change_email, send_email_code
from service.accounts.usecases.account.passwords import Reset, change_password, reset_password, send_reset_code
from service.accounts.usecases.codes import code_of_mail
from service.accounts.usecases.sessions import open_account_session
from service.accounts.usecases.sign_in import by_password
from service.ports import Ports
from service.shared.adapters.cpus import allowed_cpus
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


class FullAfterOne(Argon2Passwords):
    """Others take the place in the queue once the password is verified."""

    def hash(self, password: str) -> str:
        raise PasswordsBusy


def test_a_right_password_signs_in_though_its_hash_cannot_be_replaced_now(accounts: Ports) -> None:
    """The hash of another service stays until the next sign-in."""
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    user = add_user(accounts)
    accounts.accounts.users.change(user.user_id, {}, {"password_hash": old})
    busy = replace(accounts, accounts=replace(accounts.accounts, passwords=FullAfterOne(8192)))

    assert by_password(busy, EMAIL, PASSWORD, HERE).user_id == user.user_id
    stored = accounts.accounts.users.get(user.user_id)
    assert stored
    assert stored.password_hash == old
    by_password(accounts, EMAIL, PASSWORD, HERE)
    stored = accounts.accounts.users.get(user.user_id)
    assert stored
    assert str(stored.password_hash).startswith("$argon2id$")


def test_a_hash_is_computed_beside_the_cpu_of_the_other_threads() -> None:
    """It takes a tenth of a second, without the interpreter's lock. The thread of hashes begins from another one."""
    before = set(threading.enumerate())
    os.sched_setaffinity(0, {min(allowed_cpus())})
    try:
        Argon2Passwords(memory_kib=64).hash(PASSWORD)
    finally:
        os.sched_setaffinity(0, allowed_cpus())

    hashing = next(thread for thread in set(threading.enumerate()) - before if thread.name.startswith("passwords"))
    assert hashing.native_id
    assert os.sched_getaffinity(hashing.native_id) == allowed_cpus()
