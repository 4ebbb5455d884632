"""The part of the outside world that starting, checking and sweeping may use."""

from typing import Protocol

from service.accounts.model import Session
from service.shared.ports.authenticator import Authenticator
from service.shared.ports.collection import Collection
from service.shared.ports.keyring import Keyring
from service.shared.ports.leases import Leases
from service.uploads import ports as uploads


class Ports(uploads.Ports, Protocol):
    """The ports of uploads, and what else must be prepared."""

    @property
    def leases(self) -> Leases: ...

    @property
    def keyring(self) -> Keyring: ...

    @property
    def sessions(self) -> Collection[Session]: ...

    @property
    def authenticators(self) -> tuple[Authenticator, ...]: ...
