"""Who calls, as plain data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# One line of text: control characters would end up in terminals, logs and headers.
LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"


@dataclass(frozen=True, slots=True)
class Grant:
    """The limits of a token, for uploads. None or empty: no limit of that kind."""

    prefix: str = ""  # of every key that it may name and that its uploads get; ends with '/'
    max_bytes: int | None = None  # of all its uploads together
    max_files: int | None = None  # likewise; 1 for a one-time token
    content_types: tuple[str, ...] = ()
    usage_id: str = ""  # identifies the token if its uses are counted
    expires_at: datetime | None = None  # when the token expires


@dataclass(frozen=True, slots=True)
class Spent:
    """What has been started with a token so far."""

    files: int = 0
    size_bytes: int = 0


# How a caller identified itself; the local user of open mode has no credential.
Credential = Literal["bearer", "cookie", "upload_token", "api_key"]


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
    expires_at: datetime | None = None  # when the credential expires
    token_id: str | None = None  # identifies a narrowed token; None for a token without limits
    session_id: str | None = None  # names the session of an account; the cookie's own secret is another
    key_id: str | None = None  # of the API key that was brought
    is_guest: bool = False  # an account without an e-mail address
    auth_at: datetime | None = None  # when the person behind the session last proved who they are


@dataclass(frozen=True, slots=True)
class Features:
    """What this deployment offers besides uploads and files."""

    media: bool = False  # thumbnails, waveforms and renditions are made
    history: bool = False
    recommendations: bool = False


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials in a request."""

    authorization: str | None = None  # the header
    session_id: str | None = None  # of the cookie
    upload_token: str | None = None  # of the address
