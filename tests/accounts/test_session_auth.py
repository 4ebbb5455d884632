"""The cookie's authenticator, rule by rule: whose session it is, how long it lasts, and what it reaches."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.accounts.errors import SessionEnded
from service.accounts.model import Session
from service.accounts.secrets import digest_of
from service.ports import Ports
from service.shared.model import Caller, Credentials, Grant
from service.shared.scopes import UPLOADS_WRITE
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
