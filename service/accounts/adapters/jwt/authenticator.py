"""Checks bearer tokens: JWTs signed with the shared secret (HS256) or by an identity provider's keys (JWKS)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol
from uuid import uuid4

import jwt

from service.accounts.adapters.jwt import jwks
from service.accounts.adapters.jwt.claims import TIMES, check_claims, read_scopes
from service.accounts.adapters.jwt.grants import moment_of, read_grant, read_token_id
from service.accounts.errors import TokenExpired, TokenInvalid
from service.accounts.settings import AccountsSettings
from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials
from service.shared.secret_keys import weakness_of

SHARED = "HS256"
LEEWAY_S = 5
REPLACE_IT = (
    "Replace JWT_SECRET with the output of `openssl rand -hex 32`: this invalidates every token that it signed."
)
ANY_AUDIENCE = "Set JWT_AUDIENCE to the 'aud' of the tokens that the provider makes for this service."
# Tokens of so many callers are remembered and not verified again; the least recently used make room.
MAX_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class _Verified:
    """The caller of a token, and the times between which it is valid: nothing else about a token can change."""

    caller: Caller
    good_from: float
    good_until: float

    def check_time(self, now: datetime) -> None:
        """Raise TokenExpired or TokenInvalid if the token is not valid now."""
        seconds = now.timestamp()
        if seconds >= self.good_until + LEEWAY_S:
            raise TokenExpired("the token's 'exp' has passed")
        if seconds < self.good_from - LEEWAY_S:
            raise TokenInvalid("the token's 'nbf' or 'iat' is in the future")


class PublicKeys(Protocol):
    """Where the keys of tokens come from: a provider, or ourselves."""

    @property
    def is_fixed(self) -> bool:
        """Whether the keys stay the same as long as this process lives."""

    def matching(self, algorithm: str, key_id: str | None) -> Iterator[jwt.PyJWK]:
        """Yield keys that may have signed such a token, to be tried in turn."""

    def check(self) -> StoreCheck:
        """Return whether the keys are available, for the doctor."""


class JwtAuthenticator:
    """The Authenticator port for 'Authorization: Bearer <JWT>'."""

    def __init__(self, settings: AccountsSettings, now: Callable[[], datetime], keys: PublicKeys | None = None) -> None:
        self._now = now
        self._secret = settings.jwt_secret.get_secret_value()
        self._keys: PublicKeys | None = keys or (
            jwks.ProviderKeys(settings.jwt_jwks_url) if settings.jwt_jwks_url else None
        )
        self._issuer = settings.jwt_issuer or None
        self._audience = settings.jwt_audience or None
        self._jwt = jwt.PyJWT(options={"enforce_minimum_key_length": True})
        # Only if the keys that decide never change: a provider can withdraw its keys.
        is_fixed = self._keys is None or self._keys.is_fixed
        self._remembered = lru_cache(MAX_REMEMBERED)(self._verify_token) if is_fixed else self._verify_token

    def authenticate(self, credentials: Credentials) -> Caller | None:
        kind, _, token = (credentials.authorization or "").partition(" ")
        if kind.lower() != "bearer":
            return None
        verified = self._remembered(token.strip())
        verified.check_time(self._now())
        return verified.caller

    def check(self) -> list[StoreCheck]:
        by_provider = [self._keys.check(), _audience_check(self._audience)] if self._keys else []
        return [*by_provider, *_secret_checks(self._secret)]

    def _verify_token(self, token: str) -> _Verified:
        try:
            decoded = self._decoded(token)
        except jwt.PyJWTError as error:
            raise TokenInvalid(f"the token is not valid ({type(error).__name__})") from error
        claims = decoded["payload"]
        check_claims(decoded["header"], claims)
        caller = Caller(
            claims["sub"],
            read_scopes(claims),
            grant=read_grant(claims),
            credential="bearer",
            expires_at=moment_of(claims["exp"]),
            token_id=read_token_id(claims),
        )
        return _Verified(caller, max(claims.get("nbf", 0), claims.get("iat", 0)), claims["exp"])

    def _decoded(self, token: str) -> dict[str, Any]:
        if self._keys is None:
            return self._verified(token, self._secret, SHARED)
        # The header only chooses between the secret and the provider's keys, and neither is tried for the other's
        # algorithms. Its keys and addresses (jwk, jku, x5u) are not read.
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm == SHARED and self._secret:
            return self._verified(token, self._secret, SHARED)
        if algorithm not in jwks.ALGORITHMS:
            raise TokenInvalid("the token's 'alg' is not accepted here")
        return self._verified_by_public_key(token, self._keys, algorithm, header.get("kid"))

    def _verified_by_public_key(
        self, token: str, keys: PublicKeys, algorithm: str, key_id: str | None
    ) -> dict[str, Any]:
        for key in keys.matching(algorithm, key_id):
            with suppress(jwt.InvalidSignatureError, jwt.InvalidKeyError):
                return self._verified(token, key, algorithm)
        raise TokenInvalid("the token is not signed by a key that is known here")

    def _verified(self, token: str, key: str | jwt.PyJWK, algorithm: str) -> dict[str, Any]:
        options: Any = {"require": ["exp", "sub"], "verify_aud": self._audience is not None}
        # PyJWT would use the machine's clock; `check_time` uses the service's own.
        options |= {f"verify_{name}": False for name in TIMES}
        return self._jwt.decode_complete(
            token,
            key,
            # An algorithm of ours that fits the key: the one in the token's header is never trusted.
            algorithms=[algorithm],
            options=options,
            issuer=self._issuer,
            audience=self._audience,
        )


def _secret_checks(secret: str) -> list[StoreCheck]:
    weakness = secret and weakness_of(secret)
    return [StoreCheck("jwt_secret", False, False, f"JWT_SECRET {weakness}", REPLACE_IT)] if weakness else []


def _audience_check(audience: str | None) -> StoreCheck:
    finding = (
        f"tokens are for {audience!r}" if audience else "tokens that the provider made for other services are accepted"
    )
    return StoreCheck("audience", audience is not None, False, finding, ANY_AUDIENCE)


def issue_token(
    settings: AccountsSettings,
    owner: str,
    scopes: tuple[str, ...],
    *,
    at: datetime,
    expires_in: int,
    grant: Mapping[str, object] | None = None,
) -> str:
    """Return a token for scripts, signed with JWT_SECRET. `expires_in` is in seconds, `grant` as in docs/api.md."""
    claims: dict[str, Any] = {
        "sub": owner,
        "scope": " ".join(scopes),
        "iat": at,
        "exp": at + timedelta(seconds=expires_in),
    }
    if grant:
        claims |= {"grant": grant, "jti": uuid4().hex}
    if settings.jwt_issuer:
        claims["iss"] = settings.jwt_issuer
    if settings.jwt_audience:
        claims["aud"] = settings.jwt_audience
    return jwt.encode(claims, settings.jwt_secret.get_secret_value(), algorithm=SHARED)
