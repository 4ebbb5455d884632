"""The ports, as the views of uploads see them."""

from collections.abc import Callable

from service.shared.api import context
from service.uploads.ports import Ports

ready_ports: Callable[[], Ports] = context.ready_ports
