"""Every error the service answers with: a kind carries the status, a class carries a stable code.

    MoodropError
    ├─ BadRequest        400  MissingKey  InvalidJson  InvalidObjectKey  InvalidCursor
    ├─ Unauthenticated   401  TokenMissing  TokenInvalid  TokenExpired  SessionEnded  EventSecretInvalid
    ├─ Denied            403  ScopeMissing  KeyOutsidePrefix  ForeignOrigin  NotLocal
    │                         KeyOutsideGrant  GrantExhausted  GrantNeedsDeclaration
    ├─ NotFound          404  RouteNotFound  UploadNotFound  FileNotFound  CoverMissing
    ├─ MethodNotAllowed  405
    ├─ RequestTooSlow    408
    ├─ Conflict          409  ObjectMissing  PartsMissing  PartMismatch  UploadBusy  UploadAborted  UploadFinished
    │                         ObjectKeyTaken
    ├─ Gone              410  UploadExpired  FileDeleted
    ├─ PreconditionFailed 412 FileChanged
    ├─ TooLarge          413  BodyTooLarge  FileTooLarge  GrantTooLarge
    ├─ UriTooLong        414
    ├─ UnsupportedType   415  MediaTypeUnsupported  BodyEncoded  ContentTypeNotAllowed  GrantTypeNotAllowed
    ├─ Invalid           422  ValidationFailed  MoodNotAllowed  ChecksumInvalid  ObjectMismatch  IdempotencyKeyReused
    │                         NotMultipart  PartNumberInvalid  PartChecksumRequired
    ├─ TooMany           429  TooMuchPending
    ├─ HeadersTooLarge   431
    ├─ Internal          500
    └─ Unavailable       503  NotReady  StoreUnsafe  StoreUnavailable  StoreDenied  DatabaseUnavailable
                              IdentityUnavailable  TooBusy

A code is part of the contract and is never renamed. `detail` is for a person and names the values;
`hint` says what to do next. A new error is one class here.
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
    hint: ClassVar[str] = "Try again; if it keeps failing, report the request_id."
    retryable: ClassVar[bool] = False
    retry_after: ClassVar[int | None] = None  # seconds until a retry may help

    def __init__(self, detail: str | None = None, *, fields: tuple[FieldError, ...] = ()) -> None:
        self.detail = shortened(detail or self.title, MAX_DETAIL)
        self.fields = fields[:MAX_FIELD_ERRORS]
        super().__init__(self.detail)

    @classmethod
    def of(cls, fields: Sequence[FieldError], *, total: int = 0, most: int = MAX_FIELD_ERRORS) -> Self:
        """Return the error for these fields. It names at most `most` and counts all: `total` if there are more."""
        kept = tuple(
            FieldError(shortened(found.field, MAX_FIELD_NAME), shortened(found.message, MAX_FIELD_MESSAGE))
            for found in fields[:most]
        )
        # If all fields share one message, say it once.
        same = len({found.message for found in kept}) == 1 < len(kept)
        named = [found.field if same else f"{found.field}: {found.message}" for found in kept[:NAMED_IN_DETAIL]]
        detail = f"{', '.join(named)}: {kept[0].message}" if same else "; ".join(named)
        more = max(total, len(fields)) - len(named)
        return cls(f"{detail}; and {more} more" if more else detail, fields=kept)


class Internal(MoodropError):
    """A defect of ours; the log has the traceback under the request's id."""


# --- 400 -------------------------------------------------------------------------------------
class BadRequest(MoodropError):
    status = 400
    code = "bad_request"
    title = "The request is malformed"
    hint = "Correct the request and send it again."


class MissingKey(BadRequest):
    # The seed's clients look for these very words.
    code = "missing_key"
    title = "Missing key"
    hint = "Add ?key=uploads/<you>/<name> (or ?filename=<name>) to the address."


class InvalidJson(BadRequest):
    code = "invalid_json"
    title = "The body is not valid JSON"
    hint = "Send a JSON object."


class InvalidObjectKey(BadRequest):
    code = "invalid_object_key"
    title = "The object key is not allowed"
    hint = "Use uploads/<you>/<name> without '..', empty segments, backslashes or control characters."


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


