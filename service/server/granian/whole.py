"""Reads a request whole before the app sees it, within the limits that gunicorn's worker has."""

import io
from typing import TYPE_CHECKING

from service.shared.errors import BadRequest, BodyTooLarge, HeadersTooLarge, UriTooLong

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# gunicorn's: of the request line, and of one header.
MAX_LINE = 8190
CUT_OFF = "the body did not arrive whole"


def read_whole(environ: "WSGIEnvironment") -> None:
    """Put the body into memory. Raises an error of ours if there is too much of something, or less than announced."""
    _check_head(environ)
    length, is_chunked = environ.get("CONTENT_LENGTH"), "HTTP_TRANSFER_ENCODING" in environ
    if length is None and not is_chunked:
        return
    if length is not None and is_chunked:
        raise BadRequest("the body has two lengths")
    # Imported late, as in refusals.py.
    from service.shared.api.requests import body_limit

    limit = body_limit(environ["PATH_INFO"])
    body = _read_chunks(environ, limit) if length is None else _read_sized(environ, int(length), limit)
    environ["wsgi.input"] = io.BytesIO(body)


def _check_head(environ: "WSGIEnvironment") -> None:
    if len(environ["PATH_INFO"]) + len(environ["QUERY_STRING"]) > MAX_LINE:
        raise UriTooLong(f"the address has more than {MAX_LINE} characters")
    for name, value in environ.items():
        if name.startswith("HTTP_") and len(value) > MAX_LINE:
            raise HeadersTooLarge(f"a header has more than {MAX_LINE} characters")


def _read_sized(environ: "WSGIEnvironment", length: int, limit: int) -> bytes:
    if length > limit:
        raise BodyTooLarge
    body: bytes = environ["wsgi.input"].read(length)
    # granian ends a body early where its client hangs up, and says nothing.
    if len(body) < length:
        raise BadRequest(CUT_OFF)
    return body


def _read_chunks(environ: "WSGIEnvironment", limit: int) -> bytes:
    body: bytes = environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise BodyTooLarge
    # The same, and where the chunks are malformed. To the app no body at all would mean {}.
    if not body:
        raise BadRequest(CUT_OFF)
    return body
