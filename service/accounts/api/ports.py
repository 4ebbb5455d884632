"""The ports, as the views of accounts see them."""

from collections.abc import Callable

from service.accounts.ports import Ports
from service.shared.api import context

ready_ports: Callable[[], Ports] = context.ready_ports
current_ports: Callable[[], Ports] = context.current_ports
