"""/api/auth/api-keys: keys for a user's scripts. Only the page makes keys; a key may revoke itself."""

from datetime import timedelta

from flask import Response

from service.accounts.api.contract import SESSION_ONLY
from service.accounts.api.people import (
    account_caller,
    origin_of_request,
    recently_signed_in_user,
    require_account,
    require_accounts,
    signed_in_user,
)
from service.accounts.api.ports import ready_ports
from service.accounts.api.scripts.schemas import (
    ApiKeyAnswer,
    ApiKeyPath,
    ApiKeyRequest,
    ApiKeysAnswer,
    NewApiKeyAnswer,
)
from service.accounts.errors import ApiKeyNotFound
from service.accounts.model import ApiKey
from service.accounts.usecases.api_keys import list_keys, make_key, revoke_key
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.call_limits.count import count_calls
from service.shared.api.context import answer, caller, now
from service.shared.api.contract import API_KEY_ONLY, BODY, problems
from service.shared.call_limits import TOKENS
from service.shared.errors import Conflict, NotFound

OF_KEYS = problems(NotFound)

blueprint = guarded_blueprint(
    "api_keys", "/api/auth/api-keys", "accounts", guard=require_account, security=SESSION_ONLY
)
own_blueprint = guarded_blueprint(
    "own_api_key", "/api/auth/api-keys", "accounts", guard=require_accounts, security=API_KEY_ONLY
)


@blueprint.get("", responses={200: ApiKeysAnswer} | OF_KEYS)
def index() -> Response:
    """List your API keys."""
    ports = ready_ports()
    keys = [ApiKeyAnswer(**_fields(key)) for key in list_keys(ports, signed_in_user(ports))]
    return answer(ApiKeysAnswer(api_keys=keys, server_time=now()))


@blueprint.post("", responses={201: NewApiKeyAnswer} | OF_KEYS | BODY | problems(Conflict))
def create(body: ApiKeyRequest) -> Response:
    """Make an API key with some of your scopes. Requires a sign-in within the last 10 minutes."""
    ports = ready_ports()
    user = recently_signed_in_user(ports)
    count_calls(TOKENS)
    lasts = timedelta(seconds=body.expires_in) if body.expires_in else None
    text, key = make_key(ports, user, body.name, body.scopes, lasts, origin_of_request())
    return answer(NewApiKeyAnswer(**_fields(key), key=text), 201)


@blueprint.delete("/<key_id>", responses={204: None} | OF_KEYS)
def revoke(path: ApiKeyPath) -> Response:
    """Revoke an API key: the next request with it is refused."""
    revoke_key(ready_ports(), account_caller().owner, path.key_id, origin_of_request())
    return Response(status=204)


@own_blueprint.delete("/current", responses={204: None} | OF_KEYS)
def revoke_own() -> Response:
    """Revoke the API key that this request is sent with."""
    who = caller()
    if who.key_id is None:
        raise ApiKeyNotFound("this request is not sent with an API key")
    revoke_key(ready_ports(), who.owner, who.key_id, origin_of_request())
    return Response(status=204)


def _fields(key: ApiKey) -> dict[str, object]:
    return {name: getattr(key, name) for name in ApiKeyAnswer.model_fields if name != "scopes"} | {
        "scopes": list(key.scopes)
    }
