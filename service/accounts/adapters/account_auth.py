"""AUTH_MODE=accounts: the bearer credentials of accounts, one after the other."""

from service.accounts.adapters.jwt.authenticator import JwtAuthenticator
from service.accounts.errors import TokenInvalid
from service.accounts.settings import AccountsSettings
from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials
from service.shared.ports import Ports
from service.shared.ports.authenticator import Authenticator


class AccountAuthenticator:
    """The Authenticator port for whatever stands in the Authorization header."""

    def __init__(self, settings: AccountsSettings, ports: Ports) -> None:
        takes_tokens = settings.jwt_jwks_url or settings.jwt_secret.get_secret_value()
        self._methods: tuple[Authenticator, ...] = (JwtAuthenticator(settings, ports.now),) if takes_tokens else ()

    def authenticate(self, credentials: Credentials) -> Caller | None:
        answers = (method.authenticate(credentials) for method in self._methods)
        caller = next((caller for caller in answers if caller is not None), None)
        if caller is None and credentials.authorization is not None:
            raise TokenInvalid("no credential of this kind is accepted here")
        return caller

    def check(self) -> list[StoreCheck]:
        return [check for method in self._methods for check in method.check()]
