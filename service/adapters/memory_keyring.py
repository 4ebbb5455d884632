"""A keyring of this process, for fast tests."""

import secrets

from service.secret_keys import derive_secret


class MemoryKeyring:
    """The Keyring port on the keys that it is given; on a random one where it is given none."""

    def __init__(self, *keys: str, deployment_id: str = "memory") -> None:
        self._keys = keys or (secrets.token_hex(32),)
        self._deployment_id = deployment_id

    def prepare(self) -> None:
        """Nothing to make."""

    @property
    def deployment_id(self) -> str:
        return self._deployment_id

    def derive(self, purpose: str) -> tuple[str, ...]:
        return tuple(derive_secret(key, purpose) for key in self._keys)
