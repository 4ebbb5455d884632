"""Signing in for a browser: a token is swapped for a session, which a cookie stands for."""

from dataclasses import replace
from datetime import datetime, timedelta

from service.accounts.model import Session
from service.accounts.ports import Ports
from service.accounts.session_ids import digest_of, new_session_id
from service.shared.errors import TokenMissing
from service.shared.model import Caller

# A token for a script may be good for years; a browser asks again.
LONGEST = timedelta(days=30)


def open_session(ports: Ports, caller: Caller) -> tuple[str, datetime]:
    """A new session of whoever the bearer token stands for: its id, told this once, and when it ends.

    It may do what the token may, its grant included, and ends no later. Raises TokenMissing for other callers.
    """
    if caller.credential != "bearer":
        raise TokenMissing("a session is opened with 'Authorization: Bearer <token>'")
    session_id, longest = new_session_id(), ports.now() + LONGEST
    expires_at = min(caller.expires_at or longest, longest)
    who = replace(caller, credential="cookie", expires_at=expires_at)
    ports.sessions.add(Session(digest_of(session_id), who, expires_at))
    return session_id, expires_at


def end_session(ports: Ports, session_id: str) -> None:
    """End it, if there is such a one: nobody is let in by that id any more."""
    ports.sessions.remove(digest_of(session_id))
