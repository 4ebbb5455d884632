"""Reads requests: JSON bodies, parameters and request ids."""

import inspect
import os
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from flask import Flask, Request, Response, g, request
from flask.globals import app_ctx, request_ctx
from werkzeug.routing import BaseConverter

from service.shared.api.json_bodies import read_json
from service.shared.errors import (
    BodyEncoded,
    BodyTooLarge,
    FieldError,
    HeadersTooLarge,
    MediaTypeUnsupported,
    ValidationFailed,
)
from service.shared.redaction import redacted
from service.shared.request_facts import KEY, RequestFacts

# Requests are small: file bytes never come here.
MAX_BODY_BYTES = 1024 * 1024
# Enough for a thousand uploads with long names, titles and tags.
MAX_BATCH_BODY_BYTES = 8 * 1024 * 1024
BATCH_PATHS = frozenset(("/v1/uploads/batch", "/v1/uploads/confirm", "/v1/files/download-urls"))
# The limit of all headers together: lists in headers take longer to read than to send.
MAX_HEADER_CHARACTERS = 32 * 1024
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# <id:file_id> and <file_id> in Flask's rules.
_PLACE = re.compile(r"<(?:[^<>]*:)?([^<>:]+)>")


def body_limit(path: str) -> int:
    """Return how large a body the address accepts; the server asks, because it reads the body before the app does."""
    return MAX_BATCH_BODY_BYTES if path in BATCH_PATHS else MAX_BODY_BYTES


def page_instead(path: str) -> str | None:
    """Return the page that explains why this address takes no body, or None where a problem does.

    A browser sends a person here with whole files if the page's worker is not there to take them.
    """
    return path if path == "/share" else None


class IdConverter(BaseConverter):
    """An id in an address. Names of calls are not ids: GET /v1/uploads/batch is 405, not an unknown upload."""

    regex = r"(?!(?:approve|batch|complete|confirm|current|download-urls|options|settings|token|unfinished)\Z)[^/]+"


class ApiRequest(Request):
    """A request whose JSON is read strictly; an empty body counts as {}."""

    def get_data(self, *args: Any, **kwargs: Any) -> Any:
        """Return the body. Raises BodyEncoded: a small body can unpack to gigabytes."""
        data = super().get_data(*args, **kwargs)
        if data and (codings := _codings(self)):
            raise BodyEncoded(f"the body is encoded as {redacted(', '.join(codings))[:80]!r}")
        return data

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """Return the body. Raises InvalidJson, MediaTypeUnsupported and BodyEncoded, whatever `silent` says."""
        data = self.get_data(cache=cache)
        # werkzeug silently cuts a chunked body at the limit.
        if self.content_length is None and len(data) >= (self.max_content_length or MAX_BODY_BYTES):
            raise BodyTooLarge
        if not data.strip():
            return {}
        if not self.is_json:
            raise MediaTypeUnsupported(_what_it_is(self.mimetype))
        return read_json(data)


def _codings(sent: Request) -> list[str]:
    """Return the codings of the body except chunks, which the server joined; gunicorn accepts others beside them."""
    named = f"{sent.headers.get('Content-Encoding', '')},{sent.headers.get('Transfer-Encoding', '')}"
    return [coding for each in named.split(",") if (coding := each.strip().lower()) not in ("", "identity", "chunked")]


def _what_it_is(media_type: str) -> str:
    if media_type == "multipart/form-data":
        return (
            "the body is 'multipart/form-data', and no file is taken here: GET /s3/upload-url returns a URL to PUT "
            "the file to, or POST /v1/uploads starts an upload"
        )
    return f"the body is {media_type!r}" if media_type else "the body has no type"


def register_requests(app: Flask) -> None:
    """Give every request an id, the caller's if it is sane, and its response the same."""
    app.request_class = ApiRequest
    app.ensure_sync = _itself  # type: ignore[method-assign,assignment]
    app.url_map.converters["id"] = IdConverter
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.before_request(_name_request)
    app.before_request(_refuse_large_headers)
    app.after_request(_name_answer)
    app.after_request(_note_facts)


def _itself(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return the view or hook. Flask would ask at each request whether each one is a coroutine, and none is."""
    return view


def _name_request() -> None:
    asked = request.environ.get("HTTP_X_REQUEST_ID", "")
    g.request_id = asked if _SANE_ID.fullmatch(asked) else os.urandom(16).hex()


def _refuse_large_headers() -> None:
    if sum(len(value) for name, value in request.environ.items() if name.startswith("HTTP_")) > MAX_HEADER_CHARACTERS:
        raise HeadersTooLarge(f"all headers together have more than {MAX_HEADER_CHARACTERS} characters")


def refuse_odd_parameters() -> None:
    """Raise ValidationFailed if a parameter is given twice or unknown; the blueprints call this.

    If a view takes parameters, their model refuses unknown ones.
    """
    asked = request_ctx.request
    # A preflight passes, so that the browser can show why the request itself is refused.
    if not asked.query_string or asked.method == "OPTIONS":
        return
    # No parameter takes a list, and the first value of ?mood=happy&mood=sad is not what was asked for.
    _refuse([name for name, values in asked.args.lists() if len(values) > 1], "is given more than once")
    if not _takes_parameters(request_ctx.app.view_functions[asked.endpoint or ""]):
        refuse_unknown(list(asked.args))


def refuse_unknown(names: Sequence[str]) -> None:
    """Raise ValidationFailed if there are any unknown names."""
    _refuse(names, "is not a known field")


def _refuse(names: Sequence[str], message: str) -> None:
    if names:
        raise ValidationFailed.of([FieldError(name, message) for name in names])


@cache
def _takes_parameters(view: Callable[..., Any]) -> bool:
    # As flask-openapi3 decides it.
    return "query" in inspect.signature(view).parameters


def _name_answer(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response


def _note_facts(response: Response) -> Response:
    """Leave what only the app knows where the server finds it. A request without an address here has no route."""
    # Each use of Flask's `g` and `request` would search for the current ones.
    known, asked = app_ctx.g.get, request_ctx.request
    caller, rule = known("caller"), asked.url_rule
    asked.environ[KEY] = RequestFacts(
        request_id=known("request_id", ""),
        caller=caller.owner if caller else "",
        route=_route_of(rule.rule) if rule else "",
        problem=known("problem", ""),
        problems=tuple(known("problems", ())),
    )
    return response


@cache
def _route_of(rule: str) -> str:
    return _PLACE.sub(r"{\1}", rule)
