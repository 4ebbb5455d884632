"""The answers to requests that the server itself refuses, in the shape of our errors."""

import uuid
from dataclasses import dataclass

from gunicorn.http import errors as http

from service.server.reading import BodyTooLarge

# HTTP has statuses of its own for these.
BY_PROTOCOL = {http.ExpectationFailed: 417, http.UnsupportedTransferCoding: 501}
# gunicorn raises these for its settings and for the headers of an answer, which would be our bug.
OWN_FAULT = (http.ConfigurationProblem, http.InvalidResponseHeader, http.InvalidResponseHeaderName)


class TooSlow(Exception):
    """The request did not arrive within its deadline."""


class TooBusy(Exception):
    """There is no room for another connection, or for its bytes."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer to a refused request."""

    status: int
    code: str
    request_id: str
    head: bytes
    body: bytes

    @property
    def answer(self) -> bytes:
        return self.head + self.body


def refusal(exc: BaseException) -> Refusal | None:
    """Return the answer to a refused request, or None for errors that gunicorn handles itself."""
    # Imported late: a reload of the service would not renew modules that gunicorn's parent process has loaded.
    from service.shared import errors
    from service.shared.api.problems import CONTENT_TYPE, problem_of
    from service.shared.api.requests import page_instead
    from service.shared.redaction import redacted

    error: errors.MoodropError
    match exc:
        case TooSlow():
            error = errors.RequestTooSlow(str(exc))
        case TooBusy():
            error = errors.TooBusy(str(exc))
        case BodyTooLarge():
            error = errors.BodyTooLarge()
        case http.LimitRequestLine():
            error = errors.UriTooLong(str(exc))
        case http.LimitRequestHeaders():
            error = errors.HeadersTooLarge(str(exc))
        case http.ParseException() if not isinstance(exc, OWN_FAULT):
            error = errors.BadRequest(redacted(str(exc))[:200])
        case _:
            return None
    request_id = uuid.uuid4().hex
    problem = problem_of(error, request_id, BY_PROTOCOL.get(type(exc)))
    body = problem.model_dump_json().encode()
    again = f"Retry-After: {error.retry_after}\r\n" if isinstance(error, errors.Unavailable) else ""
    place = page_instead(exc.path) if isinstance(exc, BodyTooLarge) else None
    status, reason = (303, "See Other") if place else (problem.status, error.title)
    elsewhere = f"Location: {place}\r\n" if place else ""
    head = (
        f"HTTP/1.1 {status} {reason}\r\n{elsewhere}"
        f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{again}"
        f"X-Request-ID: {request_id}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n"
    )
    return Refusal(status, problem.code, request_id, head.encode(), body)
