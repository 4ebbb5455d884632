"""Requests and answers about identity providers."""

from pydantic import BaseModel, ConfigDict, Field

from service.accounts.api.auth_schemas import NextPath, ProviderName
from service.shared.api.schemas import Body


class ProviderPath(BaseModel):
    """The provider in an address."""

    provider: ProviderName


class CallbackQuery(BaseModel):
    """What a provider sends back with the person; some send more, which is ignored."""

    model_config = ConfigDict(extra="ignore")

    code: str | None = Field(None, description="Good for one sign-in.")
    state: str | None = Field(None, description="Names the sign-in that this browser began.")
    iss: str | None = Field(None, description="Who answers.")
    error: str | None = Field(None, description="Such as `access_denied`: the person cancelled.")


class LinkRequest(Body):
    """Which provider to link."""

    provider: ProviderName
    next: NextPath | None = None


class IdentityAnswer(BaseModel):
    """An account at a provider."""

    provider: str
    email: str | None = Field(description="As the provider gave it when it was linked.")


class IdentitiesAnswer(BaseModel):
    """The providers that sign you in."""

    identities: list[IdentityAnswer]
