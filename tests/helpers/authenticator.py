"""An authenticator in software: it makes and uses passkeys as a browser does, and lies where a test wants it to."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

RP_ID = "localhost"
ORIGIN = "http://localhost:5000"
# Flags of authenticator data: the person was there, was verified; a credential follows.
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Return what was in base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Ceremony:
    """What a browser and its authenticator say beside the challenge; a test changes what should be refused."""

    origin: str = ORIGIN
    rp_id: str = RP_ID
    flags: int = PRESENT | VERIFIED
    client: dict[str, Any] = field(default_factory=dict)  # more, or other, client data
    rest: dict[str, Any] = field(default_factory=dict)  # likewise of the response


HONEST = Ceremony()


@dataclass
class SoftPasskey:
    """A passkey with its private key."""

    user_handle: str
    rp_id: str = RP_ID
    passkey_id: str = field(default_factory=lambda: b64(secrets.token_bytes(32)))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    sign_count: int = 0
    counts: bool = False  # the count of a synced passkey stays 0

    def attestation(self, options: dict[str, Any], ceremony: Ceremony = HONEST) -> dict[str, Any]:
        """Return what `navigator.credentials.create()` returns for the options."""
        client = _client_data("webauthn.create", options, ceremony)
        passkey_id = unb64(self.passkey_id)
        credential = bytes(16) + len(passkey_id).to_bytes(2, "big") + passkey_id + self._cose_key()
        data = _authenticator_data(replace(ceremony, flags=ceremony.flags | ATTESTED), self.sign_count) + credential
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"clientDataJSON": b64(client), "attestationObject": b64(attested), "transports": ["internal"]}
        return self._credential({**response, **ceremony.rest})

    def assertion(self, options: dict[str, Any], ceremony: Ceremony = HONEST) -> dict[str, Any]:
        """Return what `navigator.credentials.get()` returns for the options."""
        self.sign_count += self.counts
        client = _client_data("webauthn.get", options, ceremony)
        data = _authenticator_data(ceremony, self.sign_count)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(signature),
            "userHandle": self.user_handle,
        }
        return self._credential({**response, **ceremony.rest})

    def _cose_key(self) -> bytes:
        point = self.key.public_key().public_numbers()
        numbers = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        return cbor2.dumps(numbers)

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        # With what browsers add.
        return {
            "id": self.passkey_id,
            "rawId": self.passkey_id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }


def new_passkey(options: dict[str, Any], **values: Any) -> SoftPasskey:
    """Make a passkey for creation options."""
    return SoftPasskey(options["user"]["id"], rp_id=options["rp"]["id"], **values)


def _client_data(kind: str, options: dict[str, Any], ceremony: Ceremony) -> bytes:
    # The options hold the challenge in base64url, as the client data does.
    claims = {"type": kind, "challenge": options["challenge"], "origin": ceremony.origin, "crossOrigin": False}
    return json.dumps({**claims, **ceremony.client}).encode()


def _authenticator_data(ceremony: Ceremony, sign_count: int) -> bytes:
    return hashlib.sha256(ceremony.rp_id.encode()).digest() + bytes([ceremony.flags]) + sign_count.to_bytes(4, "big")
