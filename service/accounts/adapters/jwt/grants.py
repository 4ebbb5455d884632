"""The claim `grant`, which limits a token: see docs/api.md, "Restricted tokens"."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.accounts.errors import TokenInvalid
from service.shared.model import Grant

MAX_JTI_CHARACTERS = 255
# Nearly the last moment that a datetime can hold: 'exp' may be any number.
LATEST_S = 250_000_000_000


class GrantClaim(BaseModel):
    """The claim as it is in the token. Unknown fields are refused, because each was meant to limit something."""

    model_config = ConfigDict(strict=True, extra="forbid")

    prefix: str | None = Field(None, min_length=2, max_length=1024, pattern=r"/$")
    max_bytes: int | None = Field(None, ge=0, lt=2**62)
    max_files: int | None = Field(None, ge=1, lt=2**31)
    content_types: list[Annotated[str, Field(min_length=1, max_length=255)]] | None = Field(
        None, min_length=1, max_length=100
    )
    once: bool = False

    @property
    def counted(self) -> bool:
        """Whether the uses of the token have to be counted."""
        return self.once or self.max_bytes is not None or self.max_files is not None


def read_grant(claims: Mapping[str, Any]) -> Grant | None:
    """Return what the token is limited to, or None if it has no such claim. Raises TokenInvalid."""
    if "grant" not in claims:
        return None
    try:
        claim = GrantClaim.model_validate(claims["grant"])
    except ValidationError as error:
        first = error.errors()[0]
        named = ".".join(str(part) for part in ("grant", *first["loc"]))
        raise TokenInvalid(f"the token's {named[:80]!r} is not valid: {first['msg']}") from error
    return Grant(
        prefix=claim.prefix or "",
        max_bytes=claim.max_bytes,
        max_files=1 if claim.once else claim.max_files,
        content_types=tuple(kind.lower() for kind in claim.content_types or ()),
        usage_id=_counted_id(claims) if claim.counted else "",
        expires_at=moment_of(claims["exp"]),
    )


def moment_of(exp: float) -> datetime:
    """Return the claim as a time, cut to what a datetime can hold."""
    return datetime.fromtimestamp(min(max(exp, 0), LATEST_S), UTC)


def read_token_id(claims: Mapping[str, Any]) -> str | None:
    """Return an id that distinguishes a narrowed token from all others, or None if the token has no grant.

    The id of a token without a jti comes from all its claims: two tokens with equal claims are the same token.
    """
    if "grant" not in claims:
        return None
    return _usage_id(claims) if _has_name(claims) else _digest_of(dict(claims))


def _counted_id(claims: Mapping[str, Any]) -> str:
    if not _has_name(claims):
        raise TokenInvalid("a token with 'max_bytes', 'max_files' or 'once' needs a 'jti'")
    return _usage_id(claims)


def _has_name(claims: Mapping[str, Any]) -> bool:
    token_id = claims.get("jti")
    return isinstance(token_id, str) and 1 <= len(token_id) <= MAX_JTI_CHARACTERS


def _usage_id(claims: Mapping[str, Any]) -> str:
    # A jti is unique for its issuer; two owners with the same jti would be the issuer's mistake.
    return _digest_of([claims.get("iss"), claims["sub"], claims["jti"]])


def _digest_of(named: object) -> str:
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()
