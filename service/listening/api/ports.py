"""The ports, as the views of listening see them."""

from collections.abc import Callable

from service.listening.ports import Ports
from service.shared.api import context

ready_ports: Callable[[], Ports] = context.ready_ports
