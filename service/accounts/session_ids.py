"""Makes session ids: opaque, and equivalent to a password while the session lasts."""

import hashlib
import secrets

ID_BYTES = 32


def new_session_id() -> str:
    """Return 256 random bits in characters that a cookie allows."""
    return secrets.token_urlsafe(ID_BYTES)


def digest_of(session_id: str) -> str:
    """Return what the database stores of an id, so that nobody who reads it can sign in. 256 bits need no salt."""
    return hashlib.sha256(session_id.encode()).hexdigest()
