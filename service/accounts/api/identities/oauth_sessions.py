"""Flask's session: a signed cookie that remembers, for ten minutes, which sign-ins this browser began at a provider.

The page's own cookie is Strict and does not come with the provider's redirect; this one is Lax and opens nothing.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from service.accounts.api.ports import current_ports
from service.shared.api.context import context
from service.shared.api.origins import is_https

NAME = "moodrop_oauth"
PATH = "/api/auth"
LIFETIME = timedelta(minutes=10)


class OAuthSessions(SecureCookieSessionInterface):
    """Opens the session below /api/auth/ alone: reading and signing a cookie would cost every other request."""

    salt = "moodrop-oauth"
    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if request.path.startswith(f"{PATH}/") else None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        # The library signs with the last one.
        keys = list(reversed(current_ports().keyring.derive("oauth")))
        options = {"key_derivation": self.key_derivation, "digest_method": self.digest_method}
        return URLSafeTimedSerializer(keys, salt=self.salt, serializer=self.serializer, signer_kwargs=options)

    def get_cookie_name(self, app: Flask) -> str:
        return NAME

    def get_cookie_path(self, app: Flask) -> str:
        return PATH

    def get_cookie_httponly(self, app: Flask) -> bool:
        return True

    def get_cookie_secure(self, app: Flask) -> bool:
        return is_https(context().settings)

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Lax"

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime:
        return datetime.now(UTC) + LIFETIME


def register_oauth_sessions(app: Flask) -> None:
    """Keep what a sign-in at a provider must remember in a cookie of its own."""
    app.session_interface = OAuthSessions()
    app.permanent_session_lifetime = LIFETIME
