"""The port that identifies the caller of a request."""

from typing import Protocol

from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials


class Authenticator(Protocol):
    """Turns one kind of credential into a caller."""

    def authenticate(self, credentials: Credentials) -> Caller | None:
        """Return the caller, or None without a credential of this kind. Raises Unauthenticated if it is bad."""

    def check(self) -> list[StoreCheck]:
        """Check what this method depends on, for the doctor. Raises nothing: no answer is a failed check."""
