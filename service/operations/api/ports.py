"""The ports, as the views and commands of an operator see them."""

from collections.abc import Callable

from service.operations.ports import Ports
from service.shared.api import context

current_ports: Callable[[], Ports] = context.current_ports
