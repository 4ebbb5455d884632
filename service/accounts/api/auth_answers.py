"""Renders users and sessions, and sets the cookie of a new one."""

from flask import Response

from service.accounts.api.auth_schemas import AccountSessionAnswer, AuthSessionAnswer, TokensAnswer, UserAnswer
from service.accounts.api.people import guest_of_request, origin_of_request
from service.accounts.model import Session, User
from service.accounts.ports import Ports
from service.accounts.usecases.guests import guest_files
from service.accounts.usecases.refresh import TokenPair
from service.accounts.usecases.sessions import OpenedSession, open_account_session
from service.shared.api.context import answer, context
from service.shared.api.cookies import sent_session_id, set_session_id


def session_answer(
    ports: Ports, user: User | None, session: Session | None, guest_files: int | None = None
) -> AuthSessionAnswer:
    """Return who is signed in, and how one can sign in here."""
    policy = ports.accounts.policy
    return AuthSessionAnswer(
        user=user_answer(user) if user else None,
        session=_account_session(session) if session else None,
        providers=list(policy.providers),
        provider_labels=dict(policy.provider_labels),
        sign_up="open" if policy.is_sign_up_open else "closed",
        guests=policy.guests,
        passkeys=ports.accounts.passkeys is not None,
        mail_page=policy.keeps_mail,
        guest_files=guest_files,
        server_time=ports.now(),
    )


def signed_in_answer(ports: Ports, user: User, how: str) -> Response:
    """Open a session that remembers this browser's guest, whose files may be moved, and return it."""
    before, guest_id = sent_session_id(context().settings), guest_of_request()
    guest_id = guest_id if guest_id != user.user_id else None
    opened = open_account_session(ports, user, how, origin_of_request(), before=before, guest_id=guest_id)
    return opened_answer(ports, opened, guest_files(ports, opened.session))


def opened_answer(
    ports: Ports, opened: OpenedSession, guest_files: int | None = None, *, status: int = 201
) -> Response:
    """Return the session, and have the browser keep its cookie."""
    response = answer(session_answer(ports, opened.user, opened.session, guest_files), status)
    return keep_cookie(ports, response, opened)


def keep_cookie(ports: Ports, response: Response, opened: OpenedSession) -> Response:
    """Have the browser keep the cookie of the new session, and return the response."""
    max_age = int((opened.session.expires_at - ports.now()).total_seconds())
    set_session_id(response, context().settings, opened.cookie, max_age)
    response.vary.update(("Cookie", "Authorization"))
    return response


def tokens_answer(pair: TokenPair) -> Response:
    """Return 200 with a script's tokens."""
    return answer(
        TokensAnswer(access_token=pair.access_token, refresh_token=pair.refresh_token, expires_in=pair.expires_in)
    )


def user_answer(user: User) -> UserAnswer:
    """Return what the user may know about the account."""
    return UserAnswer(
        user_id=user.user_id,
        kind=user.kind,
        email=user.email,
        name=user.name,
        language=user.language,
        has_password=user.password_hash is not None,
        has_passkeys=bool(user.passkeys),
        avatar_id=user.avatar_id,
        cover_id=user.cover_id,
        roles=list(user.roles),
        created_at=user.created_at,
    )


def _account_session(session: Session) -> AccountSessionAnswer | None:
    if session.session_id is None or session.auth_at is None or session.how is None:
        return None
    return AccountSessionAnswer(
        session_id=session.session_id, how=session.how, auth_at=session.auth_at, expires_at=session.expires_at
    )
