"""The ports, as the views of media see them."""

from collections.abc import Callable

from service.media.ports import Ports
from service.shared.api import context

ready_ports: Callable[[], Ports] = context.ready_ports
