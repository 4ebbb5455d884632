"""gunicorn's threaded worker, whose refusals of what is no sound HTTP have the one shape of our errors."""

import uuid
from contextlib import suppress
from typing import Any

from gunicorn.http import errors as http
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

UNREADABLE = (
    http.InvalidRequestLine,
    http.InvalidRequestMethod,
    http.InvalidHTTPVersion,
    http.InvalidHeader,
    http.InvalidHeaderName,
    http.ObsoleteFolding,
)
# gunicorn raises these for an answer's headers: a defect of ours.
OWN_FAULT = (http.InvalidResponseHeader, http.InvalidResponseHeaderName)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        answer = refusal(exc)
        if answer is None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Invalid request from %s: %s", (addr or ["a socket"])[0], exc)
        # Who sends such a thing may be gone already.
        with suppress(OSError):
            write_nonblock(client, answer)


def refusal(exc: BaseException) -> bytes | None:
    """The whole answer to a request that gunicorn cannot read; None for all that is gunicorn's own affair."""
    # Late: what gunicorn's parent process has loaded, a reload of the service would not renew.
    from service import errors
    from service.api.errors import CONTENT_TYPE, problem_of
    from service.redaction import redacted

    error: errors.MoodropError
    match exc:
        case http.LimitRequestLine():
            error = errors.UriTooLong(str(exc))
        case http.LimitRequestHeaders():
            error = errors.HeadersTooLarge(str(exc))
        case _ if isinstance(exc, UNREADABLE) and not isinstance(exc, OWN_FAULT):
            error = errors.BadRequest(redacted(str(exc))[:200])
        case _:
            return None
    request_id = uuid.uuid4().hex
    body = problem_of(error, request_id).model_dump_json().encode()
    head = (
        f"HTTP/1.1 {error.status} {error.title}\r\n"
        f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        f"X-Request-ID: {request_id}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n"
    )
    return head.encode() + body
