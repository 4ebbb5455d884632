"""All that the use cases of accounts may touch of the outside world."""

from typing import Protocol

from service.accounts.ports.sessions import Sessions
from service.accounts.ports.upload_tokens import UploadTokens
from service.uploads import ports as uploads


class Ports(uploads.Ports, Protocol):
    """Everything that uploads touch, since a token may limit them, and who is signed in."""

    @property
    def sessions(self) -> Sessions: ...

    @property
    def upload_tokens(self) -> UploadTokens: ...
