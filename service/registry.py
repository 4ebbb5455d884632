"""The adapters that a setting selects by name. A new one is added here.

Each is imported when it is built. gunicorn's parent process reads the names, and a reload of the service does not renew
what that process has loaded.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.ports import Ports
    from service.settings import Settings
    from service.shared.ports.authenticator import Authenticator
    from service.shared.ports.keyring import Keyring
    from service.store.port import ObjectStore

# mypy refuses an adapter here that lacks a method of its port.


def _s3(settings: "Settings", keyring: "Keyring") -> "ObjectStore":
    from service.store.s3.store import S3ObjectStore

    return S3ObjectStore(settings, keyring)


def _jwt(settings: "Settings", ports: "Ports") -> "Authenticator":
    from service.accounts.adapters.jwt.authenticator import JwtAuthenticator

    return JwtAuthenticator(settings, ports.now)


def _open(settings: "Settings", ports: "Ports") -> "Authenticator":
    from service.accounts.adapters.open_auth import OpenAuthenticator

    return OpenAuthenticator()


def _accounts(settings: "Settings", ports: "Ports") -> "Authenticator":
    from service.accounts.adapters.account_auth import AccountAuthenticator

    return AccountAuthenticator(settings, ports)


# OBJECT_STORE
OBJECT_STORES: dict[str, Callable[["Settings", "Keyring"], "ObjectStore"]] = {
    "s3": _s3,
}

# AUTH_MODE. The ports have no authenticators yet.
AUTH_METHODS: dict[str, Callable[["Settings", "Ports"], "Authenticator"]] = {
    "jwt": _jwt,
    "open": _open,
    "accounts": _accounts,
}
