"""The kinds of error, each with its HTTP status, and the errors that any call may answer with.

    MoodropError
    ├─ BadRequest         400  InvalidJson  InvalidCursor
    ├─ Unauthenticated    401  TokenMissing
    ├─ Denied             403  ScopeMissing  ForeignOrigin  NotLocal
    ├─ NotFound           404  RouteNotFound
    ├─ MethodNotAllowed   405
    ├─ RequestTooSlow     408
    ├─ Conflict           409
    ├─ Gone               410
    ├─ PreconditionFailed 412
    ├─ TooLarge           413  BodyTooLarge
    ├─ UriTooLong         414
    ├─ UnsupportedType    415  MediaTypeUnsupported  BodyEncoded
    ├─ Invalid            422  ValidationFailed
    ├─ TooMany            429  RateLimited
    ├─ HeadersTooLarge    431
    ├─ Internal           500
    └─ Unavailable        503  NotReady  DatabaseUnavailable  TooBusy

A kind carries the status, a class its code. A code is part of the contract and is never renamed. `detail` is for a
person and names the values; `hint` says what to do next. A new error is one class in the `errors.py` of its house.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

# An error must not cost more than the request that it refuses: the answer repeats the detail three times.
MAX_DETAIL = 1000
MAX_FIELD_ERRORS = 20
NAMED_IN_DETAIL = 5
MAX_FIELD_NAME = 100
MAX_FIELD_MESSAGE = 200


def shortened(text: str, limit: int) -> str:
    """Return the text, cut to the limit with an ellipsis if it is longer."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of a request that was refused."""

    field: str
    message: str


class MoodropError(Exception):
    """Base of the catalogue."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Internal server error"
    hint: str = "Try again; if it keeps failing, report the request_id."
    retryable: ClassVar[bool] = False
    retry_after: int | None = None  # seconds until a retry may help

    def __init__(self, detail: str | None = None, *, fields: tuple[FieldError, ...] = (), retry_after: int = 0) -> None:
        self.detail = shortened(detail or self.title, MAX_DETAIL)
        self.fields = fields[:MAX_FIELD_ERRORS]
        self.retry_after = retry_after or self.retry_after
        super().__init__(self.detail)

    @classmethod
    def of(cls, fields: Sequence[FieldError], *, total: int = 0, most: int = MAX_FIELD_ERRORS) -> Self:
        """Return the error for these fields. It names at most `most` and counts all: `total` if there are more."""
        listed = tuple(
            FieldError(shortened(error.field, MAX_FIELD_NAME), shortened(error.message, MAX_FIELD_MESSAGE))
            for error in fields[:most]
        )
        # If all fields share one message, say it once.
        same = len({error.message for error in listed}) == 1 < len(listed)
        named = [error.field if same else f"{error.field}: {error.message}" for error in listed[:NAMED_IN_DETAIL]]
        detail = f"{', '.join(named)}: {listed[0].message}" if same else "; ".join(named)
        more = max(total, len(fields)) - len(named)
        return cls(f"{detail}; and {more} more" if more else detail, fields=listed)


class Internal(MoodropError):
    """A bug in the service; the log has the traceback under the request's id."""


# --- 400 -------------------------------------------------------------------------------------
class BadRequest(MoodropError):
    status = 400
    code = "bad_request"
    title = "The request is malformed"
    hint = "Correct the request and send it again."


class InvalidJson(BadRequest):
    code = "invalid_json"
    title = "The body is not valid JSON"
    hint = "Send a JSON object."


class InvalidCursor(BadRequest):
    code = "invalid_cursor"
    title = "The cursor does not belong to this query"
    hint = "Start again without a cursor, and keep the filters the same from page to page."


# --- 401, 403 --------------------------------------------------------------------------------
class Unauthenticated(MoodropError):
    status = 401
    code = "unauthenticated"
    title = "Sign-in is required"
    hint = "Send 'Authorization: Bearer <token>'."


class TokenMissing(Unauthenticated):
    code = "token_missing"
    title = "No token was sent"

    def __init__(self, detail: str | None = None, *, hint: str | None = None) -> None:
        super().__init__(detail)
        self.hint = hint or type(self).hint


class Denied(MoodropError):
    status = 403
    code = "denied"
    title = "This is not allowed"
    hint = "Use an account with permission to do this."