class TokenInvalid(Unauthenticated):
    code = "token_invalid"
    title = "The token is not valid"
    hint = "Get a new token; it must be signed for this service and carry 'exp' and 'sub'."


class TokenExpired(Unauthenticated):
    code = "token_expired"
    title = "The token has expired"
    hint = "Get a new token and send the request again."


class SessionEnded(Unauthenticated):
    code = "session_ended"
    title = "The session has ended"
    hint = "Sign in again: POST /v1/session with a token."


class EventSecretInvalid(Unauthenticated):
    code = "event_secret_invalid"
    title = "The notification lacks the right secret"
    hint = "Set EVENTS_SECRET and the auth token of the store's webhook to the same value."


class Denied(MoodropError):
    status = 403
    code = "denied"
    title = "This is not allowed"
    hint = "Use an account with permission to do this."


class ScopeMissing(Denied):
    code = "scope_missing"
    title = "The token lacks a scope"
    hint = "Get a token with that scope."


class KeyOutsidePrefix(Denied):
    code = "key_outside_prefix"
    title = "The object key is not under your own prefix"
    hint = "Your keys start with uploads/<your id>/."


class KeyOutsideGrant(Denied):
    code = "key_outside_grant"
    title = "The object key is not under the prefix that the token is limited to"
    hint = "Name a key under that prefix, or get a token without it."


class GrantExhausted(Denied):
    code = "grant_exhausted"
    title = "The token's uploads are used up"
    hint = "Get a new token; uploads started with this one can still be sent and confirmed."


class GrantNeedsDeclaration(Denied):
    code = "grant_needs_declaration"
    title = "The token is limited in bytes or types, and this call declares neither"
    hint = "Use POST /v1/uploads, which declares both."


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


class UploadNotFound(NotFound):
    code = "upload_not_found"
    title = "No such upload"


class FileNotFound(NotFound):
    code = "file_not_found"
    title = "No such file"


class CoverMissing(NotFound):
    code = "cover_missing"
    title = "The file has no such cover"
    hint = "Show a placeholder; a file has a cover if its cover_id is set."


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


class ObjectMissing(Conflict):
    code = "object_missing"
    title = "The store does not have the object yet"
    hint = "Send the bytes to the upload's URL, then confirm again."
    retryable = True


class PartsMissing(Conflict):
    code = "parts_missing"
    title = "The store does not have all parts yet"
    hint = "Send the parts that `detail` names (POST /v1/uploads/{id}/urls gives their URLs), then confirm again."
    retryable = True


class PartMismatch(Conflict):
    code = "part_mismatch"
    title = "The store holds a different part"
    hint = "Send that part again, then confirm again; GET /v1/uploads/{id} shows the parts that the store holds."


class UploadBusy(Conflict):
    code = "upload_busy"
    title = "Another confirm of this upload is running"
    hint = "Confirm again in a moment; you will get the same file."
    retryable = True


class UploadAborted(Conflict):
    code = "upload_aborted"
    title = "The upload was aborted"
    hint = "Start a new upload."


class UploadFinished(Conflict):
    code = "upload_finished"
    title = "The upload is already finished"
    hint = "Read it as a file, or delete the file."


class ObjectKeyTaken(Conflict):
    code = "object_key_taken"
    title = "Another file has that object key"
    hint = "Choose another key."


class PreconditionFailed(MoodropError):
    status = 412
    code = "precondition_failed"
    title = "A condition of the request does not hold"
    hint = "Load the current version, then try again."


class FileChanged(PreconditionFailed):
    code = "file_changed"
    title = "The file has changed since you read it"


class Gone(MoodropError):
    status = 410
    code = "gone"
    title = "It no longer exists"
    hint = "Start a new upload."


class UploadExpired(Gone):
    code = "upload_expired"
    title = "The upload was not confirmed in time"


class FileDeleted(Gone):
    code = "file_deleted"
    title = "The file was deleted"


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


class FileTooLarge(TooLarge):
    code = "file_too_large"
    title = "The file is larger than allowed"
    hint = "GET /v1/session shows the limit; MAX_UPLOAD_BYTES sets it."


