"""How a request is read: JSON bodies, request ids."""

import json
import re
import uuid
from typing import Any

from flask import Flask, Request, Response, g, request

from service.errors import InvalidJson, MediaTypeUnsupported

# Requests are small: file bytes never come here.
MAX_BODY_BYTES = 1024 * 1024
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class ApiRequest(Request):
    """A request whose JSON is read strictly; an empty body counts as {}."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The body. Raises InvalidJson, MediaTypeUnsupported whatever `silent` says: both have their code."""
        data = self.get_data(cache=cache)
        if not data.strip():
            return {}
        if not self.is_json:
            raise MediaTypeUnsupported(f"the body is {self.mimetype or 'of no type'!r}")
        try:
            value = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise InvalidJson(f"the body is not JSON: {str(error)[:200]}") from error
        if not isinstance(value, dict):
            raise InvalidJson("the body must be a JSON object")
        return value


def register_requests(app: Flask) -> None:
    """Give every request an id, taken from the caller where it is sane, and every answer the same."""
    app.request_class = ApiRequest
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.before_request(_name_request)
    app.after_request(_name_answer)


def _name_request() -> None:
    asked = request.headers.get("X-Request-ID", "")
    g.request_id = asked if _SANE_ID.fullmatch(asked) else uuid.uuid4().hex


def _name_answer(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response
