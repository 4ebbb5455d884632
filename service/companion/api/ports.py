"""The ports, as Uppy's calls see them."""

from collections.abc import Callable

from service.companion.ports import Ports
from service.shared.api import context

ready_ports: Callable[[], Ports] = context.ready_ports
