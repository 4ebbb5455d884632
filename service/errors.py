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
    ├─ UnsupportedType   415  MediaTypeUnsupported  ContentTypeNotAllowed  GrantTypeNotAllowed
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
    title: ClassVar[str] = "Something went wrong on our side"
    hint: ClassVar[str] = "Try again; if it goes on, report the request_id."
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
    title = "The request cannot be read"
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
    title = "Sign-in is needed"
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
    title = "The notification does not bring the right secret"
    hint = "Set the same EVENTS_SECRET here and as the auth token of the store's webhook."


class Denied(MoodropError):
    status = 403
    code = "denied"
    title = "That is not allowed"
    hint = "Use an account that may do this."


class ScopeMissing(Denied):
    code = "scope_missing"
    title = "The token lacks a scope"
    hint = "Ask for a token with that scope."


class KeyOutsidePrefix(Denied):
    code = "key_outside_prefix"
    title = "The object key is not under your own prefix"
    hint = "Keys of yours start with uploads/<your id>/."


class KeyOutsideGrant(Denied):
    code = "key_outside_grant"
    title = "The object key is not under the prefix that the token is limited to"
    hint = "Name a key under that prefix, or ask for a token without it."


class GrantExhausted(Denied):
    code = "grant_exhausted"
    title = "The token's uploads are used up"
    hint = "Ask for a new token; what was started with this one may still be sent and confirmed."


class GrantNeedsDeclaration(Denied):
    code = "grant_needs_declaration"
    title = "The token is limited in bytes or types, and this call declares neither"
    hint = "Use POST /v1/uploads, which declares both."


class ForeignOrigin(Denied):
    code = "foreign_origin"
    title = "Another web site may not make this request"
    hint = "List that site in CORS_ORIGINS if it is yours, and let it send a token: the cookie is the own page's alone."


class NotLocal(Denied):
    code = "not_local"
    title = "AUTH_MODE=open answers this machine only"
    hint = "Set AUTH_MODE=jwt, or ALLOW_OPEN_ON_NETWORK=1 if everybody on the network may read and write."


# --- 404, 405, 408 ---------------------------------------------------------------------------
class NotFound(MoodropError):
    status = 404
    code = "not_found"
    title = "Not found"
    hint = "Check the id; what belongs to somebody else is not found either."


class RouteNotFound(NotFound):
    code = "route_not_found"
    title = "There is no such address"
    hint = "See /docs for the addresses there are."


class UploadNotFound(NotFound):
    code = "upload_not_found"
    title = "No such upload"


class FileNotFound(NotFound):
    code = "file_not_found"
    title = "No such file"


class CoverMissing(NotFound):
    code = "cover_missing"
    title = "The file has no such cover"
    hint = "Show a picture of your own; a file's cover_id says whether it has a cover."


class MethodNotAllowed(MoodropError):
    status = 405
    code = "method_not_allowed"
    title = "That method is not allowed here"
    hint = "See /docs for the methods of this address."


class RequestTooSlow(MoodropError):
    status = 408
    code = "request_too_slow"
    title = "The request did not come in time"
    hint = "Send it again, without a pause in the middle."
    retryable = True


# --- 409, 410 --------------------------------------------------------------------------------
class Conflict(MoodropError):
    status = 409
    code = "conflict"
    title = "The request does not fit the present state"
    hint = "Look at the upload's status and go on from there."


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
    title = "The store holds another part than the one that was meant"
    hint = "Send that part again, then confirm again; GET /v1/uploads/{id} shows the parts that the store holds."


class UploadBusy(Conflict):
    code = "upload_busy"
    title = "Another confirm of this upload is at work"
    hint = "Confirm again in a moment; it gets the same file."
    retryable = True


class UploadAborted(Conflict):
    code = "upload_aborted"
    title = "The upload was aborted"
    hint = "Start a new upload."


class UploadFinished(Conflict):
    code = "upload_finished"
    title = "The upload is finished already"
    hint = "Read it as a file, or delete the file."


class ObjectKeyTaken(Conflict):
    code = "object_key_taken"
    title = "Another file has that object key"
    hint = "Choose another key."


class PreconditionFailed(MoodropError):
    status = 412
    code = "precondition_failed"
    title = "A condition of the request does not hold"
    hint = "Read it again, and decide anew."


class FileChanged(PreconditionFailed):
    code = "file_changed"
    title = "The file was changed since you read it"


class Gone(MoodropError):
    status = 410
    code = "gone"
    title = "That is gone"
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
    hint = "File bytes go to the store by the URL of POST /v1/uploads, never to this service."


