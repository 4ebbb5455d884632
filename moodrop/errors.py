"""Every error that this package raises. Catch a family, or check the `code`.

MoodropError
├─ ServiceError          the service refused; `code` is one of docs/errors.md
│   ├─ BadRequest 400    Unauthenticated 401   Denied 403            NotFound 404     MethodNotAllowed 405
│   ├─ Conflict 409      Gone 410              PreconditionFailed 412  TooLarge 413   UriTooLong 414
│   ├─ UnsupportedType 415   Invalid 422       HeadersTooLarge 431    RequestTooSlow 408
│   ├─ TooMany 429
│   └─ Internal 500      Unavailable 503
├─ NoAnswer              no_answer: the service did not answer, after all retries
│   └─ StoreNoAnswer     store_no_answer: the object store did not answer
├─ ServerUnknown         server_unknown: the server is not Moodrop, or has another version
├─ StoreRefused          store_refused: the object store refused a presigned request
└─ LocalError            on this machine
    ├─ FileMissing       file_missing
    ├─ FileUnreadable    file_unreadable
    ├─ FileChanged       file_changed_while_sent
    ├─ DiskFull          disk_full
    ├─ FileUnwritable    file_unwritable
    │   └─ FileInTheWay  file_in_the_way: a download replaces an existing file only if you ask for that
    ├─ DownloadCorrupt   download_corrupt: the bytes do not match the file's checksum
    └─ Stopped           stopped: the caller has closed the client, or given up
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of a request that the service refused."""

    field: str
    message: str


class MoodropError(Exception):
    """The base of all errors. `str(error)` is one line for a person.

    `code` never changes. `retryable` means that the same call may succeed a little later. `status` and `request_id` are
    those of the response, or None without one.
    """

    default_code: ClassVar[str] = "error"
    default_hint: ClassVar[str] = ""
    default_retryable: ClassVar[bool] = False

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        hint: str | None = None,
        retryable: bool | None = None,
        status: int | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
        fields: tuple[FieldError, ...] = (),
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.hint = self.default_hint if hint is None else hint
        self.retryable = self.default_retryable if retryable is None else retryable
        self.status = status
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.fields = fields


class ServiceError(MoodropError):
    """The service refused the request."""


class BadRequest(ServiceError): ...


class Unauthenticated(ServiceError): ...


class Denied(ServiceError): ...


class NotFound(ServiceError): ...


class MethodNotAllowed(ServiceError): ...


class Conflict(ServiceError): ...


class Gone(ServiceError): ...


class PreconditionFailed(ServiceError): ...


class TooLarge(ServiceError): ...


class UriTooLong(ServiceError): ...


class RequestTooSlow(ServiceError): ...


class TooMany(ServiceError): ...


class UnsupportedType(ServiceError): ...


class Invalid(ServiceError): ...


class HeadersTooLarge(ServiceError): ...


class Internal(ServiceError): ...


class Unavailable(ServiceError): ...


FAMILIES: dict[int, type[ServiceError]] = {
    400: BadRequest,
    401: Unauthenticated,
    403: Denied,
    404: NotFound,
    405: MethodNotAllowed,
    408: RequestTooSlow,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    413: TooLarge,
    414: UriTooLong,
    415: UnsupportedType,
    422: Invalid,
    429: TooMany,
    431: HeadersTooLarge,
    500: Internal,
    503: Unavailable,
}


class NoAnswer(MoodropError):
    default_code = "no_answer"
    default_hint = "Check the address and the network, then try again."
    default_retryable = True


class StoreNoAnswer(NoAnswer):
    default_code = "store_no_answer"
    default_hint = "Check that the store's address can be reached from here, then try again."


class ServerUnknown(MoodropError):
    default_code = "server_unknown"
    default_hint = "Check the address. If it is right, update this package or the service."


class StoreRefused(MoodropError):
    default_code = "store_refused"
    default_hint = "Try again. If it fails again, the operator has to check the object store."


class LocalError(MoodropError):
    """The cause is on this machine."""


class FileMissing(LocalError):
    default_code = "file_missing"
    default_hint = "Check the path."


class FileUnreadable(LocalError):
    default_code = "file_unreadable"
    default_hint = "Check that it is a file and that you may read it."


class FileChanged(LocalError):
    default_code = "file_changed_while_sent"
    default_hint = "Send it again when no program writes to it any more."


class FileUnwritable(LocalError):
    default_code = "file_unwritable"
    default_hint = "Check that the folder exists and that you may write to it."


class FileInTheWay(FileUnwritable):
    default_code = "file_in_the_way"
    default_hint = "Choose another folder or name, or move the existing file."


class DiskFull(LocalError):
    default_code = "disk_full"
    default_hint = "Free some space, then try again."


class DownloadCorrupt(LocalError):
    default_code = "download_corrupt"
    default_hint = "Download it again; nothing was kept."


class Stopped(LocalError):
    default_code = "stopped"
    default_hint = "The stored parts are kept; run the same upload again to resume it."
