"""/api/auth/password/forgot and /reset: a new password for somebody who is not signed in."""

from flask import Response

from service.accounts.api.account.schemas import ResetRequest
from service.accounts.api.auth_schemas import CodeSentAnswer, SendCodeRequest
from service.accounts.api.contract import NOBODY, WAY_IN
from service.accounts.api.people import origin_of_request, require_way_in
from service.accounts.api.ports import ready_ports
from service.accounts.usecases.account.passwords import Reset, reset_password, send_reset_code
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import answer

blueprint = guarded_blueprint("recovery", "/api/auth/password", "accounts", guard=require_way_in, security=NOBODY)


@blueprint.post("/forgot", responses={202: CodeSentAnswer} | WAY_IN)
def forgot(body: SendCodeRequest) -> Response:
    """Ask for a code to set a new password with."""
    code = send_reset_code(ready_ports(), body.email, body.language, origin_of_request())
    return answer(CodeSentAnswer(email=code.email, expires_at=code.expires_at), 202)


@blueprint.post("/reset", responses={204: None} | WAY_IN)
def reset(body: ResetRequest) -> Response:
    """Set a new password. Every session ends, and nobody is signed in: sign in with it."""
    reset_password(ready_ports(), Reset(body.password, body.email, body.code, body.token), origin_of_request())
    return Response(status=204)
