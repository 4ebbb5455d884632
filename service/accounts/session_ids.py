"""The ids of sessions: opaque, and as good as a password while the session lasts."""

import hashlib
import secrets

ID_BYTES = 32


def new_session_id() -> str:
    """256 random bits, as a cookie may carry them."""
    return secrets.token_urlsafe(ID_BYTES)


def digest_of(session_id: str) -> str:
    """What is kept of an id: who reads the database cannot sign in with it. No salt: nobody guesses 256 bits."""
    return hashlib.sha256(session_id.encode()).hexdigest()
