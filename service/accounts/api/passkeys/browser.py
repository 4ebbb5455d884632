"""Recognises the browser that asked for a challenge, before anybody is signed in there: by a cookie of its own."""

import re

from flask import Response

from service.accounts.secrets import new_secret
from service.accounts.usecases.passkeys.challenges import LASTS
from service.shared.api.context import context
from service.shared.api.cookies import sent_cookie, set_cookie

NAME = "moodrop_passkey"
_is_secret = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII).fullmatch


def asking_browser() -> str:
    """Return the secret of this browser's cookie, so that two tabs may ask; a new one if it has none yet."""
    sent = sent_cookie(context().settings, NAME)
    return sent if sent and _is_secret(sent) else new_secret()


def keep_browser(response: Response, secret: str) -> Response:
    """Have the browser keep the secret as long as a challenge lasts, and return the response."""
    set_cookie(response, context().settings, NAME, secret, int(LASTS.total_seconds()))
    response.vary.update(("Cookie", "Authorization"))
    return response
