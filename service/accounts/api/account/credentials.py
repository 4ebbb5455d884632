"""/api/auth/password, /email and /reauthenticate: what could take an account away asks again who is there."""

from flask import Response

from service.accounts.api.account.schemas import (
    EmailRequest,
    PasswordRequest,
    ReauthenticateRequest,
    VerifyNewEmailRequest,
)
from service.accounts.api.auth_answers import keep_cookie, opened_answer
from service.accounts.api.auth_schemas import AuthSessionAnswer, CodeSentAnswer
from service.accounts.api.contract import OF_ACCOUNTS, SESSION_ONLY
from service.accounts.api.people import (
    origin_of_request,
    own_session,
    recently_signed_in_user,
    require_account,
    signed_in_user,
)
from service.accounts.api.ports import ready_ports
from service.accounts.model import Code
from service.accounts.usecases.account.email_change import change_email, send_email_code
from service.accounts.usecases.account.passwords import change_password
from service.accounts.usecases.account.reauthentication import (
    reauthenticate_by_code,
    reauthenticate_by_passkey,
    reauthenticate_by_password,
    send_recent_code,
)
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import answer
from service.shared.api.contract import BODY, problems
from service.shared.errors import BadRequest, Conflict, TooMany

OF_CODES = OF_ACCOUNTS | BODY | problems(BadRequest, TooMany)

blueprint = guarded_blueprint("credentials", "/api/auth", "accounts", guard=require_account, security=SESSION_ONLY)


@blueprint.post("/password", responses={204: None} | OF_ACCOUNTS | BODY | problems(TooMany))
def set_password(body: PasswordRequest) -> Response:
    """Set a new password. All other sessions end. Needs a sign-in within the last 10 minutes."""
    ports = ready_ports()
    user, session = recently_signed_in_user(ports), own_session(ports)
    opened = change_password(ports, user, body.password, session, origin_of_request())
    return keep_cookie(ports, Response(status=204), opened)


@blueprint.post("/reauthenticate/send", responses={202: CodeSentAnswer} | OF_ACCOUNTS | problems(TooMany))
def send_own_code() -> Response:
    """Mail yourself a code for POST /api/auth/reauthenticate, if you have no password."""
    ports = ready_ports()
    return _sent(send_recent_code(ports, signed_in_user(ports), origin_of_request()))


@blueprint.post("/reauthenticate", responses={201: AuthSessionAnswer} | OF_CODES)
def reauthenticate(body: ReauthenticateRequest) -> Response:
    """Show again who you are, by password, mailed code or passkey. The session gets a new id, and 10 minutes begin."""
    ports, origin = ready_ports(), origin_of_request()
    user, session = signed_in_user(ports), own_session(ports)
    if body.passkey is not None:
        opened = reauthenticate_by_passkey(ports, user, body.passkey.assertion(), session, origin)
    elif body.password is not None:
        opened = reauthenticate_by_password(ports, user, body.password, session, origin)
    else:
        opened = reauthenticate_by_code(ports, user, body.code or "", session, origin)
    return opened_answer(ports, opened)


@blueprint.post("/email", responses={202: CodeSentAnswer} | OF_CODES)
def ask_for_email(body: EmailRequest) -> Response:
    """Ask for another address; a code is mailed to it. Needs a sign-in within the last 10 minutes."""
    ports = ready_ports()
    return _sent(send_email_code(ports, recently_signed_in_user(ports), body.email, origin_of_request()))


@blueprint.post("/email/verify", responses={200: AuthSessionAnswer} | OF_CODES | problems(Conflict))
def verify_new_email(body: VerifyNewEmailRequest) -> Response:
    """Take the new address, with the code that was mailed to it. The old one gets a notice; other sessions end."""
    ports = ready_ports()
    user, session = signed_in_user(ports), own_session(ports)
    opened = change_email(ports, user, body.email, body.code, session, origin_of_request())
    return opened_answer(ports, opened, status=200)


def _sent(code: Code) -> Response:
    return answer(CodeSentAnswer(email=code.email, expires_at=code.expires_at), 202)
