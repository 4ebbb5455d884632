"""Which authenticators each AUTH_MODE has, in the order they are asked."""

from collections.abc import Callable

from service.adapters.jwt_auth import JwtAuthenticator
from service.adapters.open_auth import OpenAuthenticator
from service.ports.authenticator import Authenticator
from service.settings import Settings

# mypy refuses an adapter here that lacks a method of the port.
AUTHENTICATORS: dict[str, tuple[Callable[[Settings], Authenticator], ...]] = {
    "jwt": (JwtAuthenticator,),
    "open": (lambda settings: OpenAuthenticator(),),
}
