"""The session's cookie, for the page and for Uppy on the page: see api/sessions.py and api/auth.py, which make it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from service.accounts.adapters.credential_lookup import CredentialLookup
from service.accounts.errors import SessionEnded
from service.accounts.model import Session, User
from service.accounts.policy import AccountPolicy
from service.accounts.roles import is_live, scopes_of
from service.accounts.secrets import digest_of
from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials
from service.shared.ports.collection import Collection

# A session's `seen_at` is at most so old: one write for many requests.
SEEN_EVERY = timedelta(minutes=5)


class SessionAuthenticator:
    """The Authenticator port for the cookie. Asked at every request, so that signing out holds at once."""

    def __init__(
        self,
        sessions: Collection[Session],
        users: Collection[User],
        policy: AccountPolicy,
        now: Callable[[], datetime],
    ) -> None:
        self._sessions = sessions
        self._users = users
        self._lookup = CredentialLookup(sessions, users, lambda session: session.user_id)
        self._policy = policy
        self._now = now

    def authenticate(self, credentials: Credentials) -> Caller | None:
        if credentials.session_id is None:
            return None
        session, user = self._lookup.find(digest_of(credentials.session_id))
        if session is None or session.expires_at <= self._now():
            raise SessionEnded
        if session.user_id is not None:
            return self._of_account(session, user)
        if session.caller.grant and session.caller.token_id is None:  # signed in with an older version
            return replace(session.caller, token_id=session.digest)
        return session.caller

    def _of_account(self, session: Session, user: User | None) -> Caller:
        now = self._now()
        seen_at = session.seen_at or session.expires_at
        if user is None or not is_live(user, session.epoch) or now - seen_at > self._policy.idle_time_of(user):
            raise SessionEnded
        if now - seen_at >= SEEN_EVERY:
            self._sessions.touch(session.digest, {"seen_at": now})
            self._users.touch(user.user_id, {"seen_at": now})
        return Caller(
            user.user_id,
            scopes_of(user),
            credential="cookie",
            expires_at=session.expires_at,
            session_id=session.session_id,
            is_guest=user.kind == "guest",
            auth_at=session.auth_at,
        )

    def check(self) -> list[StoreCheck]:
        return []
