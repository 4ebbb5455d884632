"""Who asks."""

from typing import Protocol

from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials


class Authenticator(Protocol):
    """Turns one kind of what a request brings into a caller."""

    def authenticate(self, credentials: Credentials) -> Caller | None:
        """The caller; None where nothing of its kind was brought. Raises Unauthenticated where it was, but is bad."""

    def check(self) -> list[StoreCheck]:
        """Ask whatever it depends on, for the doctor. Raises nothing: what does not answer is a failed check."""
