"""All that the use cases of accounts may touch of the outside world."""

from typing import Protocol

from service.accounts.model import Session
from service.accounts.ports.access_tokens import AccessTokens
from service.accounts.ports.accounts import Accounts
from service.accounts.ports.personal_data import PersonalData
from service.accounts.ports.upload_tokens import UploadTokens
from service.shared.model import Features
from service.shared.ports.collection import Collection
from service.shared.ports.keyring import Keyring
from service.uploads import ports as uploads


class Ports(uploads.Ports, Protocol):
    """Everything that uploads touch, since a token may limit them, and who is signed in."""

    @property
    def sessions(self) -> Collection[Session]: ...

    @property
    def upload_tokens(self) -> UploadTokens: ...

    @property
    def access_tokens(self) -> AccessTokens: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def personal_data(self) -> tuple[PersonalData, ...]: ...

    @property
    def keyring(self) -> Keyring: ...

    @property
    def features(self) -> Features: ...
