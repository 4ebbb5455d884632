"""What makes a secret too weak to start with, and the secrets for single purposes that come from SECRET_KEY."""

import hashlib
import hmac
from itertools import pairwise

MIN_BYTES = 32
# 16 random bytes in hex have fewer once in 25 million.
MIN_DISTINCT = 8
# What example files say, and what is guessed first. No random text holds one by chance.
_PLACEHOLDERS = ("changeme", "change-me", "change_me", "minioadmin", "password", "example", "your-secret", "yoursecret")


def derive_secret(key: str, purpose: str) -> str:
    """Return the key's secret for one purpose, 64 hex digits. It gives away neither the key nor another purpose's."""
    return hmac.new(key.encode(), f"moodrop:{purpose}".encode(), hashlib.sha256).hexdigest()


def weakness_of(secret: str, *, min_bytes: int = MIN_BYTES, min_distinct: int = MIN_DISTINCT) -> str | None:
    """Return what makes the secret guessable, in words that do not show it; None where nothing does."""
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
    """Whether it is one piece again and again, the last time perhaps cut short."""
    return any(secret[period:] == secret[:-period] for period in range(1, len(secret) // 2 + 1))


def _counts(secret: str) -> bool:
    """Whether most characters follow from the one before, as in `0123456789abcdef`."""
    steps = [ord(after) - ord(before) for before, after in pairwise(secret)]
    return sum(step in (-1, 0, 1) for step in steps) > len(steps) * 3 / 4
