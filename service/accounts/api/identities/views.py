"""Signing in with a provider, and the providers of an account.

`providers`, and Authlib with it, is imported at its first use.
"""

import logging

from flask import Response

from service.accounts.api.auth_answers import keep_cookie
from service.accounts.api.auth_schemas import ProviderAddressAnswer
from service.accounts.api.contract import NOBODY, OF_ACCOUNTS, SESSION_ONLY
from service.accounts.api.identities.flows import ProviderFlow, own_path
from service.accounts.api.identities.schemas import (
    CallbackQuery,
    IdentitiesAnswer,
    IdentityAnswer,
    LinkRequest,
    ProviderPath,
)
from service.accounts.api.people import (
    guest_of_request,
    origin_of_request,
    own_session,
    recently_signed_in_user,
    require_account,
    require_accounts,
    signed_in_user,
)
from service.accounts.api.ports import ready_ports
from service.accounts.errors import ProviderNotFound
from service.accounts.model import User
from service.accounts.ports import Ports
from service.accounts.secrets import digest_of
from service.accounts.usecases.identities import ProvenIdentity, by_identity, link_identity, unlink_provider
from service.accounts.usecases.sessions import OpenedSession, open_account_session
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import answer, context
from service.shared.api.contract import BODY, problems
from service.shared.api.cookies import sent_session_id
from service.shared.errors import BadRequest, Conflict, DatabaseUnavailable, MoodropError, NotFound
from service.shared.safe_logging import cause_of

log = logging.getLogger(__name__)

ACCOUNT_PAGE = "/account"

blueprint = guarded_blueprint(
    "identities", "/api/auth/identities", "accounts", guard=require_account, security=SESSION_ONLY
)
callback_blueprint = guarded_blueprint(
    "callback", "/api/auth/callback", "accounts", guard=require_accounts, security=NOBODY
)


@blueprint.get("", responses={200: IdentitiesAnswer} | OF_ACCOUNTS)
def list_identities() -> Response:
    """List the providers that sign you in."""
    return answer(_identities(signed_in_user(ready_ports())))


@blueprint.post("", responses={200: ProviderAddressAnswer} | OF_ACCOUNTS | BODY)
def begin_link(body: LinkRequest) -> Response:
    """Get the address of a provider, to link your account there with this one."""
    ports = ready_ports()
    recently_signed_in_user(ports)
    flow = ProviderFlow("link", own_path(body.next or ACCOUNT_PAGE), _session_digest())
    return answer(ProviderAddressAnswer(url=_address(ports, body.provider, flow)))


@blueprint.delete("/<provider>", responses={204: None} | OF_ACCOUNTS | problems(Conflict))
def unlink(path: ProviderPath) -> Response:
    """Unlink a provider. The last way to sign in cannot be removed. The session gets a new id."""
    ports = ready_ports()
    user, session = recently_signed_in_user(ports), own_session(ports)
    opened = unlink_provider(ports, user, path.provider, session, origin_of_request())
    return keep_cookie(ports, Response(status=204), opened)


@callback_blueprint.get("/<provider>", responses={302: None} | problems(NotFound, BadRequest))
def come_back(path: ProviderPath, query: CallbackQuery) -> Response:
    """Take back a person from the provider, and redirect to their page or to /sign-in#problem=<code>."""
    ports = ready_ports()
    _require_provider(ports, path.provider)
    try:
        return _came_back(ports, path.provider)
    except DatabaseUnavailable:
        raise
    except MoodropError as error:
        log.warning("%s: sign-in with %s (%s)", error.code, path.provider, cause_of(error))
        return _moved(f"/sign-in#problem={error.code}")


def start_sign_in(ports: Ports, provider: str, next_path: str | None, *, keep_guest: bool) -> str:
    """Return the provider's address. Raises ProviderNotFound, RateLimited, IdentityUnavailable."""
    ports.accounts.attempts.count("login", origin_of_request().counted_as)
    guest_id = guest_of_request() if keep_guest else None
    return _address(ports, provider, ProviderFlow("sign_in", own_path(next_path), _session_digest(), guest_id))


def _address(ports: Ports, provider: str, flow: ProviderFlow) -> str:
    _require_provider(ports, provider)
    from service.accounts.api.identities import providers

    return providers.start(provider, flow)


def _came_back(ports: Ports, provider: str) -> Response:
    from service.accounts.api.identities import providers

    ports.accounts.attempts.count("callback", origin_of_request().counted_as)
    flow, proven = providers.finish(provider)
    if flow.purpose == "link":
        opened = link_identity(ports, flow.session or "", proven.identity, origin_of_request())
    else:
        opened = _signed_in(ports, flow, proven)
    return keep_cookie(ports, _moved(flow.next), opened)


def _signed_in(ports: Ports, flow: ProviderFlow, proven: ProvenIdentity) -> OpenedSession:
    """Open a session, and end the one that this browser had when it left."""
    origin = origin_of_request()
    user = by_identity(ports, proven, flow.guest_id, origin)
    guest_id = flow.guest_id if flow.guest_id != user.user_id else None
    opened = open_account_session(ports, user, proven.identity.provider, origin, guest_id=guest_id)
    if flow.session:
        ports.sessions.remove(flow.session)
    return opened


def _require_provider(ports: Ports, provider: str) -> None:
    if provider not in ports.accounts.policy.providers:
        raise ProviderNotFound


def _session_digest() -> str | None:
    cookie = sent_session_id(context().settings)
    return digest_of(cookie) if cookie else None


def _moved(path: str) -> Response:
    return Response(status=302, headers={"Location": path, "Cache-Control": "no-store"})


def _identities(user: User) -> IdentitiesAnswer:
    identities = [IdentityAnswer(provider=one.provider, email=one.email) for one in user.identities]
    return IdentitiesAnswer(identities=identities)
