"""Requests and answers of administrators."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from service.accounts.model import UserKind
from service.shared.api.schemas import Body, PageQuery, Params
from service.shared.model import LINE
from service.uploads.quota import MOST_PENDING

UserId = Annotated[str, Field(min_length=1, max_length=255, pattern=LINE, description="The owner of the files.")]
# As the settings have it: what every JSON reader holds exactly.
MOST = 2**53


class UserPath(Params):
    user_id: UserId


class UsersQuery(PageQuery):
    q: str | None = Field(
        None, max_length=255, pattern=LINE, description="The beginning of an e-mail address, or a whole user_id."
    )


class EventsQuery(PageQuery):
    user_id: UserId | None = Field(None, description="Only the events of this account.")


class QuotaRequest(Body):
    """Limits of this user alone. Null means no such limit, and what is left out stays."""

    max_bytes: int | None = Field(None, ge=0, le=MOST, description="Total of all files and unfinished uploads.")
    max_files: int | None = Field(
        None, ge=0, le=MOST, description="The number of files, covers and unfinished uploads."
    )
    max_pending: int | None = Field(None, ge=0, le=MOST_PENDING, description="The number of unfinished uploads.")


class UserEditRequest(Body):
    """What to change; what is left out stays."""

    disabled: bool | None = Field(None, description="True signs the user out everywhere; the files stay.")
    roles: list[Literal["admin"]] | None = Field(
        None, max_length=1, description='`["admin"]`, or `[]`; whoever loses the role has to sign in again.'
    )
    quota: QuotaRequest | None = Field(None, description="Null: the limits of the settings again.")


class UserQuota(BaseModel):
    """What the user may hold, and what is used as counted last. Null means no such limit."""

    custom: bool = Field(description="Whether an administrator set these limits.")
    max_bytes: int | None
    used_bytes: int | None = Field(description="Null before the first count.")
    max_files: int | None
    used_files: int | None
    max_pending: int | None
    used_pending: int | None


class ManagedUser(BaseModel):
    """A user, as administrators see them."""

    user_id: str
    kind: UserKind
    email: str | None
    name: str | None
    roles: list[str]
    state: Literal["active", "disabled", "leaving"] = Field(
        description="`leaving`: the account is closed, and all of it is gone about an hour later."
    )
    created_at: datetime
    seen_at: datetime | None = Field(description="At most five minutes old.")
    quota: UserQuota | None = Field(description="Null if the service has no quotas.")


class ManagedUserAnswer(BaseModel):
    """The user as it is now."""

    user: ManagedUser
    server_time: datetime


class ManagedUsersAnswer(BaseModel):
    """A page of users: newest first, or by address if `q` is set."""

    users: list[ManagedUser]
    next_cursor: str | None = Field(description="`cursor` of the next page; null on the last one.")
    server_time: datetime


class AuditedEvent(BaseModel):
    """Something that happened to an account."""

    event_id: str
    at: datetime
    user_id: str = Field(description="Whose account.")
    actor_id: str | None = Field(description="The administrator who did it; null: the user, or the operator.")
    event: str = Field(description="Such as `signed_in`; a newer service may have more.")
    detail: str | None
    network: str | None = Field(description="Where it was done from: the address without its last part.")
    user_agent: str | None


class AuditedEventsAnswer(BaseModel):
    """A page of events, newest first. An event is kept for 90 days."""

    events: list[AuditedEvent]
    next_cursor: str | None = Field(description="`cursor` of the next page; null on the last one.")
    server_time: datetime
