"""The ports, as the commands of webhooks see them."""

from collections.abc import Callable

from service.shared.api import context
from service.webhooks.ports import Ports

current_ports: Callable[[], Ports] = context.current_ports
