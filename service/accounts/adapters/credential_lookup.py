"""Reads a credential together with the user that it belongs to: a session or an API key."""

from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeVar

from service.accounts.model import User
from service.shared.ports.collection import Collection

T = TypeVar("T")
# The owners of so many credentials are remembered, in some 350 bytes each; the least recently used make room.
MAX_REMEMBERED = 4096


class CredentialLookup(Generic[T]):
    """Reads both at every request, so that ending either holds at once.

    A credential never changes its owner. Only the owner is remembered, so that one step can read both.
    """

    def __init__(
        self, credentials: Collection[T], users: Collection[User], user_id_of: Callable[[T], str | None]
    ) -> None:
        self._credentials = credentials
        self._users = users
        self._user_id_of = user_id_of
        self._remembered = lru_cache(MAX_REMEMBERED)(self._find_user_id)

    def find(self, credential_id: str) -> tuple[T | None, User | None]:
        """Return the credential and its user; None for a credential that is absent and for a user it does not have."""
        try:
            user_id = self._remembered(credential_id)
        except LookupError:
            return None, None
        if user_id is None:
            return self._credentials.get(credential_id), None
        return self._credentials.get_with(credential_id, self._users, user_id)

    def _find_user_id(self, credential_id: str) -> str | None:
        """Return the credential's owner. Raises LookupError if there is no such credential: one may be made later."""
        credential = self._credentials.get(credential_id)
        if credential is None:
            raise LookupError(credential_id)
        return self._user_id_of(credential)
