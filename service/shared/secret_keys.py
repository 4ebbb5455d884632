"""Detects secrets that are too weak to start with, and derives the secret of each purpose from SECRET_KEY."""

import hashlib
import hmac
from itertools import pairwise

MIN_BYTES = 32
# One in 25 million keys of 16 random bytes in hex has fewer.
MIN_DISTINCT = 8
# Words from example files and common guesses. No random text contains one by chance.
_PLACEHOLDERS = (
    *("changeme", "change-me", "change_me", "changethis", "replaceme", "replace-me", "example", "your-secret"),
    *("yoursecret", "minioadmin", "minio123", "password", "passw0rd", "p@ssw", "qwerty", "letmein"),
)


def derive_secret(key: str, purpose: str) -> str:
    """Return the key's secret for one purpose, 64 hex digits. It reveals neither the key nor another secret."""
    return hmac.new(key.encode(), f"moodrop:{purpose}".encode(), hashlib.sha256).hexdigest()


def weakness_of(secret: str, *, min_bytes: int = MIN_BYTES, min_distinct: int = MIN_DISTINCT) -> str | None:
    """Return why the secret is guessable, in words that do not reveal it, or None if it is not."""
    if len(secret.encode()) < min_bytes:
        return f"has fewer than {min_bytes} bytes"
    if len(set(secret)) < min_distinct:
        return f"has fewer than {min_distinct} different characters"
    if any(word in secret.lower() for word in _PLACEHOLDERS):
        return "looks like a placeholder"
    if _repeats(secret) or _counts(secret):
        return "repeats itself"
    return None


def _repeats(secret: str) -> bool:
    """Whether the text repeats one piece, the last time perhaps cut short."""
    return any(secret[period:] == secret[:-period] for period in range(1, len(secret) // 2 + 1))


def _counts(secret: str) -> bool:
    """Whether most characters follow from the previous one, as in `0123456789abcdef`."""
    steps = [ord(after) - ord(before) for before, after in pairwise(secret)]
    return sum(step in (-1, 0, 1) for step in steps) > len(steps) * 3 / 4
