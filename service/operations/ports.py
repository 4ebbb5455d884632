"""All that starting, checking and sweeping may touch of the outside world."""

from typing import Protocol

from service.accounts.model import Session
from service.shared.ports.authenticator import Authenticator
from service.shared.ports.collection import Collection
from service.shared.ports.keyring import Keyring
from service.shared.ports.leases import Leases
from service.uploads import ports as uploads


class Ports(uploads.Ports, Protocol):
    """Everything that uploads touch, and what has to be prepared beside it."""

    @property
    def leases(self) -> Leases: ...

    @property
    def keyring(self) -> Keyring: ...

    @property
    def sessions(self) -> Collection[Session]: ...

    @property
    def authenticators(self) -> tuple[Authenticator, ...]: ...
