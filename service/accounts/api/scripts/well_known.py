"""/.well-known/jwks.json: the public keys of our access tokens, for services that check them on their own."""

from flask import Response

from service.accounts.api.people import require_accounts
from service.accounts.api.ports import ready_ports
from service.accounts.api.scripts.schemas import JwksAnswer
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import answer
from service.shared.api.contract import problems
from service.shared.errors import NotFound

blueprint = guarded_blueprint("well_known", "/.well-known", "accounts", guard=require_accounts, security=[{}])


@blueprint.get("/jwks.json", responses={200: JwksAnswer} | problems(NotFound))
def jwks() -> Response:
    """Get the public keys of access tokens (RFC 7517): the first signs, the others are older."""
    return answer({"keys": ready_ports().access_tokens.public_keys()})
