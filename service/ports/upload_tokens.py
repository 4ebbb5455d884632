"""What the service needs to let a client upload that can send no header."""

from typing import Protocol

from service.model import Caller


class UploadTokens(Protocol):
    """Short-lived tokens that stand in an address, and are good nowhere else."""

    def issue(self, caller: Caller) -> str:
        """A token that stands for this caller, with its grant, for uploads alone, until its `expires_at`."""
