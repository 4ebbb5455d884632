"""AUTH_MODE=open: one local user, no token. For a laptop; `shared/api/guards.py` refuses others."""

from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials
from service.shared.scopes import ALL_SCOPES

LOCAL_OWNER = "local"


class OpenAuthenticator:
    """The Authenticator port that identifies everybody as the one local user."""

    def __init__(self) -> None:
        self._caller = Caller(owner=LOCAL_OWNER, scopes=frozenset(ALL_SCOPES), any_prefix=True)

    def authenticate(self, credentials: Credentials) -> Caller | None:
        return self._caller

    def check(self) -> list[StoreCheck]:
        return []
