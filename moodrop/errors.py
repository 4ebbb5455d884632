"""Every error that this package raises. Catch a family, switch on `code`.

MoodropError
├─ ServiceError          the service refused; `code` is one of docs/errors.md
│   ├─ BadRequest 400    Unauthenticated 401   Denied 403            NotFound 404     MethodNotAllowed 405
│   ├─ Conflict 409      Gone 410              PreconditionFailed 412  TooLarge 413   UriTooLong 414
│   ├─ UnsupportedType 415   Invalid 422       HeadersTooLarge 431    RequestTooSlow 408
│   ├─ TooMany 429
│   └─ Internal 500      Unavailable 503
├─ NoAnswer              no_answer: nothing came from the service, after all retries
│   └─ StoreNoAnswer     store_no_answer: nothing came from the object store
├─ ServerUnknown         server_unknown: what answers is no Moodrop, or one of another version
├─ StoreRefused          store_refused: the object store refused a presigned request
└─ LocalError            on this machine
    ├─ FileMissing       file_missing
    ├─ FileUnreadable    file_unreadable
    ├─ FileChanged       file_changed_while_sent
    ├─ DiskFull          disk_full
    ├─ FileUnwritable    file_unwritable
    │   └─ FileInTheWay  file_in_the_way: a download never replaces what is there, unless it is told to
    ├─ DownloadCorrupt   download_corrupt: the bytes are not those of the file's checksum
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
    """Base of all. `str(error)` is one line for a person.

    `code` is stable; `retryable` tells whether the same call may succeed by itself a little later;
    `status` and `request_id` are those of the answer, None where there was none.
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
    default_hint = "Check the address; if it is right, update this package or the service."


class StoreRefused(MoodropError):
    default_code = "store_refused"
    default_hint = "Try again; if it goes on, the operator looks at the object store."


class LocalError(MoodropError):
    """The cause is on this machine."""


class FileMissing(LocalError):
    default_code = "file_missing"
    default_hint = "Check the path."


class FileUnreadable(LocalError):
    default_code = "file_unreadable"
    default_hint = "Check that it is a file, and that you may read it."


class FileChanged(LocalError):
    default_code = "file_changed_while_sent"
    default_hint = "Send it again once nothing writes to it."


class FileUnwritable(LocalError):
    default_code = "file_unwritable"
    default_hint = "Check that the folder is there, and that you may write to it."


class FileInTheWay(FileUnwritable):
    default_code = "file_in_the_way"
    default_hint = "Choose another folder or name, or move what is there."


class DiskFull(LocalError):
    default_code = "disk_full"
    default_hint = "Make room, then try again."


class DownloadCorrupt(LocalError):
    default_code = "download_corrupt"
    default_hint = "Download it again; nothing was kept."


class Stopped(LocalError):
    default_code = "stopped"
    default_hint = "What the store has is kept; the same upload goes on from there."
