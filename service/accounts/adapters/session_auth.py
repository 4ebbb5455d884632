"""The session's cookie, for the page and for Uppy on the page: see api/sessions.py, which makes it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from service.accounts.errors import SessionEnded
from service.accounts.model import Session
from service.accounts.session_ids import digest_of
from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials
from service.shared.ports.collection import Collection


class SessionAuthenticator:
    """The Authenticator port for the cookie. Asked at every request, so that signing out holds at once."""

    def __init__(self, sessions: Collection[Session], now: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._now = now

    def authenticate(self, credentials: Credentials) -> Caller | None:
        if credentials.session_id is None:
            return None
        session = self._sessions.get(digest_of(credentials.session_id))
        if session is None or session.expires_at <= self._now():
            raise SessionEnded
        if session.caller.grant and session.caller.token_id is None:  # signed in with an older version
            return replace(session.caller, token_id=session.digest)
        return session.caller

    def check(self) -> list[StoreCheck]:
        return []
