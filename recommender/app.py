"""`gunicorn recommender.wsgi:app`: answers `POST /recommendations` by the model in the database.

It keeps no log of what it is asked, and its answers name files that the asker may not be allowed to show.
"""

import json
from collections.abc import Iterable
from hmac import compare_digest
from typing import TYPE_CHECKING

from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from service.listening.recommend.messages import Question, Suggestions
from service.listening.usecases.stored_model import StoredModel
from service.shared.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# The largest question takes a quarter.
MOST_BYTES = 64 * 1024
RETRY_AFTER_S = 5


class RecommenderApp:
    """A WSGI application. Errors are `application/problem+json` with a `code`, as those of the service."""

    def __init__(self, model: StoredModel, token: str) -> None:
        self._model = model
        self._authorization = f"Bearer {token}".encode()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self.answer(Request(environ))(environ, start_response)

    def answer(self, request: Request) -> Response:
        """Return the answer to a request."""
        request.max_content_length = MOST_BYTES
        if request.path == "/healthz" and request.method in ("GET", "HEAD"):
            return Response("ok\n", mimetype="text/plain")
        if request.path != "/recommendations":
            return _problem(404, "route_not_found", "There is no such address")
        if request.method != "POST":
            return _problem(405, "method_not_allowed", "Only POST", Allow="POST")
        if not compare_digest(request.headers.get("Authorization", "").encode(), self._authorization):
            return _problem(401, "token_invalid", "The bearer token is not RECOMMENDER_TOKEN")
        return self._recommend(request)

    def _recommend(self, request: Request) -> Response:
        try:
            question = Question.model_validate_json(request.get_data())
            suggestions = self._model.suggest(question.taste, question.limit)
        except RequestEntityTooLarge:
            return _problem(413, "body_too_large", f"A question has at most {MOST_BYTES} bytes")
        except ValidationError as error:
            fields = {".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)}
            return _problem(422, "validation_failed", f"Not a question: {', '.join(sorted(fields))[:200] or 'no JSON'}")
        except DatabaseUnavailable as error:
            return _problem(503, error.code, error.title, Retry_After=str(RETRY_AFTER_S))
        return _json(200, Suggestions.of(suggestions).model_dump_json())


def _problem(status: int, code: str, title: str, **headers: str) -> Response:
    response = _json(status, json.dumps({"status": status, "code": code, "title": title}))
    response.mimetype = "application/problem+json"
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def _json(status: int, text: str) -> Response:
    return Response(text, status, mimetype="application/json", headers={"Cache-Control": "no-store"})
