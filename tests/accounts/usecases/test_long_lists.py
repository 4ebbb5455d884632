"""More sessions, scripts, leavers and guests than one read of the database returns: none of them is passed over."""

from datetime import timedelta

import pytest

from service.accounts.model import Origin, Session, User
from service.accounts.usecases.account.sessions import end_any_session, end_others
from service.accounts.usecases.guests import LAST_UPLOADS, add_guest, adopt_guest, work_off_adoptions
from service.accounts.usecases.leaving import LAST_TOKENS, close_account, work_off_leavers
from service.accounts.usecases.refresh import issue_tokens, list_families
from service.accounts.usecases.sessions import end_session_by_id, list_sessions, open_account_session
from service.ports import Ports
from service.shared.model import Caller
from tests.builders import a_file
from tests.conftest import Clock
from tests.helpers.accounts import EMAIL, add_user

HERE = Origin()
SEVERAL = 205
FIRST = timedelta(seconds=1)


def always() -> bool:
    """Go on."""
    return True


@pytest.fixture
def user(accounts: Ports) -> User:
    """Somebody with an account."""
    return add_user(accounts)


def sign_in(accounts: Ports, user: User, clock: Clock) -> Session:
    """Sign in with a browser."""
    clock.time += FIRST
    return open_account_session(accounts, user, "password", HERE).session


def test_all_other_sessions_end_however_many_there_are(accounts: Ports, user: User, clock: Clock) -> None:
    """The oldest may be that of an intruder."""
    for _ in range(SEVERAL):
        sign_in(accounts, user, clock)
        issue_tokens(accounts, user, HERE)
    own = sign_in(accounts, user, clock)

    end_others(accounts, user, own.session_id, HERE)

    assert accounts.sessions.find(user_id=user.user_id, limit=SEVERAL) == [own]
    assert list_families(accounts, user) == []


def test_the_oldest_session_can_be_ended_too(accounts: Ports, user: User, clock: Clock) -> None:
    oldest = sign_in(accounts, user, clock)
    for _ in range(SEVERAL):
        sign_in(accounts, user, clock)

    end_session_by_id(accounts, user, oldest.session_id or "")

    assert accounts.sessions.get(oldest.digest) is None


def test_sessions_that_nobody_uses_hide_none_that_somebody_does(accounts: Ports, user: User, clock: Clock) -> None:
    """They are still in the database, and newer."""
    used = sign_in(accounts, user, clock)
    for _ in range(SEVERAL):
        sign_in(accounts, user, clock)
    clock.time += timedelta(days=8)
    accounts.sessions.touch(used.digest, {"seen_at": accounts.now()})

    assert [each.session_id for each in list_sessions(accounts, user)] == [used.session_id]


def test_a_script_can_be_signed_out_however_many_came_after(accounts: Ports, user: User, clock: Clock) -> None:
    """By the id that the list shows while it is among the newest."""
    issue_tokens(accounts, user, HERE)
    [oldest] = list_families(accounts, user)
    for _ in range(SEVERAL):
        clock.time += FIRST
        issue_tokens(accounts, user, HERE)

    end_any_session(accounts, user, oldest.family_id, HERE)

    ended = accounts.accounts.token_families.get(oldest.family_id)
    assert ended
    assert ended.revoked_for == "signed_out"


def test_an_account_that_left_an_hour_ago_goes_though_many_leave_now(accounts: Ports, clock: Clock) -> None:
    """Newer ones come first in the list, and wait for their own hour."""
    first = add_user(accounts)
    close_account(accounts, first)
    clock.time += LAST_TOKENS
    for number in range(SEVERAL):
        clock.time += timedelta(milliseconds=1)
        close_account(accounts, add_user(accounts, f"{number}@example.com"))

    assert work_off_leavers(accounts, always) == 1
    assert accounts.accounts.users.get(first.user_id) is None


def test_the_files_of_a_guest_are_moved_though_many_guests_wait(accounts: Ports, user: User, clock: Clock) -> None:
    """Those are kept for an hour after their files were moved."""
    guests = []
    for _ in range(SEVERAL):
        guest = add_guest(accounts, accounts.new_id())
        assert guest
        guests.append(guest)
        clock.time += timedelta(milliseconds=1)
    a_file(accounts, Caller(guests[0].user_id, frozenset(("uploads:write", "files:read"))))
    for guest in guests:
        session = open_account_session(accounts, user, "password", HERE, guest_id=guest.user_id).session
        adopt_guest(accounts, user, session, HERE)

    assert work_off_adoptions(accounts, always) == 1
    assert accounts.records.count(user.user_id) == 1
    clock.time += LAST_UPLOADS
    work_off_adoptions(accounts, always)
    assert [each.email for each in accounts.accounts.users.find(limit=SEVERAL)] == [EMAIL]
