"""Renders every error as application/problem+json, all in the same shape."""

import logging
from typing import NoReturn

from flask import Flask, Response, current_app, g, has_request_context, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from service.shared import errors
from service.shared.api.field_messages import message_of
from service.shared.api.problem import Problem, ProblemField
from service.shared.log_quota import LogQuota
from service.shared.redaction import redacted
from service.shared.safe_logging import cause_of

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
MAX_LOGGED_PATH = 200


def register_errors(app: Flask) -> None:
    """Render whatever a view raises."""
    app.register_error_handler(errors.MoodropError, render)
    app.register_error_handler(HTTPException, render_http)
    app.register_error_handler(Exception, _render_defect)


def problem_of(error: errors.MoodropError, request_id: str | None = None, status: int | None = None) -> Problem:
    """Return the problem document of an error.

    Pass `request_id` outside a request of Flask's, and `status` if an address's protocol has its own for this error.
    """
    if has_request_context():
        g.setdefault("problems", []).append(error.code)
        if isinstance(error, errors.Unavailable) and _is_first_of_request(error.code):
            _log_outage(error)
    return Problem(
        type=f"/docs/errors#{error.code}",
        title=error.title,
        status=status or error.status,
        detail=error.detail,
        code=error.code,
        hint=error.hint,
        retryable=error.retryable,
        errors=[ProblemField(field=one.field, message=one.message) for one in error.fields],
        request_id=g.get("request_id", "") if request_id is None else request_id,
        error=error.detail,
        message=error.detail,
    )


def _is_first_of_request(code: str) -> bool:
    """Return whether to log the outage: not again for other rows of a batch that met the same one."""
    logged: set[str] = g.setdefault("logged_outages", set())
    is_first = code not in logged
    logged.add(code)
    return is_first


def _log_outage(error: errors.MoodropError) -> None:
    """Log an outage, but not all of its many requests per second."""
    quotas: dict[str, LogQuota] = current_app.extensions.setdefault("log_quotas", {})
    more = quotas.setdefault(error.code, LogQuota()).take()
    if more is not None:
        log.warning("%s: %s (caused by %s)%s", error.code, error.detail, cause_of(error), more)


def render(error: errors.MoodropError, status: int | None = None) -> Response:
    """Return the answer to a request that ended in this error; `status` as in `problem_of`."""
    if isinstance(error, errors.Unauthenticated | errors.Denied):
        _log_refusal(error)
    g.problem = error.code
    problem = problem_of(error, status=status)
    response = Response(problem.model_dump_json(), problem.status, content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if isinstance(error, errors.Unauthenticated):
        response.headers["WWW-Authenticate"] = 'Bearer realm="moodrop"'
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _log_refusal(error: errors.MoodropError) -> None:
    """Log the refused caller and call, but not the detail, which may quote the request, and not the query."""
    path, who = redacted(request.path)[:MAX_LOGGED_PATH], request.remote_addr or "a socket"
    log.warning("%s: %s %s from %s, request %s", error.code, request.method[:10], path, who, g.get("request_id", ""))


def render_http(error: HTTPException) -> Response:
    """Return the answer to a request that Flask itself refused."""
    match error:
        case NotFound():
            return render(errors.RouteNotFound(f"there is no {redacted(request.path)[:200]!r}"))
        case MethodNotAllowed():
            response = render(errors.MethodNotAllowed(f"{request.method} is not allowed here"))
            response.headers["Allow"] = ", ".join(error.valid_methods or ())
            return response
        case RequestEntityTooLarge():
            return render(errors.BodyTooLarge())
        case _ if (error.code or 500) < 500:
            return render(errors.BadRequest(error.description))
    return render(errors.Internal())


def _render_defect(error: Exception) -> Response:
    log.error("defect in request %s", g.get("request_id", ""), exc_info=error)
    return render(errors.Internal())


def refuse_invalid(error: ValidationError) -> NoReturn:
    """Raise ValidationFailed. flask-openapi3 calls this if a request does not fit its model."""
    raise validation_failed(error)


def validation_failed(error: ValidationError, *, most: int = errors.MAX_FIELD_ERRORS) -> errors.ValidationFailed:
    """Return pydantic's error as one of ours, with at most `most` fields."""
    return errors.ValidationFailed.of(
        [
            errors.FieldError(".".join(str(part)[:80] for part in item["loc"]) or "body", message_of(item))
            for item in error.errors(include_url=False, include_input=False)
        ],
        most=most,
    )
