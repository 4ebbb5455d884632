"""Upload tokens that the service would not issue."""

from typing import Any

import jwt

from service.accounts.adapters.upload_tokens import ALGORITHM, AUDIENCE, TYPE
from tests.builders import KEYRING
from tests.helpers.tokens import FOREVER

OWN_SECRET = KEYRING.derive("upload-token")[0]


def forge_upload_token(*, secret: str = OWN_SECRET, header: Any = None, **changed: Any) -> str:
    """Sign an upload token of u1 with changed claims; `...` leaves a claim out."""
    good = {"sub": "u1", "aud": AUDIENCE, "exp": FOREVER, "grant": None}
    fields = {name: value for name, value in {**good, **changed}.items() if value is not ...}
    return jwt.encode(fields, secret, algorithm=ALGORITHM, headers=header or {"typ": TYPE})
