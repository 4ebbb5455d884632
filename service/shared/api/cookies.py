"""The session's cookie, as browsers get and send it."""

from typing import Any

from flask import Response, request

from service.shared.api.origins import is_https
from service.shared.settings import Settings

NAME = "moodrop_session"


def cookie_name(settings: Settings) -> str:
    """Under HTTPS one that browsers take from this very host by HTTPS alone, so that no other host can plant it."""
    return f"__Host-{NAME}" if is_https(settings) else NAME


def sent_session_id(settings: Settings) -> str | None:
    """The id that the request brings. Of two, which nobody sends but for one that was planted, none is good."""
    return ", ".join(request.cookies.getlist(cookie_name(settings))) or None


def set_session_id(response: Response, settings: Settings, session_id: str, max_age: int) -> None:
    """Have the browser keep it, for `max_age` seconds."""
    response.set_cookie(cookie_name(settings), session_id, max_age=max_age, **_attributes(settings))


def clear_session_id(response: Response, settings: Settings) -> None:
    """Have the browser forget it."""
    response.delete_cookie(cookie_name(settings), **_attributes(settings))


def _attributes(settings: Settings) -> dict[str, Any]:
    # No script may read it, and no page of another site gets it sent.
    return {"path": "/", "secure": is_https(settings), "httponly": True, "samesite": "Strict"}
