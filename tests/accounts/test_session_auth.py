"""The cookie's authenticator, rule by rule: whose session it is, how long it lasts, and what it reaches."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from service.accounts.collections import USERS
from service.accounts.errors import SessionEnded
from service.accounts.model import Origin, Session, User
from service.accounts.secrets import digest_of
from service.accounts.usecases.sessions import OpenedSession, end_session, open_account_session
from service.ports import Ports
from service.shared.memory.collection import MemoryCollection
from service.shared.model import Caller, Credentials, Grant
from service.shared.ports.collection import Add
from service.shared.scopes import UPLOADS_WRITE, USERS_ADMIN
from tests.conftest import Clock
from tests.helpers.api import session_authenticator

ID = "x" * 43
OWN = Caller("alice", frozenset((UPLOADS_WRITE,)))
NARROWED = replace(OWN, grant=Grant(prefix="uploads/alice/a/"))


def caller_of(ports: Ports, clock: Clock, signed_in: Caller, session_id: str | None = ID) -> Caller | None:
    """Return the caller that a cookie of this id is, after somebody signed in for an hour."""
    ports.sessions.add(Session(digest_of(ID), signed_in, clock() + timedelta(hours=1)))
    return session_authenticator(ports).authenticate(Credentials(session_id=session_id))


def test_without_a_cookie_nobody_is_signed_in(ports: Ports, clock: Clock) -> None:
    """This is no error: other credentials may follow."""
    assert caller_of(ports, clock, OWN, session_id=None) is None


def test_an_unknown_cookie_is_a_session_that_ended(ports: Ports, clock: Clock) -> None:
    """Whether signed out or made up; the stored digest is no id either."""
    for session_id in ("y" * 43, digest_of(ID), ""):
        with pytest.raises(SessionEnded):
            caller_of(ports, clock, OWN, session_id)
        ports.sessions.remove(digest_of(ID))


class NoUsers(MemoryCollection[User]):
    """Nobody may look here."""

    def get(self, item_id: str) -> User | None:
        raise AssertionError(f"{item_id} was looked up")


def test_a_session_of_a_token_costs_no_look_at_the_users(ports: Ports, clock: Clock) -> None:
    """Without accounts there are none."""
    ports = replace(ports, accounts=replace(ports.accounts, users=NoUsers(USERS)))
    assert caller_of(ports, clock, OWN) == OWN


def test_a_cookie_that_let_nobody_in_may_be_that_of_a_later_session(accounts: Ports) -> None:
    """A worker remembers nothing of what is not there."""
    authenticator, opened = session_authenticator(accounts), sign_in(accounts)
    accounts.sessions.remove(opened.session.digest)
    with pytest.raises(SessionEnded):
        authenticator.authenticate(Credentials(session_id=opened.cookie))

    accounts.sessions.add(opened.session)
    caller = authenticator.authenticate(Credentials(session_id=opened.cookie))
    assert caller
    assert caller.owner == "u1"


@pytest.mark.parametrize(
    ("signed_in", "token_id"),
    [
        (OWN, None),
        (replace(OWN, token_id="t1"), "t1"),
        (replace(NARROWED, token_id="t1"), "t1"),
        (NARROWED, digest_of(ID)),  # signed in with an older version
    ],
)
def test_a_session_reaches_what_its_token_started(
    ports: Ports, clock: Clock, signed_in: Caller, token_id: str | None
) -> None:
    """A narrowed token without an id takes the session's, or it could not reach its own uploads."""
    assert caller_of(ports, clock, signed_in) == replace(signed_in, token_id=token_id)


def test_a_session_is_over_on_its_second(ports: Ports, clock: Clock) -> None:
    """Not one later."""
    assert caller_of(ports, clock, OWN) == OWN
    authenticator = session_authenticator(ports)

    clock.pass_(3600 - 0.001)
    assert authenticator.authenticate(Credentials(session_id=ID)) == OWN
    clock.pass_(0.001)
    with pytest.raises(SessionEnded):
        authenticator.authenticate(Credentials(session_id=ID))


