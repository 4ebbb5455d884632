"""Who calls, as plain data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# One line of text: control characters would end up in terminals, logs and headers.
LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token narrows itself to, for uploads. None and empty: not narrowed in that."""

    prefix: str = ""  # of the keys that it may name, and of those that its uploads get; ends with '/'
    max_bytes: int | None = None  # of all its uploads together
    max_files: int | None = None  # likewise; 1 for a one-time token
    content_types: tuple[str, ...] = ()
    usage_id: str = ""  # the token, where something is counted
    expires_at: datetime | None = None  # when the token is dead


@dataclass(frozen=True, slots=True)
class Spent:
    """What was started with a token so far."""

    files: int = 0
    size_bytes: int = 0


# What a caller is known by; the local user of open mode by nothing.
Credential = Literal["bearer", "cookie", "upload_token"]


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request. `owner` is the token's sub; `any_prefix` is true for the one local user of open mode.

    A caller with a grant or a token_id is narrowed: it reaches only the uploads that it started.
    """

    owner: str
    scopes: frozenset[str]
    any_prefix: bool = False
    grant: Grant | None = None
    credential: Credential | None = None
    expires_at: datetime | None = None  # when the credential is no longer good
    token_id: str | None = None  # identifies a narrowed token; None for a token without limits


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brings to say who asks."""

    authorization: str | None = None  # the header
    session_id: str | None = None  # of the cookie
    upload_token: str | None = None  # of the address
