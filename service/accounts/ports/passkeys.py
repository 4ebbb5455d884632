"""The port of passkeys: what WebAuthn says about credentials. Binary values are in base64url without padding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from service.accounts.model import Passkey

# As browsers take it: PublicKeyCredentialCreationOptionsJSON or PublicKeyCredentialRequestOptionsJSON.
Options = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Attestation:
    """What an authenticator returns with a new passkey."""

    passkey_id: str
    client_data: str
    attestation_object: str
    transports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an authenticator returns to sign in with a passkey."""

    passkey_id: str
    client_data: str
    authenticator_data: str
    signature: str
    user_handle: str | None = None


@dataclass(frozen=True, slots=True)
class PasskeyOwner:
    """Whom a new passkey is for, as authenticators show it."""

    user_handle: str
    name: str
    display_name: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What is stored of a new passkey."""

    passkey_id: str
    public_key: str
    sign_count: int


class Passkeys(Protocol):
    """Passkeys of one site. An authenticator has to verify the person, by a PIN, a finger or a face."""

    def creation_options(self, challenge: str, owner: PasskeyOwner, known: Sequence[Passkey]) -> Options:
        """Return what a browser needs to make a passkey; an authenticator with one of the known ones makes none."""

    def request_options(self, challenge: str, allowed: Sequence[Passkey]) -> Options:
        """Return what a browser needs to use one of these passkeys; without any, the one that the person chooses."""

    def challenge_in(self, client_data: str) -> str:
        """Return the challenge that was signed. Nothing is verified yet. Raises PasskeyInvalid."""

    def verify_new(self, attestation: Attestation, challenge: str) -> NewPasskey:
        """Return the new passkey. Raises PasskeyInvalid."""

    def verify(self, assertion: Assertion, challenge: str, public_key: str) -> int:
        """Return how often the passkey has signed; 0 if it does not count. Raises PasskeyInvalid."""
