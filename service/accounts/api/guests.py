"""/api/auth/guest: guests without an account, and moving a guest's files into one."""

from flask import Response

from service.accounts.api.auth_answers import opened_answer
from service.accounts.api.auth_schemas import AuthSessionAnswer
from service.accounts.api.contract import NOBODY, OF_ACCOUNTS, SESSION_ONLY
from service.accounts.api.people import (
    guest_of_request,
    origin_of_request,
    require_account,
    require_way_in,
    session_of_request,
    signed_in_user,
)
from service.accounts.api.ports import ready_ports
from service.accounts.usecases.guests import adopt_guest, open_guest
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import context
from service.shared.api.contract import problems
from service.shared.api.cookies import sent_session_id
from service.shared.errors import TooMany

blueprint = guarded_blueprint("guests", "/api/auth/guest", "accounts", guard=require_way_in, security=NOBODY)
own_blueprint = guarded_blueprint(
    "guests_own", "/api/auth/guest", "accounts", guard=require_account, security=SESSION_ONLY
)


@blueprint.post("", responses={201: AuthSessionAnswer} | OF_ACCOUNTS | problems(TooMany))
def open_guest_session() -> Response:
    """Continue without an account, as a guest known to this browser alone. Its cookie is the only way to its files."""
    ports, before = ready_ports(), sent_session_id(context().settings)
    return opened_answer(ports, open_guest(ports, origin_of_request(), before, guest_of_request()))


@own_blueprint.post("/adopt", responses={202: None} | OF_ACCOUNTS)
def adopt() -> Response:
    """Move the files that this browser had as a guest before it signed in; `guest_files` counts them."""
    ports = ready_ports()
    adopt_guest(ports, signed_in_user(ports), session_of_request(ports), origin_of_request())
    return Response(status=202)
