"""The adapters that a setting selects by name. A new one is added here."""

from collections.abc import Callable

from service.accounts.adapters.jwt.authenticator import JwtAuthenticator
from service.accounts.adapters.open_auth import OpenAuthenticator
from service.ports import Ports
from service.shared.ports.authenticator import Authenticator
from service.shared.ports.keyring import Keyring
from service.shared.settings import Settings
from service.store.port import ObjectStore
from service.store.s3.store import S3ObjectStore

# mypy refuses an adapter here that lacks a method of its port.

# OBJECT_STORE
OBJECT_STORES: dict[str, Callable[[Settings, Keyring], ObjectStore]] = {
    "s3": S3ObjectStore,
}

# AUTH_MODE. The ports have no authenticators yet.
AUTH_METHODS: dict[str, Callable[[Settings, Ports], Authenticator]] = {
    "jwt": lambda settings, ports: JwtAuthenticator(settings, ports.now),
    "open": lambda settings, ports: OpenAuthenticator(),
}
