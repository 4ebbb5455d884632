"""The part of the outside world that starting, checking and sweeping may use."""

from typing import Protocol

from service.accounts import ports as accounts
from service.shared import ports as shared
from service.shared.ports.leases import Leases


class Ports(accounts.Ports, shared.Ports, Protocol):
    """The ports of accounts, uploads and the ground, because each is prepared and checked; and the sweeper's leases."""

    @property
    def leases(self) -> Leases: ...
