"""Upload tokens: our own short-lived JWTs, valid only in an address: /u/<token>/s3/….

An upload token is never valid as a bearer token, nor the reverse: secret, `typ` and audience differ.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import jwt
from pydantic import TypeAdapter

from service.accounts.errors import TokenExpired, TokenInvalid
from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials, Grant
from service.shared.ports.keyring import Keyring
from service.shared.scopes import UPLOADS_WRITE

ALGORITHM = "HS256"
TYPE = "upload+jwt"
AUDIENCE = "moodrop:upload"
_GRANT: TypeAdapter[Grant | None] = TypeAdapter(Grant | None)


class JwtUploadTokens:
    """The UploadTokens port, and the Authenticator port for the tokens that it issued."""

    def __init__(self, keyring: Keyring, now: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._now = now

    def issue(self, caller: Caller) -> str:
        claims = {
            "sub": caller.owner,
            "jti": caller.token_id,
            "aud": AUDIENCE,
            "exp": caller.expires_at,
            # Whole, with the id that its uses are counted under.
            "grant": _GRANT.dump_python(caller.grant, mode="json", exclude_defaults=True),
        }
        return jwt.encode(claims, self._secrets()[0], algorithm=ALGORITHM, headers={"typ": TYPE})

    def authenticate(self, credentials: Credentials) -> Caller | None:
        if credentials.upload_token is None:
            return None
        caller = self.read(credentials.upload_token)
        if caller.expires_at and caller.expires_at <= self._now():
            raise TokenExpired("the upload token's 'exp' has passed")
        return caller

    def read(self, token: str) -> Caller:
        try:
            decoded = self._decoded(token)
        except jwt.PyJWTError as error:
            raise TokenInvalid(f"the upload token is not valid ({type(error).__name__})") from error
        claims = decoded["payload"]
        if decoded["header"].get("typ") != TYPE:
            raise TokenInvalid(f"the upload token's 'typ' is not {TYPE}")
        return Caller(
            claims["sub"],
            frozenset({UPLOADS_WRITE}),
            grant=_GRANT.validate_python(claims["grant"]),
            credential="upload_token",
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            # A token of an older version has no id, so the token itself serves as its id.
            token_id=claims.get("jti") or sha256(token.encode()).hexdigest(),
        )

    def check(self) -> list[StoreCheck]:
        return []

    def _secrets(self) -> tuple[str, ...]:
        return self._keyring.derive("upload-token")

    def _decoded(self, token: str) -> dict[str, Any]:
        *others, last = self._secrets()
        for secret in others:
            with suppress(jwt.InvalidSignatureError):
                return self._verified(token, secret)
        return self._verified(token, last)

    def _verified(self, token: str, secret: str) -> dict[str, Any]:
        # By the clock that it was issued by: see `authenticate`.
        options: Any = {"require": ["exp", "sub", "aud"], "verify_exp": False}
        return jwt.decode_complete(token, secret, algorithms=[ALGORITHM], options=options, audience=AUDIENCE)
