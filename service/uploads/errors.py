"""Why an upload or a file cannot be started, confirmed, changed or read.

MoodropError
├─ BadRequest         400  MissingKey  InvalidObjectKey
├─ Unauthenticated    401  EventSecretInvalid
├─ Denied             403  KeyOutsidePrefix  KeyOutsideGrant  GrantExhausted  GrantNeedsDeclaration  QuotaExceeded
│                         FileQuarantined
├─ NotFound           404  UploadNotFound  FileNotFound  CoverMissing
├─ Conflict           409  ObjectMissing  PartsMissing  PartMismatch  UploadBusy  UploadAborted
│                         UploadFinished  ObjectKeyTaken
├─ Gone               410  UploadExpired  FileDeleted
├─ PreconditionFailed 412  FileChanged
├─ TooLarge           413  FileTooLarge  GrantTooLarge
├─ UnsupportedType    415  ContentTypeNotAllowed  GrantTypeNotAllowed
├─ Invalid            422  MoodNotAllowed  ChecksumInvalid  ObjectMismatch  NotMultipart  PartNumberInvalid
│                         PartChecksumRequired  IdempotencyKeyReused
└─ TooMany            429  TooMuchPending
"""

from service.shared.errors import (
    BadRequest,
    Conflict,
    Denied,
    Gone,
    Invalid,
    NotFound,
    PreconditionFailed,
    TooLarge,
    TooMany,
    Unauthenticated,
    UnsupportedType,
)


class MissingKey(BadRequest):
    # The seed's clients look for these very words.
    code = "missing_key"
    title = "Missing key"
    hint = "Add ?key=uploads/<you>/<name> (or ?filename=<name>) to the address."


class InvalidObjectKey(BadRequest):
    code = "invalid_object_key"
    title = "The object key is not allowed"
    hint = "Use uploads/<you>/<name> without '..', empty segments, backslashes or control characters."


class EventSecretInvalid(Unauthenticated):
    code = "event_secret_invalid"
    title = "The notification lacks the right secret"
    hint = "Set EVENTS_SECRET and the auth token of the store's webhook to the same value."


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


class QuotaExceeded(Denied):
    code = "quota_exceeded"
    title = "Your quota is used up"
    hint = "Delete files, confirm or abort uploads, then try again; GET /v1/session shows your quota."


class FileQuarantined(Denied):
    code = "file_quarantined"
    title = "The virus scanner found a threat in the file"
    hint = "Delete the file. If you trust it, send it to a person in another way."


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


class FileChanged(PreconditionFailed):
    code = "file_changed"
    title = "The file has changed since you read it"


class UploadExpired(Gone):
    code = "upload_expired"
    title = "The upload was not confirmed in time"


class FileDeleted(Gone):
    code = "file_deleted"
    title = "The file was deleted"


class FileTooLarge(TooLarge):
    code = "file_too_large"
    title = "The file is larger than allowed"
    hint = "GET /v1/session shows the limit; MAX_UPLOAD_BYTES sets it."


class GrantTooLarge(TooLarge):
    code = "grant_too_large"
    title = "The file is larger than the token's whole quota"
    hint = "Get a token that allows more."


class ContentTypeNotAllowed(UnsupportedType):
    code = "content_type_not_allowed"
    title = "Files of that type are not accepted"
    hint = "GET /v1/session shows the accepted types; ALLOWED_CONTENT_TYPES sets them."


class GrantTypeNotAllowed(UnsupportedType):
    code = "grant_type_not_allowed"
    title = "The token does not allow files of that type"
    hint = "Get a token that allows the type."


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


class TooMuchPending(TooMany):
    code = "too_much_pending"
    title = "Your unfinished uploads leave no room for another"
    hint = "Confirm or abort uploads (GET /v1/uploads lists them), or wait; MAX_PENDING_BYTES sets the limit."
