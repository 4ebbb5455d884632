"""Requests and answers about API keys and terminals."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from service.accounts.api.auth_schemas import NameText
from service.shared.api.schemas import Body, Params

YEAR_S = 31_536_000
MAX_SCOPES = 20
Scope = Annotated[str, Field(pattern=r"^[a-z]{1,20}(:[a-z]{1,20})?$", examples=["files:read"])]
Scopes = Annotated[list[Scope], Field(max_length=MAX_SCOPES, description="Some of your scopes; all if empty.")]
UserCode = Annotated[str, Field(min_length=8, max_length=20, pattern=r"^[A-Za-z -]+$")]


class ApiKeyPath(Params):
    key_id: str = Field(pattern=r"^[0-9A-Za-z]{10}$")


class ApiKeyRequest(Body):
    """A new API key."""

    name: NameText
    scopes: Scopes = Field(default_factory=list)
    expires_in: int | None = Field(None, ge=1, le=YEAR_S, description="Lifetime in seconds, up to a year.")


class ApiKeyAnswer(BaseModel):
    """An API key, without its secret."""

    key_id: str
    name: str
    hint: str = Field(description="The first characters of the key.")
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None = Field(description="At most five minutes old.")
    expires_at: datetime


class NewApiKeyAnswer(ApiKeyAnswer):
    """A new API key."""

    key: str = Field(description="Send it as `Authorization: Bearer`. It is shown only now.")


class ApiKeysAnswer(BaseModel):
    """Your own API keys, newest first, without revoked ones."""

    api_keys: list[ApiKeyAnswer]
    server_time: datetime


class DeviceRequest(Body):
    """A terminal that wants to be signed in."""

    name: NameText = Field(description="Shown to the person, and the key's name, such as `moodrop on <host>`.")
    scopes: Scopes = Field(default_factory=list)


class DeviceAnswer(BaseModel):
    """What the terminal shows to the person, and what it uses to ask for its key."""

    device_code: str = Field(description="A secret, for POST /api/auth/device/token.")
    user_code: str = Field(description="The person compares it with what the page shows.")
    url: str = Field(description="The page on which the person allows the terminal; its fragment contains the code.")
    expires_in: int = Field(description="In seconds.")
    interval: int = Field(description="Wait this many seconds before asking again.")


class DevicePath(Params):
    user_code: UserCode


class WaitingDeviceAnswer(BaseModel):
    """A terminal that waits to be allowed."""

    user_code: str
    name: str
    network: str | None = Field(description="The network that the terminal's request came from.")
    scopes: list[str]
    expires_at: datetime


class ApproveDeviceRequest(Body):
    """The person's decision."""

    user_code: UserCode
    allow: bool


class DeviceTokenRequest(Body):
    """Asks whether the terminal is allowed."""

    device_code: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


class DeviceKeyAnswer(BaseModel):
    """The terminal's API key, which is returned once."""

    key: str
    key_id: str
    expires_at: datetime


class JwkAnswer(BaseModel):
    """A public key, Ed25519."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str = Field(description="The key's id, as in the header of a token.")
    use: Literal["sig"]
    alg: Literal["EdDSA"]


class JwksAnswer(BaseModel):
    """The keys that check access tokens."""

    keys: list[JwkAnswer]
