"""/api/auth/account: one's own name, language and pictures, what happened to the account, and leaving."""

from flask import Response

from service.accounts.api.account.schemas import AuditAnswer, LeaveRequest, OwnEvent, ProfileRequest
from service.accounts.api.auth_answers import user_answer
from service.accounts.api.auth_schemas import UserAnswer
from service.accounts.api.contract import OF_ACCOUNTS, SESSION_ONLY
from service.accounts.api.people import origin_of_request, recently_signed_in_user, require_account, signed_in_user
from service.accounts.api.ports import ready_ports
from service.accounts.usecases.account.profile import Picture, edit_profile, sign_picture
from service.accounts.usecases.audit import list_events
from service.accounts.usecases.leaving import leave
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import answer, context, now
from service.shared.api.contract import BODY, problems
from service.shared.api.cookies import clear_session_id
from service.shared.api.redirects import read_method, redirect_to
from service.shared.errors import Conflict

blueprint = guarded_blueprint("account", "/api/auth/account", "accounts", guard=require_account, security=SESSION_ONLY)


@blueprint.get("", responses={200: UserAnswer} | OF_ACCOUNTS)
def show() -> Response:
    """Show your account."""
    return answer(user_answer(signed_in_user(ready_ports())))


@blueprint.patch("", responses={200: UserAnswer} | OF_ACCOUNTS | BODY)
def edit(body: ProfileRequest) -> Response:
    """Change your name, the language of your mails, or your pictures, which are files of yours."""
    ports = ready_ports()
    edits = {name: getattr(body, name) for name in body.model_fields_set}
    return answer(user_answer(edit_profile(ports, signed_in_user(ports), edits)))


@blueprint.get("/avatar", responses={302: None} | OF_ACCOUNTS)
def show_avatar() -> Response:
    """Redirect to your picture."""
    return _redirect_to("avatar_id")


@blueprint.get("/cover", responses={302: None} | OF_ACCOUNTS)
def show_cover() -> Response:
    """Redirect to the picture behind your page."""
    return _redirect_to("cover_id")


@blueprint.get("/audit", responses={200: AuditAnswer} | OF_ACCOUNTS)
def list_audit() -> Response:
    """List the last 50 events of your account."""
    ports = ready_ports()
    events = list_events(ports, signed_in_user(ports).user_id)
    shown = [OwnEvent(**{name: getattr(event, name) for name in OwnEvent.model_fields}) for event in events]
    return answer(AuditAnswer(events=shown, server_time=now()))


@blueprint.post("/leave", responses={202: None} | OF_ACCOUNTS | BODY | problems(Conflict))
def leave_for_good(body: LeaveRequest) -> Response:
    """Delete your account and all your files. There is no way back, so type your address again.

    Needs a sign-in within the last 10 minutes. Everybody is signed out at once; a mail says when all is deleted.
    """
    ports = ready_ports()
    leave(ports, recently_signed_in_user(ports), body.email, origin_of_request())
    response = Response(status=202)
    clear_session_id(response, context().settings)
    return response


def _redirect_to(picture: Picture) -> Response:
    ports = ready_ports()
    return redirect_to(sign_picture(ports, signed_in_user(ports), picture, read_method()).url)
