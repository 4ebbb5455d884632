"""The port of upload tokens, for clients that cannot send a header."""

from typing import Protocol

from service.shared.model import Caller


class UploadTokens(Protocol):
    """Short-lived tokens that are valid only in an address."""

    def issue(self, caller: Caller) -> str:
        """Return a token for this caller, with its grant and its token_id, for uploads only, until `expires_at`."""

    def read(self, token: str) -> Caller:
        """Return the caller that the token stands for, even if the token has expired. Raises TokenInvalid."""
