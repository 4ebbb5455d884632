"""Bearer tokens, good and bad, made by hand, because PyJWT refuses to make some bad ones."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

SECRET = "the shared secret of the tests: 32+"
HEADER = {"alg": "HS256", "typ": "JWT"}
ALL = "uploads:write files:read files:write"
# The first second of 2100: such tokens are valid by the clock of any test, on any day.
FOREVER = 4_102_444_800


def claims(**changed: Any) -> dict[str, Any]:
    """Return valid claims of u1 with changes; the value `...` leaves a claim out."""
    good = {"sub": "u1", "scope": ALL, "exp": FOREVER}
    return {name: value for name, value in {**good, **changed}.items() if value is not ...}


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def token(
    given: Mapping[str, Any] | str | None = None,
    *,
    header: Mapping[str, Any] | str = HEADER,
    secret: str = SECRET,
    digest: str = "sha256",
) -> str:
    """Return a token of this payload and header, with text unchanged, signed by HMAC with `secret`."""
    payload = claims() if given is None else given
    parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, payload)]
    message = ".".join(encoded(part.encode()) for part in parts)
    return message + "." + encoded(hmac.new(secret.encode(), message.encode(), getattr(hashlib, digest)).digest())


def bearer(sub: str = "u1", scope: str = ALL, **changed: Any) -> dict[str, str]:
    """Return the header of a valid token."""
    return {"Authorization": f"Bearer {token(claims(sub=sub, scope=scope, **changed))}"}
