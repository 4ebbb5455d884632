"""Verifies passkeys with the library `webauthn`, which is imported at its first use.

What browsers send here is read by parsers of JSON, CBOR and certificates, which raise whatever they raise: everything
that is not accepted is PasskeyInvalid.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from service.accounts.errors import PasskeyInvalid
from service.accounts.model import Passkey
from service.accounts.policy import PasskeySite
from service.accounts.ports.passkeys import Assertion, Attestation, NewPasskey, Options, PasskeyOwner

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

SITE_NAME = "Moodrop"
# Browsers stop waiting for the person after five minutes.
TIMEOUT_MS = 300_000
# WebAuthn allows no longer id.
MAX_ID_BYTES = 1023
# The key of RSA with 8,192 bits has 1,040.
MAX_KEY_BYTES = 2048


def passkeys_at(site: PasskeySite | None) -> "WebauthnPasskeys | None":
    """Return the passkeys of the site; None if there is none, or if the extra `passkeys` is not installed."""
    return WebauthnPasskeys(site) if site and find_spec("webauthn") else None


class WebauthnPasskeys:
    """The Passkeys port."""

    def __init__(self, site: PasskeySite) -> None:
        self._site = site

    def creation_options(self, challenge: str, owner: PasskeyOwner, known: Sequence[Passkey]) -> Options:
        from webauthn import generate_registration_options
        from webauthn.helpers import base64url_to_bytes, options_to_json_dict
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        options = generate_registration_options(
            rp_id=self._site.rp_id,
            rp_name=SITE_NAME,
            user_id=base64url_to_bytes(owner.user_handle),
            user_name=owner.name,
            user_display_name=owner.display_name,
            challenge=challenge.encode(),
            timeout=TIMEOUT_MS,
            # The authenticator keeps the passkey itself, so that nobody types an address to sign in.
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(known),
        )
        return options_to_json_dict(options)

    def request_options(self, challenge: str, allowed: Sequence[Passkey]) -> Options:
        from webauthn import generate_authentication_options
        from webauthn.helpers import options_to_json_dict
        from webauthn.helpers.structs import UserVerificationRequirement

        options = generate_authentication_options(
            rp_id=self._site.rp_id,
            challenge=challenge.encode(),
            timeout=TIMEOUT_MS,
            allow_credentials=_descriptors(allowed),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def challenge_in(self, client_data: str) -> str:
        from webauthn.helpers import base64url_to_bytes

        with _refused():
            return base64url_to_bytes(_parsed(client_data)["challenge"]).decode()

    def verify_new(self, attestation: Attestation, challenge: str) -> NewPasskey:
        from webauthn import verify_registration_response
        from webauthn.helpers import bytes_to_base64url

        response = {"clientDataJSON": attestation.client_data, "attestationObject": attestation.attestation_object}
        with _refused():
            _require_own_frame(attestation.client_data)
            made = verify_registration_response(
                credential=_credential(attestation.passkey_id, response),
                expected_challenge=challenge.encode(),
                expected_rp_id=self._site.rp_id,
                expected_origin=self._site.origin,
                require_user_verification=True,
            )
            if len(made.credential_id) > MAX_ID_BYTES or len(made.credential_public_key) > MAX_KEY_BYTES:
                raise PasskeyInvalid("the passkey is too large")
        return NewPasskey(
            bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key), made.sign_count
        )

    def verify(self, assertion: Assertion, challenge: str, public_key: str) -> int:
        from webauthn import verify_authentication_response
        from webauthn.helpers import base64url_to_bytes

        response = {
            "clientDataJSON": assertion.client_data,
            "authenticatorData": assertion.authenticator_data,
            "signature": assertion.signature,
        }
        with _refused():
            _require_own_frame(assertion.client_data)
            used = verify_authentication_response(
                credential=_credential(assertion.passkey_id, response),
                expected_challenge=challenge.encode(),
                expected_rp_id=self._site.rp_id,
                expected_origin=self._site.origin,
                credential_public_key=base64url_to_bytes(public_key),
                credential_current_sign_count=0,  # the caller compares it, to tell a copy from a forgery
                require_user_verification=True,
            )
        return used.new_sign_count


def _descriptors(passkeys: Sequence[Passkey]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    known = {transport.value: transport for transport in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(passkey.passkey_id),
            transports=[known[name] for name in passkey.transports if name in known],
        )
        for passkey in passkeys
    ]


def _credential(passkey_id: str, response: dict[str, str]) -> dict[str, Any]:
    return {"id": passkey_id, "rawId": passkey_id, "type": "public-key", "response": response}


def _parsed(client_data: str) -> dict[str, Any]:
    from webauthn.helpers import base64url_to_bytes

    parsed: dict[str, Any] = json.loads(base64url_to_bytes(client_data))
    return parsed


def _require_own_frame(client_data: str) -> None:
    """Refuse what was signed on our page inside a page of another site; the library does not look."""
    if _parsed(client_data).get("crossOrigin", False) is not False:
        raise PasskeyInvalid("the page stood inside a page of another site")


@contextmanager
def _refused() -> Iterator[None]:
    """Raise PasskeyInvalid, whatever is wrong."""
    try:
        yield
    except PasskeyInvalid:
        raise
    except Exception as error:
        raise PasskeyInvalid from error
