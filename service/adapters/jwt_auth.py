"""Bearer tokens: JWTs signed with the shared secret (HS256), or by an identity provider's keys (JWKS)."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

import jwt

from service.adapters import jwks
from service.adapters.jwt_grants import moment_of, read_grant
from service.errors import TokenExpired, TokenInvalid
from service.model import Caller, Credentials, StoreCheck
from service.settings import Settings

SHARED = "HS256"
LEEWAY_S = 5
MAX_OWNER_CHARACTERS = 255
# As many callers at once are looked up and not verified; those that were not seen for longest make room.
MAX_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class _Verified:
    """Whom a token stands for, and the times between which that holds: nothing else about a token can change."""

    caller: Caller
    good_from: float
    good_until: float

    @property
    def is_good_now(self) -> bool:
        return self.good_from - LEEWAY_S <= time.time() < self.good_until + LEEWAY_S


class JwtAuthenticator:
    """The Authenticator port for 'Authorization: Bearer <JWT>'."""

    def __init__(self, settings: Settings, keys: jwks.ProviderKeys | None = None) -> None:
        self._secret = settings.jwt_secret.get_secret_value()
        self._keys = keys or (jwks.ProviderKeys(settings.jwt_jwks_url) if settings.jwt_jwks_url else None)
        self._issuer = settings.jwt_issuer or None
        self._audience = settings.jwt_audience or None
        self._jwt = jwt.PyJWT(options={"enforce_minimum_key_length": True})
        # Only where nothing but the secret, which is for life, decides: a provider can withdraw its keys.
        self._remembered = self._looked_at if self._keys else lru_cache(MAX_REMEMBERED)(self._looked_at)

    def authenticate(self, credentials: Credentials) -> Caller | None:
        kind, _, token = (credentials.authorization or "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = token.strip()
        verified = self._remembered(token)
        # One that is no longer good is looked at anew, which says why.
        return (verified if verified.is_good_now else self._looked_at(token)).caller

    def check(self) -> list[StoreCheck]:
        return [self._keys.check()] if self._keys else []

    def _looked_at(self, token: str) -> _Verified:
        try:
            decoded = self._decoded(token)
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired("the token's 'exp' has passed") from error
        except jwt.PyJWTError as error:
            raise TokenInvalid(f"the token is not valid ({type(error).__name__})") from error
        claims = _checked(decoded["header"], decoded["payload"])
        caller = Caller(
            claims["sub"],
            frozenset(claims["scope"].split()),
            grant=read_grant(claims),
            credential="bearer",
            expires_at=moment_of(claims["exp"]),
        )
        return _Verified(caller, max(int(claims.get("nbf", 0)), int(claims.get("iat", 0))), int(claims["exp"]))

    def _decoded(self, token: str) -> dict[str, Any]:
        if self._keys is None:
            return self._verified(token, self._secret, SHARED)
        # The header chooses between the secret and the provider's keys, and neither is ever tried for the
        # other's algorithms. Nothing else in it is believed: keys and addresses (jwk, jku, x5u) are not read.
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm == SHARED and self._secret:
            return self._verified(token, self._secret, SHARED)
        if algorithm not in jwks.ALGORITHMS:
            raise TokenInvalid("the token's 'alg' is not one that is taken here")
        return self._verified_by_provider(token, self._keys, algorithm, header.get("kid"))

    def _verified_by_provider(
        self, token: str, keys: jwks.ProviderKeys, algorithm: str, key_id: str | None
    ) -> dict[str, Any]:
        for key in keys.matching(algorithm, key_id):
            with suppress(jwt.InvalidSignatureError, jwt.InvalidKeyError):
                return self._verified(token, key, algorithm)
        raise TokenInvalid("the token is not signed by a key of the identity provider")

    def _verified(self, token: str, key: str | jwt.PyJWK, algorithm: str) -> dict[str, Any]:
        return self._jwt.decode_complete(
            token,
            key,
            # One of ours, that fits the key: what the token's header asks for is never believed.
            algorithms=[algorithm],
            options={"require": ["exp", "sub"], "verify_aud": self._audience is not None},
            issuer=self._issuer,
            audience=self._audience,
            leeway=LEEWAY_S,
        )


def _checked(header: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    # PyJWT takes a string exp and any typ, and an empty sub.
    if header.get("typ", "JWT") not in ("JWT", "at+jwt"):
        raise TokenInvalid("the token's 'typ' is not JWT")
    if isinstance(claims["exp"], bool) or not isinstance(claims["exp"], int | float):
        raise TokenInvalid("the token's 'exp' is not a number")
    if not 1 <= len(claims["sub"]) <= MAX_OWNER_CHARACTERS or not claims["sub"].isprintable():
        raise TokenInvalid(f"the token's 'sub' is not 1 to {MAX_OWNER_CHARACTERS} printable characters")
    if not isinstance(claims.setdefault("scope", ""), str):
        raise TokenInvalid("the token's 'scope' is not a space-separated string")
    return claims


def issue_token(
    settings: Settings,
    owner: str,
    scopes: tuple[str, ...],
    *,
    at: datetime,
    expires_in: int,
    grant: Mapping[str, object] | None = None,
) -> str:
    """A token for scripts, signed with JWT_SECRET. `expires_in` is in seconds, `grant` as in docs/api.md."""
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
