"""The part of the outside world that starting, checking and sweeping may use."""

from typing import Protocol

from service.accounts import ports as accounts
from service.jobs import ports as jobs
from service.listening import ports as listening
from service.shared import ports as shared
from service.shared.ports.leases import Leases
from service.webhooks import ports as webhooks


class Ports(accounts.Ports, jobs.Ports, listening.Ports, shared.Ports, webhooks.Ports, Protocol):
    """The ports of all houses, because each is prepared, checked or swept; and the sweeper's leases."""

    @property
    def leases(self) -> Leases: ...