class GrantTooLarge(TooLarge):
    code = "grant_too_large"
    title = "The file is larger than the token's whole quota"
    hint = "Get a token that allows more."


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


class ContentTypeNotAllowed(UnsupportedType):
    code = "content_type_not_allowed"
    title = "Files of that type are not accepted"
    hint = "GET /v1/session shows the accepted types; ALLOWED_CONTENT_TYPES sets them."


class GrantTypeNotAllowed(UnsupportedType):
    code = "grant_type_not_allowed"
    title = "The token does not allow files of that type"
    hint = "Get a token that allows the type."


class Invalid(MoodropError):
    status = 422
    code = "invalid"
    title = "The request is not valid"
    hint = "Correct the fields in 'errors' and send it again."


class ValidationFailed(Invalid):
    code = "validation_failed"
    title = "Some fields are not valid"


class MoodNotAllowed(Invalid):
    code = "mood_not_allowed"
    title = "No such mood"
    hint = "GET /v1/moods lists the moods; MOODS sets them."


class ChecksumInvalid(Invalid):
    code = "checksum_invalid"
    title = "The checksum is not base64 of the right length"
    hint = "Send the base64 of the raw digest: 32 bytes for sha256, 4 for crc32c, 16 for md5."


class ObjectMismatch(Invalid):
    code = "object_mismatch"
    title = "The stored object does not match the declaration"
    hint = "The object was removed; start a new upload."


class NotMultipart(Invalid):
    code = "not_multipart"
    title = "The upload has no parts"
    hint = "Request its URL with an empty body."


class PartNumberInvalid(Invalid):
    code = "part_number_invalid"
    title = "The upload has no part with that number"
    hint = "Parts are numbered from 1 to the upload's part_count."


class PartChecksumRequired(Invalid):
    code = "part_checksum_required"
    title = "Each part of this upload needs its checksum"
    hint = "Send 'parts': [{part_number, checksum_base64}], using the upload's part_checksum_algorithm."


class IdempotencyKeyReused(Invalid):
    code = "idempotency_key_reused"
    title = "The Idempotency-Key was used for another upload"
    hint = "To repeat the first request, send its exact body; for a new upload, use a new key."


# --- 429 -------------------------------------------------------------------------------------
class TooMany(MoodropError):
    status = 429
    code = "too_many"
    title = "Too many requests"
    hint = "Try again later."
    retryable = True
    retry_after = 30


class TooMuchPending(TooMany):
    code = "too_much_pending"
    title = "Your unfinished uploads leave no room for another"
    hint = "Confirm or abort uploads (GET /v1/uploads lists them), or wait; MAX_PENDING_BYTES sets the limit."


# --- 503 -------------------------------------------------------------------------------------
class Unavailable(MoodropError):
    """Something we depend on does not answer."""

    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"
    hint = "Nothing is lost. Try again in a moment."
    retryable = True
    retry_after = 2


class NotReady(Unavailable):
    code = "not_ready"
    title = "The service is still starting"


class StoreUnsafe(Unavailable):
    code = "store_unsafe"
    title = "The object store does not enforce what uploads need"
    hint = "The log lists the failed checks and how to fix each."
    retryable = False


class StoreUnavailable(Unavailable):
    code = "store_unavailable"
    title = "The object store does not answer"


class StoreDenied(Unavailable):
    code = "store_denied"
    title = "The object store refused the service's credentials"
    hint = "The operator should check MINIO_ACCESS_KEY, MINIO_SECRET_KEY, their permissions and both clocks."


class DatabaseUnavailable(Unavailable):
    code = "database_unavailable"
    title = "The database does not answer"


class IdentityUnavailable(Unavailable):
    code = "identity_unavailable"
    title = "The identity provider does not answer"


class TooBusy(Unavailable):
    code = "too_busy"
    title = "The service is too busy"
    retry_after = 1


def catalogue(kind: type[MoodropError] = MoodropError) -> set[type[MoodropError]]:
    """All that are of that kind, but for the kind itself."""
    return {found for child in kind.__subclasses__() for found in (child, *catalogue(child))}
