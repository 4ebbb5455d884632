"""Access tokens: our own short-lived JWTs (RFC 9068). /.well-known/jwks.json publishes the keys that verify them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import uuid4

import jwt
from pydantic import SecretStr

from service.accounts.adapters.jwt.authenticator import JwtAuthenticator
from service.accounts.adapters.jwt.local_keys import ALGORITHM, LocalKeys
from service.accounts.settings import AccountsSettings
from service.shared.ports.keyring import Keyring

TYPE = "at+jwt"
# The issuer and the audience of tokens, if JWT_ISSUER and JWT_AUDIENCE are empty.
OURSELVES = "moodrop"


class LocalAccessTokens:
    """The AccessTokens port."""

    def __init__(self, settings: AccountsSettings, keyring: Keyring) -> None:
        self._issuer = settings.jwt_issuer or OURSELVES
        self._audience = settings.jwt_audience or OURSELVES
        self._keys = LocalKeys(keyring)

    def issue(self, user_id: str, scopes: Iterable[str], family_id: str, at: datetime, expires_at: datetime) -> str:
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": user_id,
            "scope": " ".join(sorted(scopes)),
            "sid": family_id,
            "jti": uuid4().hex,
            "iat": at,
            "exp": expires_at,
        }
        headers = {"typ": TYPE, "kid": self._keys.key_id}
        return jwt.encode(claims, self._keys.signing_key, algorithm=ALGORITHM, headers=headers)

    def public_keys(self) -> list[Mapping[str, object]]:
        return self._keys.public_keys


def access_token_authenticator(
    settings: AccountsSettings, keys: LocalKeys, now: Callable[[], datetime]
) -> JwtAuthenticator:
    """Return the check of our own tokens: by our keys alone, and always with issuer and audience."""
    own = settings.model_copy(
        update={
            "jwt_secret": SecretStr(""),
            "jwt_issuer": settings.jwt_issuer or OURSELVES,
            "jwt_audience": settings.jwt_audience or OURSELVES,
        }
    )
    return JwtAuthenticator(own, now, keys)
