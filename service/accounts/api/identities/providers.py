"""Sends people to identity providers and takes them back. Nothing else knows Authlib.

Import it at its first use: Authlib takes 6 MiB. State, nonce and PKCE's verifier are kept in Flask's session.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask, current_app, request, session
from joserfc.errors import JoseError
from requests import RequestException

from service.accounts.api.identities.flows import ProviderFlow
from service.accounts.api.identities.oauth_sessions import LIFETIME
from service.accounts.api.identities.timed_requests import TimedAdapter
from service.accounts.errors import IdentityUnavailable, ProviderNotFound, SignInFailed
from service.accounts.model import Identity
from service.accounts.provider_settings import IdentityProvider
from service.accounts.settings import AccountsSettings
from service.accounts.usecases.identities import ProvenIdentity
from service.shared.addresses import is_loopback
from service.shared.api.context import context, settings_of
from service.shared.api.origins import own_origin

# To connect, and to read: together less than 6 s. Authlib ignores `timeout`.
TIMEOUT_S = (1.5, 4.0)
# Of one request, also to a provider that answers a byte at a time.
LONGEST_S = 8.0
# Threads of a worker that may wait for a provider at once; the others serve whoever is here already.
PLACES = 3
# After that a provider is asked again for its addresses and keys. An unknown key is asked for at once.
FRESH_S = 3600
# More would not fit into a cookie: browsers drop one of more than 4 KiB, and no sign-in would work any more.
MAX_STATES = 3
GITHUB = {
    "authorize_url": "https://github.com/login/oauth/authorize",
    "access_token_url": "https://github.com/login/oauth/access_token",
    "api_base_url": "https://api.github.com/",
}
# Signatures that only the provider can make.
ALGORITHMS = frozenset(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"))
_ALGORITHMS = "id_token_signing_alg_values_supported"
MAX_SUBJECT, MAX_NAME = 255, 100
_EXTENSION = "moodrop-providers"
_lock = threading.Lock()


class _States(FlaskIntegration):  # type: ignore[misc]  # Authlib has no types
    """Keeps the newest states of all providers, for ten minutes."""

    expires_in = LIFETIME.total_seconds()

    def get_state_data(self, session: dict[str, Any], state: str | None) -> Any:
        self._clear_session_state(session)
        return super().get_state_data(session, state)

    def set_state_data(self, session: dict[str, Any], state: str, data: Any) -> None:
        super().set_state_data(session, state, data)
        newest = sorted(session, key=lambda name: session[name]["exp"])[-MAX_STATES:]
        for name in set(session) - set(newest):
            session.pop(name)


class _Session(OAuth2Session):  # type: ignore[misc]
    """Gives up a provider that never ends its answer."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for scheme in ("https://", "http://"):
            self.mount(scheme, TimedAdapter(lambda: LONGEST_S))


class _Client(FlaskOAuth2App):  # type: ignore[misc]
    client_cls = _Session


class _OAuth(OAuth):  # type: ignore[misc]
    framework_integration_cls = _States
    oauth2_client_cls = _Client


class _Providers:
    """The providers of one app."""

    def __init__(self, app: Flask, configured: tuple[IdentityProvider, ...]) -> None:
        self._app = app
        self.configured = {provider.name: provider for provider in configured}
        self.places = threading.BoundedSemaphore(PLACES)
        self._clients: dict[str, tuple[float, FlaskOAuth2App]] = {}

    def client(self, name: str) -> FlaskOAuth2App:
        """Return the client of a provider. A new one asks it again for its addresses and keys."""
        made_at, client = self._clients.get(name, (0.0, None))
        if client is None or time.monotonic() - made_at > FRESH_S:
            client = _registered(_OAuth(self._app), self.configured[name])
            self._clients[name] = time.monotonic(), client
        return client

    def forget(self, name: str) -> None:
        """Drop the client of a provider that describes itself wrongly: it may do better next time."""
        self._clients.pop(name, None)


def start(name: str, flow: ProviderFlow) -> str:
    """Return the provider's address to go to. Raises ProviderNotFound, IdentityUnavailable."""
    provider, client = _provider(name)
    redirect_uri = f"{own_origin(context().settings)}/api/auth/callback/{name}"
    with _asking(name):
        if provider.is_openid:
            _issuer(provider, client)
        made = client.create_authorization_url(redirect_uri)
    stored = {field: made[field] for field in ("state", "nonce", "code_verifier") if field in made}
    client.save_authorize_data(redirect_uri=redirect_uri, flow=asdict(flow), **stored)
    return str(made["url"])


