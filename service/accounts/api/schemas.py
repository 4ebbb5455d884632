"""Requests and answers about sessions and upload tokens."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from service.shared.api.schemas import CONTENT_TYPE_PATTERN, Body


class Limits(BaseModel):
    max_upload_bytes: int
    put_max_bytes: int = Field(description="Larger files go in parts.")
    allowed_content_types: list[str]
    max_cover_bytes: int
    cover_content_types: list[str] = Field(description="Those of the allowed ones that a cover may have.")
    moods: list[str]


class SessionGrant(BaseModel):
    """What the token narrows itself to, and what is left of it. Null: not narrowed in that."""

    prefix: str | None = Field(description="The prefix of the keys that it may name.")
    content_types: list[str] | None
    max_bytes: int | None = Field(description="Of all its uploads together.")
    max_files: int | None
    left_bytes: int | None
    left_files: int | None


class SessionAnswer(BaseModel):
    """Who the caller is to us, and what may be uploaded. Needs no token."""

    auth_mode: str = Field(
        description="How to sign in. `open`: not at all. `jwt`: with a bearer token. A newer service may have more.",
        json_schema_extra={"example": "jwt"},
    )
    owner: str | None
    scopes: list[str]
    limits: Limits
    grant: SessionGrant | None = Field(description="Null where `scopes` and `limits` are all the limits there are.")
    server_time: datetime


class UploadTokenAnswer(BaseModel):
    """A token for the address of Uppy's calls. Anyone with the address may upload for you until it expires."""

    upload_token: str
    companion_url: str = Field(description="Uppy's `companionEndpoint`; holds the token.")
    expires_at: datetime
    server_time: datetime


class UploadTokenRequest(Body):
    """A token for an address. What it may is what you may upload, and no more than is said here."""

    expires_in: int = Field(3600, ge=1, le=3600, description="Seconds; your own token's end comes first.")
    max_bytes: int | None = Field(None, ge=0, lt=2**62, description="So much in all its uploads together.")
    max_files: int | None = Field(None, ge=1, lt=2**31, description="So many uploads.")
    content_types: list[Annotated[str, Field(pattern=CONTENT_TYPE_PATTERN)]] | None = Field(
        None, min_length=1, max_length=100, description="Only these, such as audio/mpeg or audio/*."
    )
    prefix: str | None = Field(
        None, min_length=2, max_length=1024, pattern=r"/$", description="Only keys that begin so."
    )
    renews: str | None = Field(
        None,
        min_length=1,
        max_length=8000,
        description="An upload token that you got before: the new one reaches the uploads that were started with it.",
    )