class FileTooLarge(TooLarge):
    code = "file_too_large"
    title = "The file is larger than allowed"
    hint = "GET /v1/session shows the limit; MAX_UPLOAD_BYTES sets it."


class GrantTooLarge(TooLarge):
    code = "grant_too_large"
    title = "The file is larger than all that the token may upload"
    hint = "Ask for a token that allows more."


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
    title = "That type is not supported"
    hint = "Send a supported type."


class MediaTypeUnsupported(UnsupportedType):
    code = "media_type_unsupported"
    title = "The body must be JSON"
    hint = "Send 'Content-Type: application/json'."


class ContentTypeNotAllowed(UnsupportedType):
    code = "content_type_not_allowed"
    title = "Files of that type are not accepted"
    hint = "GET /v1/session shows the accepted types; ALLOWED_CONTENT_TYPES sets them."


class GrantTypeNotAllowed(UnsupportedType):
    code = "grant_type_not_allowed"
    title = "The token may not upload files of that type"
    hint = "Ask for a token that allows the type."


class Invalid(MoodropError):
    status = 422
    code = "invalid"
    title = "The request is not valid"
    hint = "Correct what 'errors' names and send it again."


class ValidationFailed(Invalid):
    code = "validation_failed"
    title = "Some fields are not valid"


class MoodNotAllowed(Invalid):
    code = "mood_not_allowed"
    title = "There is no such mood"
    hint = "GET /v1/moods lists the moods; MOODS sets them."


class ChecksumInvalid(Invalid):
    code = "checksum_invalid"
    title = "The checksum is not base64 of the right length"
    hint = "Send the base64 of the raw digest: 32 bytes for sha256, 4 for crc32c, 16 for md5."


class ObjectMismatch(Invalid):
    code = "object_mismatch"
    title = "The stored object is not the one that was declared"
    hint = "The object was removed; start a new upload."


class NotMultipart(Invalid):
    code = "not_multipart"
    title = "The upload has no parts"
    hint = "Ask for its URL with an empty body."


class PartNumberInvalid(Invalid):
    code = "part_number_invalid"
    title = "The upload has no part of that number"
    hint = "Parts are numbered from 1 to the upload's part_count."


class PartChecksumRequired(Invalid):
    code = "part_checksum_required"
    title = "Each part of this upload needs its checksum"
    hint = "Ask with 'parts': [{part_number, checksum_base64}], by the upload's part_checksum_algorithm."


class IdempotencyKeyReused(Invalid):
    code = "idempotency_key_reused"
    title = "The Idempotency-Key was used for another upload"
    hint = "Send the very body of the first request to repeat it, or a new key for a new upload."


# --- 429 -------------------------------------------------------------------------------------
class TooMany(MoodropError):
    status = 429
    code = "too_many"
    title = "Too much at once"
    hint = "Try again later."
    retryable = True
    retry_after = 30


class TooMuchPending(TooMany):
    code = "too_much_pending"
    title = "Your unfinished uploads leave no room for another one"
    hint = "Confirm or abort uploads (GET /v1/uploads lists them), or wait; MAX_PENDING_BYTES sets the room."


# --- 503 -------------------------------------------------------------------------------------
class Unavailable(MoodropError):
    """Something we depend on does not answer."""

    status = 503
    code = "unavailable"
    title = "Not available right now"
    hint = "Nothing is lost. Try again in a moment."
    retryable = True
    retry_after = 2


class NotReady(Unavailable):
    code = "not_ready"
    title = "The service is still getting ready"


class StoreUnsafe(Unavailable):
    code = "store_unsafe"
    title = "The object store does not enforce what uploads need"
    hint = "The operator sees the failed checks, and how to mend each, in the log."
    retryable = False


class StoreUnavailable(Unavailable):
    code = "store_unavailable"
    title = "The object store does not answer"


class StoreDenied(Unavailable):
    code = "store_denied"
    title = "The object store refused the service's credentials"
    hint = "The operator checks MINIO_ACCESS_KEY and MINIO_SECRET_KEY and what they may do, and both clocks."


class DatabaseUnavailable(Unavailable):
    code = "database_unavailable"
    title = "The database does not answer"


class IdentityUnavailable(Unavailable):
    code = "identity_unavailable"
    title = "The identity provider does not answer"


class TooBusy(Unavailable):
    code = "too_busy"
    title = "The service has too much to do"
    retry_after = 1


def catalogue(kind: type[MoodropError] = MoodropError) -> set[type[MoodropError]]:
    """All that are of that kind, but for the kind itself."""
    return {found for child in kind.__subclasses__() for found in (child, *catalogue(child))}
