"""How a request is read: JSON bodies, request ids."""

import json
import re
import uuid
from typing import Any, NoReturn

from flask import Flask, Request, Response, g, request

from service.errors import BodyTooLarge, FieldError, InvalidJson, MediaTypeUnsupported, ValidationFailed

# Requests are small: file bytes never come here.
MAX_BODY_BYTES = 1024 * 1024
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class ApiRequest(Request):
    """A request whose JSON is read strictly; an empty body counts as {}."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The body. Raises InvalidJson, MediaTypeUnsupported whatever `silent` says: both have their code."""
        data = self.get_data(cache=cache)
        # werkzeug cuts a body that comes in chunks at the limit, without a word.
        if self.content_length is None and len(data) >= MAX_BODY_BYTES:
            raise BodyTooLarge
        if not data.strip():
            return {}
        if not self.is_json:
            raise MediaTypeUnsupported(f"the body is {self.mimetype or 'of no type'!r}")
        try:
            value = json.loads(data, object_pairs_hook=_object, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise InvalidJson(f"the body is not JSON: {str(error)[:200]}") from error
        if not isinstance(value, dict):
            raise InvalidJson("the body must be a JSON object")
        return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Two readers of the same body would differ over which of the two counts.
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a field is given twice")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def register_requests(app: Flask) -> None:
    """Give every request an id, taken from the caller where it is sane, and every answer the same."""
    app.request_class = ApiRequest
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.before_request(_name_request)
    app.before_request(_refuse_repeated)
    app.after_request(_name_answer)


def _name_request() -> None:
    asked = request.headers.get("X-Request-ID", "")
    g.request_id = asked if _SANE_ID.fullmatch(asked) else uuid.uuid4().hex


def _refuse_repeated() -> None:
    # No address takes a list, and the first of ?mood=happy&mood=sad is not what was asked for.
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        fields = tuple(FieldError(name, "is given more than once") for name in repeated)
        raise ValidationFailed(f"given more than once: {', '.join(repeated)[:200]}", fields=fields)


def _name_answer(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response
