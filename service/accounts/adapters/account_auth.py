"""AUTH_MODE=accounts: the bearer credentials of accounts, by their kind."""

from contextlib import suppress

import jwt

from service.accounts.adapters.api_key_auth import ApiKeyAuthenticator
from service.accounts.adapters.jwt.access_tokens import access_token_authenticator
from service.accounts.adapters.jwt.authenticator import JwtAuthenticator
from service.accounts.adapters.jwt.local_keys import LocalKeys
from service.accounts.adapters.provider_checks import check_provider
from service.accounts.errors import TokenInvalid
from service.accounts.ports import Ports
from service.accounts.settings import AccountsSettings
from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials
from service.shared.ports.authenticator import Authenticator


class AccountAuthenticator:
    """The Authenticator port for whatever stands in the Authorization header: a key, our token, or another issuer's."""

    def __init__(self, settings: AccountsSettings, ports: Ports) -> None:
        accounts = ports.accounts
        self._own_keys = LocalKeys(ports.keyring)
        self._api_keys = ApiKeyAuthenticator(accounts.api_keys, accounts.users, ports.now)
        self._own_tokens = access_token_authenticator(settings, self._own_keys, ports.now)
        has_others = settings.jwt_jwks_url or settings.jwt_secret.get_secret_value()
        self._others = JwtAuthenticator(settings, ports.now) if has_others else None
        self._providers = settings.identity_providers

    def authenticate(self, credentials: Credentials) -> Caller | None:
        if credentials.authorization is None:
            return None
        caller = self._api_keys.authenticate(credentials) or self._tokens(credentials).authenticate(credentials)
        if caller is None:
            raise TokenInvalid("no credential of this kind is accepted here")
        return caller

    def _tokens(self, credentials: Credentials) -> Authenticator:
        """Return who decides about the token. Ours are checked by our keys alone, others never by them."""
        if self._others is None or self._own_keys.has(_key_id_of(credentials.authorization or "")):
            return self._own_tokens
        return self._others

    def check(self) -> list[StoreCheck]:
        others = self._others.check() if self._others else []
        return [*others, *map(check_provider, self._providers)]


def _key_id_of(authorization: str) -> object:
    """Return the key that the token names. Nothing is trusted by it: it only says which keys to try."""
    with suppress(jwt.PyJWTError):
        return jwt.get_unverified_header(authorization.partition(" ")[2].strip()).get("kid")
    return None
