"""What the OpenAPI document says of calls: how a caller signs in, and which errors there may be."""

from typing import Any

from service.shared import errors
from service.shared.api.cookies import NAME
from service.shared.api.problem import Problem

SECURITY_SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Where the service has accounts, an API key does as well.",
    },
    "api_key": {"type": "http", "scheme": "bearer", "bearerFormat": "mdk_…", "description": "An API key."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": f"__Host-{NAME}",
        "description": f"Set by POST /v1/session, for the service's own page; named {NAME} over plain HTTP.",
    },
    "store": {"type": "http", "scheme": "bearer", "description": "EVENTS_SECRET, as the store's webhook sends it."},
}
BEARER_ONLY: list[dict[str, list[Any]]] = [{"bearer": []}]
API_KEY_ONLY: list[dict[str, list[Any]]] = [{"api_key": []}]
SECURED: list[dict[str, list[Any]]] = [*BEARER_ONLY, {"session": []}]
STORE_SECURED: list[dict[str, list[Any]]] = [{"store": []}]
# No token is needed; a caller with one sees more.
OPEN_TO_ALL: list[dict[str, list[Any]]] = [{}, *SECURED]

_PROBLEM = {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}


def problems(*kinds: type[errors.MoodropError]) -> dict[Any, Any]:
    """Return the responses of a call that may end in these kinds of error, beside those of its blueprint."""
    return {str(kind.status): {"description": kind.title, "content": _PROBLEM} for kind in kinds}


# Errors raised before the view (by the server, routing, the guards of open mode, the check of parameters), and bugs.
ANY_CALL: dict[str, Any] = {
    "abp_responses": problems(
        errors.BadRequest,
        errors.Denied,
        errors.MethodNotAllowed,
        errors.RequestTooSlow,
        errors.TooLarge,
        errors.UriTooLong,
        errors.Invalid,
        errors.HeadersTooLarge,
        errors.Internal,
        errors.Unavailable,
    )
}
# The call needs an authenticated caller.
SECURED_CALL: dict[str, Any] = {
    "abp_responses": ANY_CALL["abp_responses"] | problems(errors.Unauthenticated, errors.TooMany)
}
# The call reads a body.
BODY = problems(errors.UnsupportedType)
# The call starts an upload, for which there must be room.
NEW_UPLOAD = problems(errors.TooMany)
# The call needs an upload that exists and is pending.
LIVE_UPLOAD = problems(errors.NotFound, errors.Conflict, errors.Gone)
# A read whose answer the client may already have, by its ETag: see conditions.py.
UNCHANGED: dict[Any, Any] = {304: None}
