"""Bearer tokens: JWTs signed with the shared secret (HS256)."""

from datetime import datetime, timedelta
from typing import Any

import jwt

from service.errors import TokenExpired, TokenInvalid
from service.model import Caller
from service.settings import Settings

ALGORITHM = "HS256"
LEEWAY_S = 5
MAX_OWNER_CHARACTERS = 255


class JwtAuthenticator:
    """The Authenticator port for 'Authorization: Bearer <JWT>'."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.jwt_secret.get_secret_value()
        self._issuer = settings.jwt_issuer or None
        self._audience = settings.jwt_audience or None
        self._jwt = jwt.PyJWT(options={"enforce_minimum_key_length": True})

    def authenticate(self, authorization: str | None) -> Caller | None:
        kind, _, token = (authorization or "").partition(" ")
        if kind.lower() != "bearer":
            return None
        claims = self._claims(token.strip())
        return Caller(owner=claims["sub"], scopes=frozenset(claims["scope"].split()))

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            decoded = self._jwt.decode_complete(
                token,
                self._secret,
                # A constant: what the token's header asks for is never believed.
                algorithms=[ALGORITHM],
                options={"require": ["exp", "sub"], "verify_aud": self._audience is not None},
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_S,
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired("the token's 'exp' has passed") from error
        except jwt.PyJWTError as error:
            raise TokenInvalid(f"the token is not valid ({type(error).__name__})") from error
        return _checked(decoded["header"], decoded["payload"])


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


def issue_token(settings: Settings, owner: str, scopes: tuple[str, ...], *, at: datetime, expires_in: int) -> str:
    """A token for scripts, signed with JWT_SECRET. `expires_in` is in seconds."""
    claims: dict[str, Any] = {
        "sub": owner,
        "scope": " ".join(scopes),
        "iat": at,
        "exp": at + timedelta(seconds=expires_in),
    }
    if settings.jwt_issuer:
        claims["iss"] = settings.jwt_issuer
    if settings.jwt_audience:
        claims["aud"] = settings.jwt_audience
    return jwt.encode(claims, settings.jwt_secret.get_secret_value(), algorithm=ALGORITHM)
