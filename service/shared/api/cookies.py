"""Reads and sets our cookies: the session's, and others of the same kind."""

from typing import Any

from flask import Response, request

from service.shared.api.origins import is_https
from service.shared.settings import SharedSettings

NAME = "moodrop_session"


def cookie_name(settings: SharedSettings, name: str = NAME) -> str:
    """Return the cookie's name. With HTTPS its prefix makes browsers refuse the cookie from any other host."""
    return f"__Host-{name}" if is_https(settings) else name


def sent_session_id(settings: SharedSettings) -> str | None:
    """Return the session's id in the request."""
    return sent_cookie(settings, NAME)


def sent_cookie(settings: SharedSettings, name: str) -> str | None:
    """Return the cookie in the request. If there are two, one was planted, so they are joined and match nothing."""
    if "HTTP_COOKIE" not in request.environ:  # as of every script: what follows takes a while
        return None
    return ", ".join(request.cookies.getlist(cookie_name(settings, name))) or None


def set_session_id(response: Response, settings: SharedSettings, session_id: str, max_age: int) -> None:
    """Make the browser store the session's id for `max_age` seconds."""
    set_cookie(response, settings, NAME, session_id, max_age)


def set_cookie(response: Response, settings: SharedSettings, name: str, value: str, max_age: int) -> None:
    """Make the browser store the cookie for `max_age` seconds."""
    response.set_cookie(cookie_name(settings, name), value, max_age=max_age, **_attributes(settings))


def clear_session_id(response: Response, settings: SharedSettings) -> None:
    """Make the browser delete the cookie."""
    response.delete_cookie(cookie_name(settings), **_attributes(settings))


def _attributes(settings: SharedSettings) -> dict[str, Any]:
    # Scripts cannot read it, and browsers do not send it for pages of other sites.
    return {"path": "/", "secure": is_https(settings), "httponly": True, "samesite": "Strict"}
