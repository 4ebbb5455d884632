"""/api/auth/passkeys, the passkeys of one's account; /api/auth/passkey, signing in with one."""

from flask import Response

from service.accounts.api.auth_answers import keep_cookie, signed_in_answer
from service.accounts.api.auth_schemas import AuthSessionAnswer
from service.accounts.api.contract import NOBODY, OF_ACCOUNTS, SESSION_ONLY, WAY_IN
from service.accounts.api.passkeys.browser import asking_browser, keep_browser
from service.accounts.api.passkeys.schemas import (
    NewPasskeyRequest,
    PasskeyAnswer,
    PasskeyLoginRequest,
    PasskeyOptionsAnswer,
    PasskeyPath,
    PasskeysAnswer,
)
from service.accounts.api.people import (
    origin_of_request,
    own_session,
    recently_signed_in_user,
    require_account,
    require_way_in,
    signed_in_user,
)
from service.accounts.api.ports import ready_ports
from service.accounts.model import Passkey
from service.accounts.usecases.passkeys.challenges import passkeys_of
from service.accounts.usecases.passkeys.own import Asked, add_passkey, begin_passkey, remove_passkey
from service.accounts.usecases.passkeys.use import begin_confirmation, begin_sign_in, by_passkey
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import answer, now
from service.shared.api.contract import BODY, problems
from service.shared.errors import BadRequest, Conflict

blueprint = guarded_blueprint(
    "passkeys", "/api/auth/passkeys", "accounts", guard=require_account, security=SESSION_ONLY
)
recent_blueprint = guarded_blueprint(
    "passkey_confirmation", "/api/auth/reauthenticate", "accounts", guard=require_account, security=SESSION_ONLY
)
way_in_blueprint = guarded_blueprint(
    "passkey_sign_in", "/api/auth/passkey", "accounts", guard=require_way_in, security=NOBODY
)


@blueprint.get("", responses={200: PasskeysAnswer} | OF_ACCOUNTS)
def list_passkeys() -> Response:
    """List your passkeys."""
    ports = ready_ports()
    passkeys_of(ports)
    listed = [_passkey(passkey) for passkey in signed_in_user(ports).passkeys]
    return answer(PasskeysAnswer(passkeys=listed, server_time=now()))


@blueprint.post("/options", responses={200: PasskeyOptionsAnswer} | OF_ACCOUNTS | problems(Conflict))
def creation_options() -> Response:
    """Get what the browser needs to make a passkey. Needs a sign-in within the last 10 minutes."""
    ports = ready_ports()
    passkeys_of(ports)
    user, session = recently_signed_in_user(ports), own_session(ports)
    return _options(begin_passkey(ports, user, session))


@blueprint.post("", responses={201: PasskeyAnswer} | OF_ACCOUNTS | BODY | problems(BadRequest, Conflict))
def add(body: NewPasskeyRequest) -> Response:
    """Add a passkey that the browser made, up to ten. Needs a sign-in within the last 10 minutes.

    The session gets a new id.
    """
    ports = ready_ports()
    passkeys_of(ports)
    user, session = recently_signed_in_user(ports), own_session(ports)
    added = add_passkey(ports, user, body.name, body.credential.attestation(), session, origin_of_request())
    return keep_cookie(ports, answer(_passkey(added.passkey), 201), added.opened)


@blueprint.delete("/<id:passkey_id>", responses={204: None} | OF_ACCOUNTS | problems(Conflict))
def remove(path: PasskeyPath) -> Response:
    """Remove a passkey. Needs a sign-in within the last 10 minutes. The last way to sign in cannot be removed.

    The session gets a new id.
    """
    ports = ready_ports()
    passkeys_of(ports)
    user, session = recently_signed_in_user(ports), own_session(ports)
    opened = remove_passkey(ports, user, path.passkey_id, session, origin_of_request())
    return keep_cookie(ports, Response(status=204), opened)


@recent_blueprint.post("/passkey", responses={200: PasskeyOptionsAnswer} | OF_ACCOUNTS)
def confirmation_options() -> Response:
    """Get what the browser needs for POST /api/auth/reauthenticate with one of your passkeys."""
    ports = ready_ports()
    return _options(begin_confirmation(ports, signed_in_user(ports), own_session(ports)))


@way_in_blueprint.post("/options", responses={200: PasskeyOptionsAnswer} | OF_ACCOUNTS)
def sign_in_options() -> Response:
    """Get what the browser needs to sign in with a passkey. The same for everybody; a cookie remembers who asked."""
    browser = asking_browser()
    return keep_browser(_options(begin_sign_in(ready_ports(), browser)), browser)


@way_in_blueprint.post("/login", responses={201: AuthSessionAnswer} | WAY_IN)
def sign_in(body: PasskeyLoginRequest) -> Response:
    """Sign in with what a passkey signed."""
    ports = ready_ports()
    user = by_passkey(ports, body.credential.assertion(), asking_browser(), origin_of_request())
    return signed_in_answer(ports, user, "passkey")


def _options(asked: Asked) -> Response:
    body = PasskeyOptionsAnswer(options=dict(asked.options), expires_at=asked.challenge.expires_at, server_time=now())
    return answer(body)


def _passkey(passkey: Passkey) -> PasskeyAnswer:
    return PasskeyAnswer(**{name: getattr(passkey, name) for name in PasskeyAnswer.model_fields})
