"""A keyring in memory, for fast tests."""

import secrets

from service.shared.secret_keys import derive_secret


class MemoryKeyring:
    """Implements the Keyring port with the given keys, or with a random key if there are none."""

    def __init__(self, *keys: str, deployment_id: str = "memory") -> None:
        self._keys = keys or (secrets.token_hex(32),)
        self._deployment_id = deployment_id

    def prepare(self) -> None:
        """Do nothing: there is nothing to make."""

    @property
    def deployment_id(self) -> str:
        return self._deployment_id

    def derive(self, purpose: str) -> tuple[str, ...]:
        return tuple(derive_secret(key, purpose) for key in self._keys)
