"""Checks the registered claims of a token: PyJWT accepts shapes that we cannot use."""

import sys
from collections.abc import Mapping
from typing import Any

from service.accounts.errors import TokenInvalid
from service.shared.scopes import ADMIN, ALL_SCOPES

MAX_OWNER_CHARACTERS = 255
TIMES = ("exp", "nbf", "iat")
# RFC 8693's claim, and the one that other providers use: each a list or one string with spaces.
_SCOPE_CLAIMS = ("scope", "scp")


def check_claims(header: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    """Raise TokenInvalid if a claim has a shape that PyJWT accepts and we do not."""
    if header.get("typ", "JWT") not in ("JWT", "at+jwt"):
        raise TokenInvalid("the token's 'typ' is not JWT")
    for name in TIMES:
        if name in claims and not _is_time(claims[name]):
            raise TokenInvalid(f"the token's {name!r} is not a number of seconds")
    if not 1 <= len(claims["sub"]) <= MAX_OWNER_CHARACTERS or not claims["sub"].isprintable():
        raise TokenInvalid(f"the token's 'sub' is not 1 to {MAX_OWNER_CHARACTERS} printable characters")


def read_scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    """Return the scopes of the token that the service knows; others are ignored. Raises TokenInvalid.

    If the token has both claims, only scopes that both name count: neither claim can widen the other.
    """
    scopes = frozenset((*ALL_SCOPES, ADMIN)) if any(name in claims for name in _SCOPE_CLAIMS) else frozenset()
    for name in _SCOPE_CLAIMS:
        if name in claims:
            scopes &= _scopes_in(name, claims[name])
    return scopes


def _scopes_in(name: str, value: object) -> frozenset[str]:
    words = value.split() if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise TokenInvalid(f"the token's {name!r} is neither a string nor a list of strings")
    return frozenset(words)


def _is_time(value: object) -> bool:
    # An integer in JSON may be larger than any float; NaN compares as False.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
