"""Who asks."""

from typing import Protocol

from service.model import Caller, StoreCheck


class Authenticator(Protocol):
    """Turns the Authorization header into a caller."""

    def authenticate(self, authorization: str | None) -> Caller | None:
        """The caller; None where the header is not of a kind known here. Raises Unauthenticated if it is, but bad."""

    def check(self) -> list[StoreCheck]:
        """Ask whatever it depends on, for the doctor. Raises nothing: what does not answer is a failed check."""