def finish(name: str) -> tuple[ProviderFlow, ProvenIdentity]:
    """Return who came back, and what for. Raises ProviderNotFound, SignInFailed, IdentityUnavailable."""
    provider, client = _provider(name)
    state = request.args.get("state")
    remembered = client.framework.get_state_data(session, state)
    if remembered is None:
        raise SignInFailed("this browser did not begin that sign-in, or too long ago")
    try:
        with _asking(name):
            proven = _of_openid(provider, client) if provider.is_openid else _of_github(provider, client)
    finally:
        client.framework.clear_state_data(session, state)
    return ProviderFlow(**remembered["flow"]), proven


def _registered(oauth: OAuth, provider: IdentityProvider) -> FlaskOAuth2App:
    # No proxy is asked for anything on this machine.
    uses_proxies = not is_loopback(urlsplit(provider.issuer).hostname or "")
    shared = {"default_timeout": TIMEOUT_S, "code_challenge_method": "S256", "trust_env": uses_proxies}
    if provider.is_openid:
        where: Mapping[str, str] = {"server_metadata_url": provider.discovery_url}
        scope = "openid email profile"
    else:
        where, scope = GITHUB, "read:user user:email"
    return oauth.register(
        provider.name,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        client_kwargs={"scope": scope, **shared},
        **where,
    )


def _provider(name: str) -> tuple[IdentityProvider, FlaskOAuth2App]:
    providers = _providers()
    if name not in providers.configured:
        raise ProviderNotFound
    return providers.configured[name], providers.client(name)


def _providers() -> _Providers:
    with _lock:
        made: _Providers | None = current_app.extensions.get(_EXTENSION)
        if made is None:
            app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
            made = _Providers(app, settings_of(AccountsSettings).identity_providers)
            app.extensions[_EXTENSION] = made
        return made


@contextmanager
def _asking(name: str) -> Iterator[None]:
    """Take one of the places, and name what goes wrong at the provider or on the way."""
    providers = _providers()
    if not providers.places.acquire(blocking=False):
        raise IdentityUnavailable("too many people are on their way to the provider; try again")
    try:
        yield
    except RequestException as error:
        raise IdentityUnavailable from error
    except (OAuthError, JoseError) as error:
        raise SignInFailed from error
    except (RuntimeError, TypeError, ValueError, LookupError, AttributeError) as error:
        providers.forget(name)
        raise IdentityUnavailable("the identity provider gave an unusable answer") from error
    finally:
        providers.places.release()


def _issuer(provider: IdentityProvider, client: FlaskOAuth2App) -> str:
    """Return the issuer as the provider writes it, which is the one that was meant."""
    metadata = client.load_server_metadata()
    issuer = metadata["issuer"]
    if issuer.rstrip("/") != provider.issuer.rstrip("/"):
        raise ValueError(f"{provider.discovery_url} describes another issuer")
    offered = metadata.get(_ALGORITHMS) or ["RS256"]
    # Whoever knows the provider's public keys could sign with the others.
    metadata[_ALGORITHMS] = [name for name in offered if name in ALGORITHMS]
    return str(issuer)


def _of_openid(provider: IdentityProvider, client: FlaskOAuth2App) -> ProvenIdentity:
    issuer = _issuer(provider, client)
    if request.args.get("iss", issuer) != issuer:
        raise SignInFailed("another provider answered")
    expected = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": provider.client_id}}
    token = client.authorize_access_token(claims_options=expected)
    claims = dict(token.get("userinfo") or {})
    if claims and "email" not in claims and client.server_metadata.get("userinfo_endpoint"):
        more = client.userinfo(token=token)
        claims |= more if more.get("sub") == claims["sub"] else {}
    return _proven(provider, issuer, claims.get("sub"), claims)


def _of_github(provider: IdentityProvider, client: FlaskOAuth2App) -> ProvenIdentity:
    token = client.authorize_access_token()
    user, emails = (_read(client, path, token) for path in ("user", "user/emails"))
    number = user["id"]
    if not isinstance(number, int):
        raise TypeError("GitHub numbers its users")
    primary: dict[str, Any] = next((one for one in emails if one.get("primary") is True), {})
    facts = {"email": primary.get("email"), "email_verified": primary.get("verified"), "name": user.get("name")}
    return _proven(provider, provider.issuer, str(number), facts)


def _read(client: FlaskOAuth2App, path: str, token: Any) -> Any:
    answer = client.get(path, token=token)
    answer.raise_for_status()
    return answer.json()


def _proven(provider: IdentityProvider, issuer: str, subject: object, facts: Mapping[str, Any]) -> ProvenIdentity:
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
        raise SignInFailed("the provider does not say who signed in")
    email, name = facts.get("email"), facts.get("name")
    return ProvenIdentity(
        Identity(issuer, subject, provider.name, email if isinstance(email, str) else None),
        # The text "true" proves nothing.
        is_email_verified=facts.get("email_verified") is True,
        name=_name(name),
    )


def _name(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    return "".join(letter for letter in text if letter.isprintable()).strip()[:MAX_NAME] or None
