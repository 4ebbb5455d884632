"""Our own signing keys, Ed25519: derived from SECRET_KEY, so no key is stored and all workers have the same."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.shared.checks import StoreCheck
from service.shared.ports.keyring import Keyring

ALGORITHM = "EdDSA"
PURPOSE = "access-token"


class LocalKeys:
    """The keys of access tokens, in place of a provider's: the first one signs, all of them verify."""

    is_fixed = True

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    @cached_property
    def signing_key(self) -> Ed25519PrivateKey:
        """Return the newest private key."""
        return self._private_keys[0]

    @cached_property
    def key_id(self) -> str:
        """Return the name of the newest key."""
        return str(self.public_keys[0]["kid"])

    @cached_property
    def public_keys(self) -> list[Mapping[str, object]]:
        """Return the public keys as JWKs."""
        return [_jwk(key) for key in self._private_keys]

    def matching(self, algorithm: str, key_id: str | None) -> Iterator[jwt.PyJWK]:
        """Yield the key of that name, if there is one. A token that names no key is not ours."""
        if algorithm == ALGORITHM and key_id in self._by_id:
            yield self._by_id[key_id]

    def has(self, key_id: object) -> bool:
        """Return whether a key of ours has that name."""
        return key_id in self._by_id

    def check(self) -> StoreCheck:
        """Nothing can fail: the keys derive from SECRET_KEY."""
        return StoreCheck("access_tokens", True, False, "their keys derive from SECRET_KEY", "")

    @cached_property
    def _private_keys(self) -> list[Ed25519PrivateKey]:
        secrets = self._keyring.derive(PURPOSE)
        return [Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)) for secret in secrets]

    @cached_property
    def _by_id(self) -> dict[object, jwt.PyJWK]:
        return {each["kid"]: jwt.PyJWK(dict(each)) for each in self.public_keys}


def _jwk(key: Ed25519PrivateKey) -> Mapping[str, object]:
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    required = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}
    return {**required, "kid": _thumbprint(required), "use": "sig", "alg": ALGORITHM}


def _thumbprint(required: Mapping[str, str]) -> str:
    """Return the key's name, from the key itself (RFC 7638)."""
    text = json.dumps(required, sort_keys=True, separators=(",", ":"))
    return _base64url(hashlib.sha256(text.encode()).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