class ScopeMissing(Denied):
    code = "scope_missing"
    title = "The token lacks a scope"
    hint = "Get a token with that scope."


class ForeignOrigin(Denied):
    code = "foreign_origin"
    title = "Other websites cannot make this request"
    hint = "If the site is yours, list it in CORS_ORIGINS and send a token: only Moodrop's own page can use the cookie."


class NotLocal(Denied):
    code = "not_local"
    title = "AUTH_MODE=open serves this machine only"
    hint = "Set AUTH_MODE=jwt, or ALLOW_OPEN_ON_NETWORK=1 if everyone on the network may read and write."


# --- 404, 405, 408 ---------------------------------------------------------------------------
class NotFound(MoodropError):
    status = 404
    code = "not_found"
    title = "Not found"
    hint = "Check the id. Other people's files and uploads are not found either."


class RouteNotFound(NotFound):
    code = "route_not_found"
    title = "No such address"
    hint = "See /docs for all addresses."


class MethodNotAllowed(MoodropError):
    status = 405
    code = "method_not_allowed"
    title = "This method is not allowed here"
    hint = "See /docs for the methods of this address."


class RequestTooSlow(MoodropError):
    status = 408
    code = "request_too_slow"
    title = "The request did not arrive in time"
    hint = "Send it again without pausing."
    retryable = True


# --- 409, 410 --------------------------------------------------------------------------------
class Conflict(MoodropError):
    status = 409
    code = "conflict"
    title = "The request conflicts with the current state"
    hint = "Check the upload's status and continue from there."


class PreconditionFailed(MoodropError):
    status = 412
    code = "precondition_failed"
    title = "A condition of the request does not hold"
    hint = "Load the current version, then try again."


class Gone(MoodropError):
    status = 410
    code = "gone"
    title = "It no longer exists"
    hint = "Start a new upload."


# --- 413 to 431 ------------------------------------------------------------------------------
class TooLarge(MoodropError):
    status = 413
    code = "too_large"
    title = "Too large"
    hint = "Send less."


class BodyTooLarge(TooLarge):
    code = "body_too_large"
    title = "The request body is too large"
    hint = "Send file bytes to the store, with the URL from POST /v1/uploads, and never to this service."


class UriTooLong(MoodropError):
    status = 414
    code = "uri_too_long"
    title = "The address is too long"
    hint = "Shorten the parameters; with many keys or a long query, use a call that takes them in its body."


class HeadersTooLarge(MoodropError):
    status = 431
    code = "headers_too_large"
    title = "The request's headers are too large"
    hint = "Send fewer and shorter headers."


class UnsupportedType(MoodropError):
    status = 415
    code = "unsupported_type"
    title = "This type is not supported"
    hint = "Send a supported type."


class MediaTypeUnsupported(UnsupportedType):
    code = "media_type_unsupported"
    title = "The body must be JSON"
    hint = "Send 'Content-Type: application/json'."


class BodyEncoded(UnsupportedType):
    code = "body_encoded"
    title = "The body is compressed"
    hint = "Send the body as it is, without Content-Encoding."


class Invalid(MoodropError):
    status = 422
    code = "invalid"
    title = "The request is not valid"
    hint = "Correct the fields in 'errors' and send it again."


class ValidationFailed(Invalid):
    code = "validation_failed"
    title = "Some fields are not valid"


# --- 429 -------------------------------------------------------------------------------------
class TooMany(MoodropError):
    status = 429
    code = "too_many"
    title = "Too many requests"
    hint = "Try again later."
    retryable = True
    retry_after = 30


class RateLimited(TooMany):
    code = "rate_limited"
    title = "Too many tries"
    hint = "Wait as long as Retry-After says, then try again."


# --- 503 -------------------------------------------------------------------------------------
class Unavailable(MoodropError):
    """A server that the service depends on does not answer."""

    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"
    hint = "Nothing is lost. Try again in a moment."
    retryable = True
    retry_after = 2


class NotReady(Unavailable):
    code = "not_ready"
    title = "The service is still starting"


class DatabaseUnavailable(Unavailable):
    code = "database_unavailable"
    title = "The database does not answer"


class TooBusy(Unavailable):
    code = "too_busy"
    title = "The service is too busy"
    retry_after = 1
