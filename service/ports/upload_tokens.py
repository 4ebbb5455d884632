"""What the service needs to let a client upload that can send no header."""

from typing import Protocol

from service.model import Caller


class UploadTokens(Protocol):
    """Short-lived tokens that stand in an address, and are good nowhere else."""

    def issue(self, caller: Caller) -> str:
        """A token that stands for this caller, with its grant and its name, for uploads alone, until `expires_at`."""

    def read(self, token: str) -> Caller:
        """Whom a token stands for, or stood for: also where it has expired. Raises TokenInvalid."""