HERE = Origin("203.0.113.0/24", "a browser")


def sign_in(accounts: Ports) -> OpenedSession:
    """Open a session of somebody new."""
    user = User("u1", "user", created_at=accounts.now(), email="ada@example.com")
    accounts.accounts.users.add(user)
    return open_account_session(accounts, user, "password", HERE)


@pytest.fixture
def opened(accounts: Ports) -> OpenedSession:
    """A session of somebody with an account."""
    return sign_in(accounts)


@pytest.fixture
def ask(accounts: Ports, opened: OpenedSession) -> Callable[[], Caller | None]:
    """Ask a worker, which has seen the cookie before, whose it is."""
    authenticator = session_authenticator(accounts)
    credentials = Credentials(session_id=opened.cookie)
    assert authenticator.authenticate(credentials)
    return partial(authenticator.authenticate, credentials)


def test_a_session_of_an_account_may_do_what_its_user_may_do_now(
    accounts: Ports, ask: Callable[[], Caller | None]
) -> None:
    """The scopes are those of the user at each request, not those at the sign-in."""
    caller = ask()
    assert caller
    assert (caller.owner, caller.credential, caller.is_guest) == ("u1", "cookie", False)
    assert USERS_ADMIN not in caller.scopes
    accounts.accounts.users.change("u1", {}, {"roles": ("admin",)})
    promoted = ask()
    assert promoted
    assert USERS_ADMIN in promoted.scopes


@pytest.mark.parametrize("name", ["disabled_at", "leaving_at"])
def test_a_closed_account_is_signed_out_at_once(accounts: Ports, ask: Callable[[], Caller | None], name: str) -> None:
    """On every worker: none remembers more about a session than whose it is."""
    accounts.accounts.users.change("u1", {}, {name: accounts.now()})
    with pytest.raises(SessionEnded):
        ask()


def test_a_session_that_was_ended_is_over_at_once(
    accounts: Ports, opened: OpenedSession, ask: Callable[[], Caller | None]
) -> None:
    """Also on a worker that has seen it before."""
    end_session(accounts, opened.cookie)
    with pytest.raises(SessionEnded):
        ask()


def test_a_session_of_a_user_who_is_gone_is_over(accounts: Ports, ask: Callable[[], Caller | None]) -> None:
    """The user's document goes last, but a session may have been opened late."""
    accounts.accounts.users.remove("u1")
    with pytest.raises(SessionEnded):
        ask()


@pytest.mark.parametrize("changes", [{"epoch": Add(1)}, {"adopted_by": "u2"}])
def test_a_session_of_an_earlier_epoch_or_of_a_moved_guest_is_over(
    accounts: Ports, ask: Callable[[], Caller | None], changes: dict[str, object]
) -> None:
    """A new password raises the epoch; a guest whose files were moved is nobody any more."""
    accounts.accounts.users.change("u1", {}, changes)
    with pytest.raises(SessionEnded):
        ask()


def test_a_session_that_nobody_uses_is_over(accounts: Ports, clock: Clock, ask: Callable[[], Caller | None]) -> None:
    """After a week, though it might last for thirty days."""
    clock.time += timedelta(days=7)
    assert ask()
    clock.time += timedelta(days=7, seconds=1)
    with pytest.raises(SessionEnded):
        ask()


def test_a_visit_keeps_a_session_alive_with_one_write_in_five_minutes(
    accounts: Ports, clock: Clock, opened: OpenedSession, ask: Callable[[], Caller | None]
) -> None:
    """A session ends a week after the last visit; most visits write nothing."""
    started = clock()
    clock.pass_(299)
    ask()
    stored = accounts.sessions.get(opened.session.digest)
    assert stored
    assert stored.seen_at == started
    clock.pass_(1)
    ask()
    stored = accounts.sessions.get(opened.session.digest)
    assert stored
    assert stored.seen_at == clock()
