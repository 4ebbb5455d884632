"""What a view needs of the request around it: the ports, the caller, and how to answer."""

from datetime import datetime
from typing import cast

from flask import Response, current_app, g, request
from pydantic import BaseModel

from service.api.cursors import Cursors
from service.errors import TokenMissing
from service.model import Caller
from service.ports import Ports
from service.settings import Settings
from service.usecases.startup import Preparation

EXTENSION = "moodrop"


class Context:
    """What one app shares among its requests."""

    def __init__(self, settings: Settings, ports: Ports, preparation: Preparation) -> None:
        self.settings = settings
        self.ports = ports
        self.preparation = preparation
        self.cursors = Cursors(settings.derived_secret("cursor"))


def context() -> Context:
    """The running app's context."""
    return cast(Context, current_app.extensions[EXTENSION])


def ready_ports() -> Ports:
    """The ports, once all is prepared. Raises Unavailable until then."""
    shared = context()
    shared.preparation.ensure()
    return shared.ports


def caller() -> Caller:
    """Who asks. Raises TokenMissing, TokenInvalid, TokenExpired."""
    found = caller_or_none()
    if found is None:
        raise TokenMissing("this address needs 'Authorization: Bearer <token>'")
    return found


def require_caller() -> None:
    """For blueprints: who may not ask learns nothing of what is wrong with the request."""
    if request.method != "OPTIONS":  # a browser's preflight carries no token
        caller()


def caller_or_none() -> Caller | None:
    """Who asks, if they said so. The first authenticator that knows the header's kind decides."""
    if "caller" not in g:
        header = request.headers.get("Authorization")
        answers = (one.authenticate(header) for one in context().ports.authenticators)
        g.caller = next((found for found in answers if found is not None), None)
    return cast(Caller | None, g.caller)


def answer(model: BaseModel, status: int = 200) -> Response:
    """The model as JSON. URLs and personal data must not stay in caches."""
    response = Response(model.model_dump_json(), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def now() -> datetime:
    """The server's time, as answers give it."""
    return context().ports.now()
