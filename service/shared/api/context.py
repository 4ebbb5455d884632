"""What a view needs from its request: the ports, the caller, and how to answer."""

from datetime import datetime
from typing import Any, TypeVar, cast

import orjson
from flask import Response, current_app, request
from flask.globals import app_ctx
from pydantic import BaseModel
from pydantic_core import to_json, to_jsonable_python

from service.shared.api.cookies import sent_session_id
from service.shared.api.origins import is_write, require_own_page
from service.shared.errors import TokenMissing
from service.shared.model import Caller, Credentials
from service.shared.ports import Ports
from service.shared.ports.preparation import Preparation
from service.shared.settings import SharedSettings

EXTENSION = "moodrop"
_NOT_STORED = {"Cache-Control": "no-store"}

HouseSettings = TypeVar("HouseSettings", bound=SharedSettings)


class Context:
    """What all requests of one app share."""

    def __init__(self, settings: SharedSettings, ports: Ports, preparation: Preparation) -> None:
        self.settings = settings
        self.ports = ports
        self.preparation = preparation


def context() -> Context:
    """Return the running app's context."""
    return cast(Context, current_app.extensions[EXTENSION])


def settings_of(house: type[HouseSettings]) -> HouseSettings:
    """Return the running app's settings as those of one house, e.g. settings_of(UploadsSettings)."""
    settings = context().settings
    if not isinstance(settings, house):
        raise TypeError(f"{type(settings).__name__} lacks the settings of {house.__name__}")
    return settings


def ready_ports() -> Any:
    """Return all ports, once all is prepared; each house says in its api/ports.py what it needs of them.

    Raises Unavailable until then.
    """
    shared = context()
    shared.preparation.ensure()
    return shared.ports


def current_ports() -> Any:
    """Return all ports, whether or not all is prepared."""
    return context().ports


def caller() -> Caller:
    """Return the caller. Raises TokenMissing, TokenInvalid, TokenExpired, SessionEnded, ForeignOrigin."""
    who = caller_or_none()
    if who is None:
        hint = context().settings.sign_in_hint
        raise TokenMissing("this address needs 'Authorization: Bearer <token>'", hint=hint)
    return who


def caller_or_none() -> Caller | None:
    """Return the caller, or None without credentials. The first authenticator that knows their kind decides.

    Raises ForeignOrigin if the request writes, has a cookie alone, and does not come from our own page.
    """
    known = app_ctx.g  # each use of Flask's `g` would search for it
    if "caller" not in known:
        shared, upload_token = context(), known.get("upload_token")
        if upload_token:
            ready_ports()  # the keys that it is checked by may come from the database
        brought = _credentials(shared.settings, upload_token)
        answers = (one.authenticate(brought) for one in shared.ports.authenticators)
        who = next((who for who in answers if who is not None), None)
        if who and who.credential == "cookie" and is_write() and not known.get("is_own_page"):
            require_own_page(shared.settings)
        known.caller = who
    return cast(Caller | None, known.caller)


def _credentials(settings: SharedSettings, upload_token: str | None) -> Credentials:
    # The companion views take the token out of the address before they are called.
    return Credentials(
        authorization=request.headers.get("Authorization"),
        session_id=sent_session_id(settings),
        upload_token=upload_token,
    )


def answer(body: object, status: int = 200) -> Response:
    """Return the body, a model or plain values, as JSON. Caches must not store its URLs and personal data."""
    return Response(_as_json(body), status, _NOT_STORED, content_type="application/json")


def _as_json(body: object) -> bytes:
    if isinstance(body, BaseModel):
        return to_json(body)
    # The same bytes in less than half the time, and lists are long.
    return orjson.dumps(body, to_jsonable_python, orjson.OPT_UTC_Z)


def now() -> datetime:
    """Return the server's time for a response."""
    return context().ports.now()
