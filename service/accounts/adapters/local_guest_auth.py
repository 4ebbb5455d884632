"""GUESTS=local: whoever brings no credential is the guest of this machine, until somebody claims it by registering."""

from service.accounts.model import GUEST_ID, User
from service.accounts.roles import is_open, scopes_of
from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials
from service.shared.ports.collection import Collection


class LocalGuestAuthenticator:
    """The Authenticator port for requests without a credential, asked last. `shared/api/guards.py` refuses others."""

    def __init__(self, users: Collection[User]) -> None:
        self._users = users

    def authenticate(self, credentials: Credentials) -> Caller | None:
        if credentials.authorization is not None:
            return None
        guest = self._users.get(GUEST_ID)
        if guest is None or guest.kind != "guest" or not is_open(guest):
            return None
        # Any prefix, as in open mode: files of earlier versions are under keys that have no owner.
        return Caller(guest.user_id, scopes_of(guest), any_prefix=True, is_guest=True)

    def check(self) -> list[StoreCheck]:
        return []
