"""The port of access tokens: what scripts that sign in with a password send with each call."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol


class AccessTokens(Protocol):
    """Short-lived signed tokens; whoever has the public keys can check one, without a database."""

    def issue(self, user_id: str, scopes: Iterable[str], family_id: str, at: datetime, expires_at: datetime) -> str:
        """Return a token of the user, which names the family of refresh tokens that it comes from."""

    def public_keys(self) -> list[Mapping[str, object]]:
        """Return the keys that check tokens, as JWKs (RFC 7517); the first belongs to the key that signs."""
