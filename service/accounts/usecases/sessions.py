"""Sessions, which a cookie stands for: opened with a token or by signing in to an account."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from service.accounts.errors import SessionNotFound
from service.accounts.model import Origin, Session, User
from service.accounts.ports import Ports
from service.accounts.roles import is_live
from service.accounts.secrets import digest_of, new_secret
from service.shared.batches import each_of
from service.shared.errors import TokenMissing
from service.shared.model import Caller
from service.shared.ports.collection import Place

# A script's token may be valid for years; in a browser, people sign in again.
LONGEST = timedelta(days=30)
# Browsers keep a cookie for 400 days. A guest who is not seen leaves earlier, by GUEST_EXPIRES_IN.
GUEST_LASTS = timedelta(days=400)
SHOWN = 100


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A new session, with the secret that only the cookie holds."""

    cookie: str
    session: Session
    user: User


def open_session(ports: Ports, caller: Caller) -> tuple[str, datetime]:
    """Open a session for the owner of the bearer token; return its id, which is shown only now, and its expiry.

    It allows what the token allows, its grant included, and expires no later. Raises TokenMissing for other callers.
    """
    if caller.credential != "bearer":
        raise TokenMissing("a session is opened with 'Authorization: Bearer <token>'")
    cookie, longest = new_secret(), ports.now() + LONGEST
    expires_at = min(caller.expires_at or longest, longest)
    who = replace(caller, credential="cookie", expires_at=expires_at)
    ports.sessions.add(Session(digest_of(cookie), who, expires_at))
    return cookie, expires_at


def open_account_session(
    ports: Ports,
    user: User,
    how: str,
    origin: Origin,
    *,
    before: str | None = None,
    guest_id: str | None = None,
    auth_at: datetime | None = None,
) -> OpenedSession:
    """Sign the user in. The id is always a new one, and the session of the cookie `before` ends.

    `auth_at` is when the person last proved who they are; None: now.
    """
    cookie, now = new_secret(), ports.now()
    # A guest has nothing but the cookie.
    expires_at = now + (GUEST_LASTS if user.kind == "guest" else ports.accounts.policy.session_lifetime)
    session = Session(
        digest_of(cookie),
        Caller(user.user_id, frozenset(), credential="cookie", expires_at=expires_at),
        expires_at,
        session_id=ports.new_id(),
        user_id=user.user_id,
        epoch=user.epoch,
        how=how,
        auth_at=auth_at or now,
        created_at=now,
        seen_at=now,
        user_agent=origin.user_agent or None,
        network=origin.network or None,
        guest_id=guest_id,
    )
    ports.sessions.add(session)
    if before:
        end_session(ports, before)
    return OpenedSession(cookie, session, user)


def renew_session(
    ports: Ports, user: User, session: Session, origin: Origin, *, auth_at: datetime | None = None
) -> OpenedSession:
    """Open a session with a new id and the user's epoch in place of this one."""
    how, guest_id = session.how or "password", session.guest_id
    opened = open_account_session(ports, user, how, origin, guest_id=guest_id, auth_at=auth_at)
    ports.sessions.remove(session.digest)
    return opened


def end_session(ports: Ports, cookie: str) -> None:
    """End the session of the cookie, if there is one: nobody is let in by it any more."""
    ports.sessions.remove(digest_of(cookie))


def session_of(ports: Ports, cookie: str) -> Session | None:
    """Return the session that the cookie stands for, even if it has ended."""
    return ports.sessions.get(digest_of(cookie))


def end_sessions_of(ports: Ports, user_id: str) -> None:
    """Remove all sessions of a user, whether they are open or not."""
    while sessions := ports.sessions.find(user_id=user_id, limit=SHOWN):
        for session in sessions:
            ports.sessions.remove(session.digest)


def list_sessions(ports: Ports, user: User) -> list[Session]:
    """Return the user's newest open sessions, newest first."""
    return list(islice(_open_sessions(ports, user), SHOWN))


def end_session_by_id(ports: Ports, user: User, session_id: str) -> None:
    """End one of the user's sessions. Raises SessionNotFound, also for other people's."""
    for session in _open_sessions(ports, user):
        if session.session_id == session_id and ports.sessions.remove(session.digest, {"user_id": user.user_id}):
            return
    raise SessionNotFound


def end_other_sessions(ports: Ports, user: User, session_id: str | None) -> None:
    """End all of the user's sessions but this one."""
    for session in _open_sessions(ports, user):
        if session.session_id != session_id:
            ports.sessions.remove(session.digest, {"user_id": user.user_id})


def _open_sessions(ports: Ports, user: User) -> Iterator[Session]:
    """Yield all of the user's open sessions, newest first."""

    def page_after(place: Place | None) -> list[Session]:
        return ports.sessions.find(user_id=user.user_id, limit=SHOWN, beyond=place)

    for session in each_of(page_after, lambda each: Place(each.created_at or each.expires_at, each.digest)):
        if is_live(user, session.epoch) and not _is_over(ports, user, session):
            yield session


def _is_over(ports: Ports, user: User, session: Session) -> bool:
    now, seen_at = ports.now(), session.seen_at or session.expires_at
    return session.expires_at <= now or now - seen_at > ports.accounts.policy.idle_time_of(user)
