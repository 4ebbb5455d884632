"""Requests and answers about one's own account."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from service.accounts.api.auth_schemas import CodeText, EmailText, Language, LinkToken, NameText, PasswordText
from service.accounts.api.passkeys.schemas import AssertionBody
from service.shared.api.schemas import Body, Params, UploadId


class ResetRequest(Body):
    """A new password, with the mailed code and its address, or the token of the link."""

    password: PasswordText = Field(description="10 to 128 characters, not easy to guess.")
    email: EmailText | None = None
    code: CodeText | None = None
    token: LinkToken | None = None


class PasswordRequest(Body):
    """A new password."""

    password: PasswordText = Field(description="10 to 128 characters, not easy to guess.")


class ReauthenticateRequest(Body):
    """Your password, the code that POST /api/auth/reauthenticate/send mails you, or one of your passkeys."""

    password: PasswordText | None = None
    code: CodeText | None = None
    passkey: AssertionBody | None = None


class EmailRequest(Body):
    """A new address."""

    email: EmailText


class LeaveRequest(Body):
    """Your own address, typed again; nothing if the account has none."""

    email: EmailText | None = None


class VerifyNewEmailRequest(Body):
    """The new address, and the code that was mailed to it."""

    email: EmailText
    code: CodeText


class ProfileRequest(Body):
    """What to change; null removes it, and what is left out stays."""

    name: NameText | None = None
    language: Language | None = None
    avatar_id: UploadId | None = Field(None, description="A picture among your files, as allowed for covers.")
    cover_id: UploadId | None = Field(None, description="Another one.")


class OwnSession(BaseModel):
    """A browser or a script that is signed in to your account."""

    session_id: str
    kind: Literal["browser", "script"]
    how: str | None = Field(description="`password`, `code`, `passkey` or a provider; null for a script.")
    current: bool = Field(description="Whether this request came by it.")
    user_agent: str | None
    network: str | None = Field(description="The address without its last part.")
    created_at: datetime | None
    seen_at: datetime | None = Field(description="At most five minutes old; for a script, the last refresh.")
    expires_at: datetime


class SessionsAnswer(BaseModel):
    """Who is signed in to your account, newest first."""

    sessions: list[OwnSession]
    server_time: datetime


class SessionPath(Params):
    session_id: UploadId


class SessionsQuery(Params):
    others: Literal["0", "1"] = Field("0", description="Must be 1: all but your own.")


class OwnEvent(BaseModel):
    """Something that happened to your account."""

    at: datetime
    event: str = Field(description="Such as `signed_in`; a newer service may have more.")
    detail: str | None
    network: str | None
    user_agent: str | None


class AuditAnswer(BaseModel):
    """The last 50 events of your account, newest first."""

    events: list[OwnEvent]
    server_time: datetime
