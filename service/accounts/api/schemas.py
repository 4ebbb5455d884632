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
    cover_content_types: list[str] = Field(description="The allowed content types that a cover may have.")
    moods: list[str]


class SessionGrant(BaseModel):
    """The limits in the caller's own token, and what is left of them. Null means no such limit."""

    prefix: str | None = Field(description="The prefix that keys must have.")
    content_types: list[str] | None
    max_bytes: int | None = Field(description="Total of all uploads with this token.")
    max_files: int | None
    left_bytes: int | None
    left_files: int | None


class SessionAccount(BaseModel):
    """The account of the caller, with AUTH_MODE=accounts."""

    kind: str = Field(description="`user` or `guest`, an account without an e-mail address.")
    name: str | None
    email: str | None


class SessionQuota(BaseModel):
    """What the caller may hold, and what is left. Null means no such limit."""

    max_bytes: int | None = Field(description="Total of all files and unfinished uploads.")
    left_bytes: int | None
    max_files: int | None = Field(description="The number of files, covers and unfinished uploads.")
    left_files: int | None
    max_pending: int | None = Field(description="The number of unfinished uploads.")
    left_pending: int | None


class SessionFeatures(BaseModel):
    """What the service offers besides uploads and files."""

    media: bool = Field(description="Thumbnails, waveforms and renditions are made.")
    history: bool
    recommendations: bool


class SessionAnswer(BaseModel):
    """Who the caller is, and what may be uploaded. Needs no token."""

    auth_mode: str = Field(
        description="How to sign in. `open`: no sign-in. `jwt`: a bearer token. `accounts`: GET /api/auth/session "
        "lists the ways. A newer service may have more.",
        json_schema_extra={"example": "jwt"},
    )
    owner: str | None
    account: SessionAccount | None = Field(description="Null without accounts, and for a caller who has none.")
    scopes: list[str]
    limits: Limits
    features: SessionFeatures
    grant: SessionGrant | None = Field(description="Null if the token sets no limits besides `scopes` and `limits`.")
    quota: SessionQuota | None = Field(description="Null if there are no quotas, or without a caller.")
    server_time: datetime


class UploadTokenAnswer(BaseModel):
    """A token in the address of Uppy's calls. Anyone with the address may upload for you until it expires."""

    upload_token: str
    companion_url: str = Field(description="The value of Uppy's `companionEndpoint`; contains the token.")
    expires_at: datetime
    server_time: datetime


class UploadTokenRequest(Body):
    """The limits of a token for an address. It never allows more than you may upload yourself."""

    expires_in: int = Field(3600, ge=1, le=3600, description="Lifetime in seconds; never longer than your own token's.")
    max_bytes: int | None = Field(None, ge=0, lt=2**62, description="Total of all uploads with this token.")
    max_files: int | None = Field(None, ge=1, lt=2**31, description="The number of uploads with this token.")
    content_types: list[Annotated[str, Field(pattern=CONTENT_TYPE_PATTERN)]] | None = Field(
        None, min_length=1, max_length=100, description="Only these types, such as audio/mpeg or audio/*."
    )
    prefix: str | None = Field(
        None, min_length=2, max_length=1024, pattern=r"/$", description="Only keys with this prefix."
    )
    renews: str | None = Field(
        None,
        min_length=1,
        max_length=8000,
        description="An earlier upload token of yours: the new one may continue the uploads started with it.",
    )
