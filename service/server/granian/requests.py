"""Between granian and the app: the app gets whole requests, granian whole answers, and the observers are told."""

import logging
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.server.finished import METHODS, NO_BODY, OTHER, FinishedRequest, Observer
from service.server.granian.whole import read_whole
from service.shared.errors import BodyTooLarge, Internal, MoodropError
from service.shared.request_facts import KEY, UNKNOWN, RequestFacts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

CLOSE = ("Connection", "close")


class Requests:
    """The WSGI app that granian calls."""

    def __init__(
        self, app: "WSGIApplication", observers: Sequence[Observer], process_environment: Mapping[str, str]
    ) -> None:
        self._app = app
        self._observers = tuple(observers)
        self._inherited = tuple(process_environment.items())

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        started = time.monotonic()
        self._forget_process(environ)
        statuses: list[int] = []
        # If a request has both a length and chunks, granian ignores the length. A proxy may have used it instead, so
        # what follows must not be read as a request.
        is_last = "HTTP_TRANSFER_ENCODING" in environ

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            statuses.append(int(status[:3]))
            if is_last and CLOSE not in headers:
                headers = [*headers, CLOSE]
            return start_response(status, headers, *more)

        body = self._answer(environ, start)
        if self._observers:
            self._report(environ, statuses[-1], time.monotonic() - started, len(body))
        return [body]

    def _forget_process(self, environ: "WSGIEnvironment") -> None:
        """Drop the variables of this process, which granian puts beside the request: HTTP_PROXY would be a header."""
        for name, value in self._inherited:
            if environ.get(name) == value:
                del environ[name]

    def _answer(self, environ: "WSGIEnvironment", start: Any) -> bytes:
        try:
            read_whole(environ)
            # A piece at a time would keep the thread for as long as the client reads.
            return _whole_body(self._app(environ, start))
        except MoodropError as error:
            return _refusal(error, environ, start)
        except Exception:
            log.exception("defect below the app")
            return _refusal(Internal(), environ, start)

    def _report(self, environ: "WSGIEnvironment", status: int, seconds: float, size: int) -> None:
        method = environ["REQUEST_METHOD"]
        done = FinishedRequest(
            method=method if method in METHODS else OTHER,
            status=status,
            seconds=seconds,
            body_bytes=0 if method == "HEAD" or status in NO_BODY else size,
            address=environ.get("REMOTE_ADDR", ""),
            facts=environ.get(KEY, UNKNOWN),
        )
        try:
            for observe in self._observers:
                observe(done)
        except Exception:
            log.exception("defect in the request log or the metrics")


def _whole_body(pieces: Iterable[bytes]) -> bytes:
    try:
        return b"".join(pieces)
    finally:
        close = getattr(pieces, "close", None)
        if close:
            close()


def _refusal(error: MoodropError, environ: "WSGIEnvironment", start: Any) -> bytes:
    """Answer as the app would, and have the connection closed: its body was not read."""
    # Imported late, as in refusals.py.
    from service.shared.api.problems import CONTENT_TYPE, problem_of
    from service.shared.api.requests import page_instead

    place = page_instead(environ["PATH_INFO"]) if isinstance(error, BodyTooLarge) else None
    request_id = uuid.uuid4().hex
    problem = problem_of(error, request_id)
    body = problem.model_dump_json().encode()
    environ[KEY] = RequestFacts(request_id=request_id, problem=error.code, problems=(error.code,))
    headers = [
        ("Content-Type", CONTENT_TYPE),
        ("Content-Length", str(len(body))),
        CLOSE,
        ("X-Request-ID", request_id),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        *([("Location", place)] if place else []),
    ]
    start("303 See Other" if place else f"{problem.status} {error.title}", headers)
    return body
