"""All that the use cases of webhooks may touch of the outside world."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from service.shared.ports.collection import Collection
from service.webhooks.model import Delivery


class Ports(Protocol):
    """The deliveries and the time."""

    @property
    def deliveries(self) -> Collection[Delivery]: ...

    @property
    def now(self) -> Callable[[], datetime]: ...
