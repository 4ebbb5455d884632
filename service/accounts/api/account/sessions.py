"""/api/auth/sessions: the browsers and scripts that are signed in to one's account, and ending them."""

from flask import Response

from service.accounts.api.account.schemas import OwnSession, SessionPath, SessionsAnswer, SessionsQuery
from service.accounts.api.contract import OF_ACCOUNTS, SESSION_ONLY
from service.accounts.api.people import account_caller, origin_of_request, require_account, signed_in_user
from service.accounts.api.ports import ready_ports
from service.accounts.model import Session, TokenFamily
from service.accounts.usecases.account.sessions import end_any_session, end_others
from service.accounts.usecases.refresh import list_families
from service.accounts.usecases.sessions import list_sessions
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import answer, now
from service.shared.errors import FieldError, ValidationFailed

blueprint = guarded_blueprint(
    "account_sessions", "/api/auth/sessions", "accounts", guard=require_account, security=SESSION_ONLY
)


@blueprint.get("", responses={200: SessionsAnswer} | OF_ACCOUNTS)
def index() -> Response:
    """List who is signed in to your account."""
    ports, own = ready_ports(), account_caller().session_id
    user = signed_in_user(ports)
    browsers = [_browser(session, own) for session in list_sessions(ports, user)]
    scripts = [_script(family) for family in list_families(ports, user)]
    return answer(SessionsAnswer(sessions=[*browsers, *scripts], server_time=now()))


@blueprint.delete("/<id:session_id>", responses={204: None} | OF_ACCOUNTS)
def end(path: SessionPath) -> Response:
    """Sign one browser or script out. An access token that a script holds lasts for its ten minutes."""
    ports = ready_ports()
    end_any_session(ports, signed_in_user(ports), path.session_id, origin_of_request())
    return Response(status=204)


@blueprint.delete("", responses={204: None} | OF_ACCOUNTS)
def end_all_others(query: SessionsQuery) -> Response:
    """Sign everybody out but this browser."""
    if query.others != "1":  # whoever forgets the id in an address means one session
        raise ValidationFailed.of([FieldError("others", "must be 1")])
    ports = ready_ports()
    end_others(ports, signed_in_user(ports), account_caller().session_id, origin_of_request())
    return Response(status=204)


def _browser(session: Session, own: str | None) -> OwnSession:
    return OwnSession(
        session_id=session.session_id or "",
        kind="browser",
        how=session.how,
        current=session.session_id == own,
        user_agent=session.user_agent,
        network=session.network,
        created_at=session.created_at,
        seen_at=session.seen_at,
        expires_at=session.expires_at,
    )


def _script(family: TokenFamily) -> OwnSession:
    return OwnSession(
        session_id=family.family_id,
        kind="script",
        how=None,
        current=False,
        user_agent=family.user_agent,
        network=family.network,
        created_at=family.created_at,
        seen_at=family.rotated_at,
        expires_at=family.expires_at,
    )
