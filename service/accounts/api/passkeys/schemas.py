"""Requests and answers about passkeys. What browsers return has the names of WebAuthn, and fields that are ignored."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.accounts.api.auth_schemas import NameText
from service.accounts.ports.passkeys import Assertion, Attestation
from service.shared.api.schemas import Body, Params

BASE64URL = r"^[A-Za-z0-9_-]+$"
# WebAuthn allows 1,023 bytes.
PasskeyId = Annotated[str, Field(min_length=1, max_length=1364, pattern=BASE64URL, description="In base64url.")]
UserHandle = Annotated[str, Field(min_length=1, max_length=86, pattern=BASE64URL)]
Small = Annotated[str, Field(min_length=1, max_length=8192, pattern=BASE64URL)]
# With a chain of certificates, should an authenticator send one that nobody asked for.
Large = Annotated[str, Field(min_length=1, max_length=65_536, pattern=BASE64URL)]
Transport = Annotated[str, Field(pattern=r"^[a-z-]{1,32}$")]


class FromBrowser(Body):
    """Base of what `credential.toJSON()` returns: browsers add fields over the years."""

    model_config = ConfigDict(strict=True, extra="ignore")


class AttestationResponse(FromBrowser):
    """AuthenticatorAttestationResponseJSON."""

    client_data: Small = Field(alias="clientDataJSON")
    attestation_object: Large = Field(alias="attestationObject")
    transports: list[Transport] = Field(default_factory=list, max_length=10)


class AttestationBody(FromBrowser):
    """RegistrationResponseJSON of WebAuthn: a new passkey, as `navigator.credentials.create()` returns it."""

    passkey_id: PasskeyId = Field(alias="id")
    type: Literal["public-key"]
    response: AttestationResponse

    def attestation(self) -> Attestation:
        """Return it as the use cases take it."""
        sent = self.response
        return Attestation(self.passkey_id, sent.client_data, sent.attestation_object, tuple(sent.transports))


class AssertionResponse(FromBrowser):
    """AuthenticatorAssertionResponseJSON."""

    client_data: Small = Field(alias="clientDataJSON")
    authenticator_data: Small = Field(alias="authenticatorData")
    signature: Small
    user_handle: UserHandle | None = Field(None, alias="userHandle")


class AssertionBody(FromBrowser):
    """AuthenticationResponseJSON of WebAuthn: what `navigator.credentials.get()` returns."""

    passkey_id: PasskeyId = Field(alias="id")
    type: Literal["public-key"]
    response: AssertionResponse

    def assertion(self) -> Assertion:
        """Return it as the use cases take it."""
        sent = self.response
        return Assertion(self.passkey_id, sent.client_data, sent.authenticator_data, sent.signature, sent.user_handle)


class NewPasskeyRequest(Body):
    """A passkey that the browser has made."""

    name: NameText | None = Field(None, description="For you to recognise it by.")
    credential: AttestationBody


class PasskeyLoginRequest(Body):
    """What the chosen passkey signed."""

    credential: AssertionBody


class PasskeyPath(Params):
    passkey_id: PasskeyId


class PasskeyOptionsAnswer(BaseModel):
    """What the browser needs to make or use a passkey."""

    options: dict[str, Any] = Field(
        description="For `PublicKeyCredential.parseCreationOptionsFromJSON()` or `parseRequestOptionsFromJSON()`."
    )
    expires_at: datetime = Field(description="Until then, the answer of the authenticator is accepted, once.")
    server_time: datetime


class PasskeyAnswer(BaseModel):
    """A passkey of your account."""

    passkey_id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


class PasskeysAnswer(BaseModel):
    """Your passkeys, oldest first."""

    passkeys: list[PasskeyAnswer]
    server_time: datetime
